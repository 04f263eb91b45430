#include "watch.h"

#include <open62541/client_subscriptions.h>

#include "values.h"

#define MOST_NODES 64

UA_UInt32 begin_subscription(UA_Client *client, const cJSON *command, UA_StatusCode *status) {
    UA_CreateSubscriptionRequest request = UA_CreateSubscriptionRequest_default();
    request.requestedPublishingInterval = number_of(command, "interval_ms", 100);
    UA_CreateSubscriptionResponse response =
        UA_Client_Subscriptions_create(client, request, NULL, NULL, NULL);
    *status = response.responseHeader.serviceResult;
    return response.subscriptionId;
}

UA_DateTime deadline(const cJSON *command) {
    return UA_DateTime_nowMonotonic() + (UA_DateTime)number_of(command, "timeout_ms", 10000) * UA_DATETIME_MSEC;
}

static void on_value(UA_Client *client, UA_UInt32 subscription, void *subscription_context, UA_UInt32 item,
                     void *context, UA_DataValue *value) {
    (void)client, (void)subscription, (void)subscription_context, (void)item;
    cJSON_AddItemToArray(context, data_value_to_json(value));
}

UA_StatusCode subscribe(UA_Client *client, const cJSON *command, cJSON *answer) {
    UA_StatusCode status;
    const UA_UInt32 subscription = begin_subscription(client, command, &status);
    if(status != UA_STATUSCODE_GOOD)
        return status;
    cJSON *items = cJSON_AddArrayToObject(answer, "items");
    cJSON *nodes = cJSON_GetObjectItem(command, "nodes"), *name;
    cJSON *found[MOST_NODES];
    int watched = 0;
    if(cJSON_GetArraySize(nodes) > MOST_NODES)
        return UA_STATUSCODE_BADTOOMANYOPERATIONS;
    cJSON_ArrayForEach(name, nodes) {
        UA_NodeId node = UA_NODEID(name->valuestring);
        UA_MonitoredItemCreateRequest request = UA_MonitoredItemCreateRequest_default(node);
        request.requestedParameters.samplingInterval = number_of(command, "interval_ms", 100);
        request.requestedParameters.queueSize = (UA_UInt32)number_of(command, "queue", 10);
        found[watched] = cJSON_CreateArray();
        UA_MonitoredItemCreateResult result = UA_Client_MonitoredItems_createDataChange(
            client, subscription, UA_TIMESTAMPSTORETURN_BOTH, request, found[watched], on_value, NULL);
        cJSON_AddItemToArray(items, cJSON_CreateNumber(result.statusCode));
        UA_MonitoredItemCreateResult_clear(&result);
        UA_NodeId_clear(&node);
        watched++;
    }
    const int count = (int)number_of(command, "count", 1);
    const UA_DateTime end = deadline(command);
    int total = 0;
    while(total < count && UA_DateTime_nowMonotonic() < end && status == UA_STATUSCODE_GOOD) {
        status = UA_Client_run_iterate(client, 20);
        total = 0;
        for(int i = 0; i < watched; i++)
            total += cJSON_GetArraySize(found[i]);
    }
    UA_Client_Subscriptions_deleteSingle(client, subscription);
    cJSON *notifications = cJSON_AddArrayToObject(answer, "notifications");
    for(int i = 0; i < watched; i++) {
        while(cJSON_GetArraySize(found[i])) {
            cJSON *one = cJSON_DetachItemFromArray(found[i], 0);
            cJSON_AddStringToObject(one, "node", cJSON_GetArrayItem(nodes, i)->valuestring);
            cJSON_AddItemToArray(notifications, one);
        }
        cJSON_Delete(found[i]);
    }
    return status;
}
