/* Reads one command a line on standard input and answers each with one line; ../README.md has the protocol. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <unistd.h>

#include <open62541/client_config_default.h>
#include <open62541/plugin/log_stdout.h>

#include "commands.h"
#include "connection.h"
#include "values.h"

static void print(cJSON *answer, UA_StatusCode status) {
    cJSON_AddNumberToObject(answer, "status", status);
    if(status != UA_STATUSCODE_GOOD)
        cJSON_AddStringToObject(answer, "error", UA_StatusCode_name(status));
    char *line = cJSON_PrintUnformatted(answer);
    puts(line);
    fflush(stdout);
    free(line);
    cJSON_Delete(answer);
}

static void run(UA_Client *client, const char *line) {
    cJSON *command = cJSON_Parse(line), *answer = cJSON_CreateObject();
    const Command found = find_command(text_of(command, "op"));
    print(answer, found ? found(client, command, answer) : UA_STATUSCODE_BADINTERNALERROR);
    cJSON_Delete(command);
}

/* The library wants a turn now and then while nothing is asked for. */
static void wait_for_input(UA_Client *client) {
    for(;;) {
        fd_set input;
        FD_ZERO(&input);
        FD_SET(STDIN_FILENO, &input);
        struct timeval turn = {.tv_sec = 1};
        if(select(STDIN_FILENO + 1, &input, NULL, NULL, &turn) != 0)
            return;
        UA_Client_run_iterate(client, 0);
    }
}

int main(int count, char **arguments) {
    setvbuf(stdin, NULL, _IONBF, 0); /* what select has not seen must not wait in a buffer */
    UA_ClientConfig config = {0};
    config.logging = UA_Log_Stdout_new(UA_LOGLEVEL_FATAL); /* standard output belongs to the answers */
    UA_Client *client = UA_Client_newWithConfig(&config);
    const UA_StatusCode status = count > 1 ? open_session(client, count, arguments) : UA_STATUSCODE_BADINVALIDARGUMENT;
    print(cJSON_CreateObject(), status);
    char *line = NULL;
    size_t size = 0;
    while(status == UA_STATUSCODE_GOOD) {
        wait_for_input(client);
        if(getline(&line, &size, stdin) < 0)
            break;
        run(client, line);
    }
    free(line);
    UA_Client_disconnect(client);
    UA_Client_delete(client);
    return status == UA_STATUSCODE_GOOD ? 0 : 1;
}
