/* open62541 as a peer of the OPC UA benchmarks: Double variables whose values all rise by one every second.
 *
 *   server PORT NAMES [IDENTITY]
 *
 * NAMES is a file with one string identifier in each line; they are in namespace 1. With IDENTITY, a folder with
 * certificate.der and private_key.pem, every policy is offered as well.
 */
#include <open62541/plugin/certificategroup_default.h>
#include <open62541/server.h>
#include <open62541/server_config_default.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_NAME 256
#define PER_FOLDER 100
#define MOST_TAGS 200000

static UA_Double values[MOST_TAGS];
static size_t count;
static UA_DateTime moved;
static volatile UA_Boolean running = true;

static void stop(int number) {
    (void)number;
    running = false;
}

static UA_StatusCode read_value(UA_Server *server, const UA_NodeId *session, void *sessionContext, const UA_NodeId *node, void *context, UA_Boolean source, const UA_NumericRange *range, UA_DataValue *value) {
    (void)server, (void)session, (void)sessionContext, (void)node, (void)range;
    UA_Variant_setScalar(&value->value, context, &UA_TYPES[UA_TYPES_DOUBLE]);
    value->value.storageType = UA_VARIANT_DATA_NODELETE;
    value->hasValue = true;
    value->hasSourceTimestamp = source;
    value->sourceTimestamp = moved;
    return UA_STATUSCODE_GOOD;
}

static UA_StatusCode write_value(UA_Server *server, const UA_NodeId *session, void *sessionContext, const UA_NodeId *node, void *context, const UA_NumericRange *range, const UA_DataValue *value) {
    (void)server, (void)session, (void)sessionContext, (void)node, (void)range;
    *(UA_Double *)context = *(UA_Double *)value->value.data;
    return UA_STATUSCODE_GOOD;
}

static void move(UA_Server *server, void *data) {
    (void)server, (void)data;
    for(size_t i = 0; i < count; i++)
        values[i] += 1.0;
    moved = UA_DateTime_now();
}

static void add(UA_Server *server, const char *name, UA_NodeId folder) {
    UA_VariableAttributes attributes = UA_VariableAttributes_default;
    attributes.dataType = UA_TYPES[UA_TYPES_DOUBLE].typeId;
    attributes.valueRank = UA_VALUERANK_SCALAR;
    attributes.accessLevel = UA_ACCESSLEVELMASK_READ | UA_ACCESSLEVELMASK_WRITE;
    UA_CallbackValueSource source = {read_value, write_value};
    UA_StatusCode code = UA_Server_addCallbackValueSourceVariableNode(
        server, UA_NODEID_STRING(1, (char *)name), folder, UA_NODEID_NUMERIC(0, UA_NS0ID_HASCOMPONENT),
        UA_QUALIFIEDNAME(1, (char *)name), UA_NODEID_NUMERIC(0, UA_NS0ID_BASEDATAVARIABLETYPE), attributes, source,
        values + count, NULL);
    if(code) {
        fprintf(stderr, "%s: %s\n", name, UA_StatusCode_name(code));
        exit(1);
    }
    count++;
}

static void add_all(UA_Server *server, const char *file) {
    FILE *names = fopen(file, "r");
    char line[LONGEST_NAME];
    UA_NodeId folder = UA_NODEID_NULL;
    while(names && count < MOST_TAGS && fgets(line, sizeof(line), names)) {
        line[strcspn(line, "\n")] = 0;
        if(count % PER_FOLDER == 0) {
            char title[32];
            snprintf(title, sizeof(title), "folder %zu", count / PER_FOLDER);
            UA_Server_addObjectNode(
                server, UA_NODEID_NULL, UA_NODEID_NUMERIC(0, UA_NS0ID_OBJECTSFOLDER),
                UA_NODEID_NUMERIC(0, UA_NS0ID_ORGANIZES), UA_QUALIFIEDNAME(1, title),
                UA_NODEID_NUMERIC(0, UA_NS0ID_FOLDERTYPE), UA_ObjectAttributes_default, NULL, &folder);
        }
        add(server, line, folder);
    }
    if(names)
        fclose(names);
}

static UA_ByteString load(const char *folder, const char *name) {
    char path[1024];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if(!file) {
        perror(path);
        exit(1);
    }
    UA_ByteString content;
    UA_ByteString_allocBuffer(&content, 16384);
    content.length = fread(content.data, 1, content.length, file);
    fclose(file);
    return content;
}

static void secure(UA_ServerConfig *config, UA_UInt16 port, const char *folder) {
    UA_ByteString certificate = load(folder, "certificate.der"), key = load(folder, "private_key.pem");
    UA_StatusCode code = UA_ServerConfig_setDefaultWithSecurityPolicies(
        config, port, &certificate, &key, NULL, 0, NULL, 0, NULL, 0);
    if(code) {
        fprintf(stderr, "%s\n", UA_StatusCode_name(code));
        exit(1);
    }
    UA_CertificateGroup_AcceptAll(&config->secureChannelPKI);
    UA_CertificateGroup_AcceptAll(&config->sessionPKI);
}

int main(int argc, char **argv) {
    if(argc != 3 && argc != 4) {
        fprintf(stderr, "usage: server PORT NAMES [IDENTITY]\n");
        return 2;
    }
    signal(SIGTERM, stop);
    signal(SIGINT, stop);
    UA_Server *server = UA_Server_new();
    UA_ServerConfig *config = UA_Server_getConfig(server);
    if(argc == 4)
        secure(config, (UA_UInt16)atoi(argv[1]), argv[3]);
    else
        UA_ServerConfig_setMinimal(config, (UA_UInt16)atoi(argv[1]), NULL);
    config->logging->log = NULL;
    moved = UA_DateTime_now();
    add_all(server, argv[2]);
    UA_Server_addRepeatedCallback(server, move, NULL, 1000.0, NULL);
    if(UA_Server_run_startup(server))
        return 1;
    printf("ready\n");
    fflush(stdout);
    while(running)
        UA_Server_run_iterate(server, true);
    UA_Server_run_shutdown(server);
    UA_Server_delete(server);
    return 0;
}
