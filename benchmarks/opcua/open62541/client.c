/* The client of the OPC UA benchmarks: the same for every server, and fast enough not to be what is measured.
 *
 *   client URL NAMESPACE NAMES read  COUNT SECONDS        values/s and requests/s of Reads of COUNT tags
 *   client URL NAMESPACE NAMES write COUNT SECONDS        the same of Writes of Doubles
 *   client URL NAMESPACE NAMES watch ITEMS SUBSCRIPTIONS MILLISECONDS SECONDS SETTLE
 *
 * NAMES is a file with one string identifier in each line; for `write` with the least and the greatest value behind
 * it. `watch` expects values that rise by one with every
 * sample and counts what was left out. Answers are lines of `name value`.
 * With CLIENT_IDENTITY, a folder with certificate.der and private_key.pem, it connects with Basic256Sha256, SignAndEncrypt.
 */
#include <open62541/client.h>
#include <open62541/client_config_default.h>
#include <open62541/client_highlevel.h>
#include <open62541/client_subscriptions.h>
#include <open62541/plugin/certificategroup_default.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LONGEST_NAME 256
#define AT_ONCE 1000

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void fail(const char *what, UA_StatusCode code) {
    fprintf(stderr, "%s: %s\n", what, UA_StatusCode_name(code));
    exit(1);
}

typedef struct {
    UA_Double low;
    UA_Double high;
} Range;

static Range *ranges;

static UA_ReadValueId *read_names(const char *file, UA_UInt16 namespace, size_t *count) {
    FILE *names = fopen(file, "r");
    if(!names) {
        perror(file);
        exit(1);
    }
    size_t room = 1024;
    char line[LONGEST_NAME], name[LONGEST_NAME];
    UA_ReadValueId *wanted = calloc(room, sizeof(*wanted));
    ranges = calloc(room, sizeof(*ranges));
    *count = 0;
    while(fgets(line, sizeof(line), names)) {
        if(*count == room) {
            wanted = realloc(wanted, 2 * room * sizeof(*wanted));
            ranges = realloc(ranges, 2 * room * sizeof(*ranges));
            memset(wanted + room, 0, room * sizeof(*wanted));
            room *= 2;
        }
        Range *range = ranges + *count;
        range->low = 0.0, range->high = 1.0;
        if(sscanf(line, "%255s %lf %lf", name, &range->low, &range->high) < 1)
            continue;
        wanted[*count].nodeId = UA_NODEID_STRING_ALLOC(namespace, name);
        wanted[*count].attributeId = UA_ATTRIBUTEID_VALUE;
        (*count)++;
    }
    fclose(names);
    return wanted;
}

static void read_values(UA_Client *client, UA_ReadValueId *wanted, size_t known, size_t count, double seconds) {
    size_t batches = known / count, requests = 0;
    double begun = now();
    while(now() - begun < seconds) {
        UA_ReadRequest request;
        UA_ReadRequest_init(&request);
        request.nodesToRead = wanted + (requests % batches) * count;
        request.nodesToReadSize = count;
        request.timestampsToReturn = UA_TIMESTAMPSTORETURN_BOTH;
        UA_ReadResponse answer = UA_Client_Service_read(client, request);
        if(answer.responseHeader.serviceResult)
            fail("read", answer.responseHeader.serviceResult);
        if(answer.resultsSize != count || !answer.results[count - 1].hasValue)
            fail("read", answer.resultsSize ? answer.results[count - 1].status : UA_STATUSCODE_BADUNEXPECTEDERROR);
        UA_ReadResponse_clear(&answer);
        requests++;
    }
    double took = now() - begun;
    printf("requests/s %.1f\nvalues/s %.0f\n", (double)requests / took, (double)(requests * count) / took);
}

static void write_values(UA_Client *client, UA_ReadValueId *known, size_t count, double seconds) {
    UA_WriteValue *values = calloc(count, sizeof(*values));
    UA_Double *written = calloc(count, sizeof(*written));
    size_t requests = 0, refused = 0;
    double begun = now();
    while(now() - begun < seconds) {
        for(size_t i = 0; i < count; i++) {
            written[i] = ranges[i].low + (ranges[i].high - ranges[i].low) * (double)(requests % 100) / 100.0;
            values[i].nodeId = known[i].nodeId;
            values[i].attributeId = UA_ATTRIBUTEID_VALUE;
            values[i].value.hasValue = true;
            UA_Variant_setScalar(&values[i].value.value, written + i, &UA_TYPES[UA_TYPES_DOUBLE]);
        }
        UA_WriteRequest request;
        UA_WriteRequest_init(&request);
        request.nodesToWrite = values;
        request.nodesToWriteSize = count;
        UA_WriteResponse answer = UA_Client_Service_write(client, request);
        if(answer.responseHeader.serviceResult)
            fail("write", answer.responseHeader.serviceResult);
        for(size_t i = 0; i < answer.resultsSize; i++)
            if(answer.results[i])
                refused++;
        UA_WriteResponse_clear(&answer);
        requests++;
    }
    double took = now() - begun;
    printf("requests/s %.1f\nvalues/s %.0f\nrefused %zu\n", (double)requests / took, (double)(requests * count) / took, refused);
    free(values), free(written);
}

static size_t notifications, missed;

typedef struct {
    UA_Double last;
    UA_Boolean seen;
} Watched;

static void take(UA_Client *client, UA_UInt32 subscription, void *context, UA_UInt32 item, void *watched, UA_DataValue *value) {
    (void)client, (void)subscription, (void)context, (void)item;
    Watched *of = watched;
    notifications++;
    if(!value->hasValue || value->value.type != &UA_TYPES[UA_TYPES_DOUBLE])
        return;
    UA_Double number = *(UA_Double *)value->value.data;
    if(of->seen && number > of->last + 1.0)
        missed += (size_t)(number - of->last - 1.0);
    of->last = number;
    of->seen = true;
}

static size_t monitor(UA_Client *client, UA_UInt32 subscription, UA_ReadValueId *wanted, Watched *watched, size_t count, double interval) {
    size_t made = 0;
    UA_MonitoredItemCreateRequest *items = calloc(count, sizeof(*items));
    UA_Client_DataChangeNotificationCallback *takers = calloc(count, sizeof(*takers));
    UA_Client_DeleteMonitoredItemCallback *deleters = calloc(count, sizeof(*deleters));
    void **contexts = calloc(count, sizeof(*contexts));
    for(size_t i = 0; i < count; i++) {
        items[i] = UA_MonitoredItemCreateRequest_default(wanted[i].nodeId);
        items[i].requestedParameters.samplingInterval = interval;
        items[i].requestedParameters.queueSize = 10;
        takers[i] = take;
        contexts[i] = watched + i;
    }
    UA_CreateMonitoredItemsRequest request;
    UA_CreateMonitoredItemsRequest_init(&request);
    request.subscriptionId = subscription;
    request.timestampsToReturn = UA_TIMESTAMPSTORETURN_BOTH;
    request.itemsToCreate = items;
    request.itemsToCreateSize = count;
    UA_CreateMonitoredItemsResponse answer =
        UA_Client_MonitoredItems_createDataChanges(client, request, contexts, takers, deleters);
    for(size_t i = 0; i < answer.resultsSize; i++)
        made += answer.results[i].statusCode == UA_STATUSCODE_GOOD;
    UA_CreateMonitoredItemsResponse_clear(&answer);
    free(items), free(takers), free(deleters), free(contexts);
    return made;
}

static void iterate(UA_Client *client, double seconds) {
    double begun = now();
    while(now() - begun < seconds) {
        UA_StatusCode code = UA_Client_run_iterate(client, 20);
        if(code)
            fail("connection", code);
    }
}

static void watch(UA_Client *client, UA_ReadValueId *wanted, size_t count, size_t subscriptions, double interval, double seconds, double settle) {
    Watched *watched = calloc(count, sizeof(*watched));
    size_t made = 0, share = (count + subscriptions - 1) / subscriptions;
    double begun = now();
    for(size_t first = 0; first < count; first += share) {
        UA_CreateSubscriptionRequest request = UA_CreateSubscriptionRequest_default();
        request.requestedPublishingInterval = interval;
        request.requestedLifetimeCount = 1000;
        request.maxNotificationsPerPublish = 0;
        UA_CreateSubscriptionResponse answer = UA_Client_Subscriptions_create(client, request, NULL, NULL, NULL);
        if(answer.responseHeader.serviceResult)
            fail("subscription", answer.responseHeader.serviceResult);
        size_t end = first + share < count ? first + share : count;
        for(size_t at = first; at < end; at += AT_ONCE)
            made += monitor(client, answer.subscriptionId, wanted + at, watched + at, at + AT_ONCE < end ? AT_ONCE : end - at, interval);
    }
    printf("monitored %zu\ncreated_s %.2f\n", made, now() - begun);
    iterate(client, settle);
    printf("settled 1\n");
    fflush(stdout);
    notifications = missed = 0;
    begun = now();
    iterate(client, seconds);
    printf("notifications/s %.0f\nmissed %zu\n", (double)notifications / (now() - begun), missed);
    /* `watched` is not freed: notifications may come until the client has disconnected. */
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

static void secure(UA_ClientConfig *config, const char *folder) {
    UA_StatusCode code = UA_ClientConfig_setDefaultEncryption(
        config, load(folder, "certificate.der"), load(folder, "private_key.pem"), NULL, 0, NULL, 0);
    if(code)
        fail("identity", code);
    UA_CertificateGroup_AcceptAll(&config->certificateVerification);
    config->securityMode = UA_MESSAGESECURITYMODE_SIGNANDENCRYPT;
    config->securityPolicyUri = UA_STRING_ALLOC("http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256");
    UA_String_clear(&config->clientDescription.applicationUri);
    config->clientDescription.applicationUri = UA_STRING_ALLOC("urn:pde:benchmark:client");
}

int main(int argc, char **argv) {
    if(argc < 7) {
        fprintf(stderr, "usage: client URL NAMESPACE NAMES read|write|watch COUNT SECONDS ...\n");
        return 2;
    }
    size_t known, count = (size_t)atol(argv[5]);
    UA_ReadValueId *wanted = read_names(argv[3], (UA_UInt16)atoi(argv[2]), &known);
    if(count < 1 || count > known) {
        fprintf(stderr, "%zu tags wanted, %zu known\n", count, known);
        return 2;
    }
    UA_Client *client = UA_Client_new();
    UA_ClientConfig *config = UA_Client_getConfig(client);
    config->logging->log = NULL;
    const char *identity = getenv("CLIENT_IDENTITY");
    if(identity)
        secure(config, identity);
    else
        UA_ClientConfig_setDefault(config);
    config->timeout = 60000;
    config->outStandingPublishRequests = 20;
    UA_StatusCode code = UA_Client_connect(client, argv[1]);
    if(code)
        fail("connect", code);
    if(!strcmp(argv[4], "read"))
        read_values(client, wanted, known, count, atof(argv[6]));
    else if(!strcmp(argv[4], "write"))
        write_values(client, wanted, count, atof(argv[6]));
    else if(!strcmp(argv[4], "watch") && argc > 9)
        watch(client, wanted, count, (size_t)atol(argv[6]), atof(argv[7]), atof(argv[8]), atof(argv[9]));
    UA_Client_disconnect(client);
    UA_Client_delete(client);
    return 0;
}
