#include "commands.h"

#include <string.h>

#include <open62541/client_highlevel.h>

#include "values.h"
#include "watch.h"

static const char *node_class(UA_NodeClass kind) {
    switch(kind) {
    case UA_NODECLASS_OBJECT: return "Object";
    case UA_NODECLASS_VARIABLE: return "Variable";
    case UA_NODECLASS_METHOD: return "Method";
    default: return "Type";
    }
}

static void add_children(cJSON *nodes, const UA_BrowseResult *result) {
    for(size_t i = 0; i < result->referencesSize; i++) {
        const UA_ReferenceDescription *one = &result->references[i];
        cJSON *child = cJSON_CreateObject();
        cJSON_AddItemToObject(child, "nodeId", node_id_to_json(&one->nodeId.nodeId));
        cJSON_AddItemToObject(child, "browseName", scalar_to_json(&one->browseName, &UA_TYPES[UA_TYPES_QUALIFIEDNAME]));
        cJSON_AddStringToObject(child, "nodeClass", node_class(one->nodeClass));
        cJSON_AddItemToObject(child, "typeDefinition", node_id_to_json(&one->typeDefinition.nodeId));
        cJSON_AddItemToArray(nodes, child);
    }
}

static UA_StatusCode browse(UA_Client *client, const cJSON *command, cJSON *answer) {
    UA_BrowseDescription wanted;
    UA_BrowseDescription_init(&wanted);
    wanted.nodeId = json_to_node_id(command, "node");
    wanted.referenceTypeId = UA_NODEID_NUMERIC(0, UA_NS0ID_HIERARCHICALREFERENCES);
    wanted.includeSubtypes = true;
    wanted.resultMask = UA_BROWSERESULTMASK_ALL;
    UA_BrowseResult result = UA_Client_browse(client, NULL, 0, &wanted);
    const UA_StatusCode status = result.statusCode;
    cJSON *nodes = cJSON_AddArrayToObject(answer, "nodes");
    add_children(nodes, &result);
    while(result.continuationPoint.length) {
        UA_BrowseResult next = UA_Client_browseNext(client, false, result.continuationPoint);
        UA_BrowseResult_clear(&result);
        result = next;
        add_children(nodes, &result);
    }
    UA_BrowseResult_clear(&result);
    UA_NodeId_clear(&wanted.nodeId);
    return status;
}

static UA_StatusCode read_values(UA_Client *client, const cJSON *command, cJSON *answer) {
    const cJSON *nodes = cJSON_GetObjectItem(command, "nodes");
    UA_ReadRequest request;
    UA_ReadRequest_init(&request);
    request.timestampsToReturn = UA_TIMESTAMPSTORETURN_BOTH;
    request.nodesToReadSize = (size_t)cJSON_GetArraySize(nodes);
    request.nodesToRead = UA_Array_new(request.nodesToReadSize, &UA_TYPES[UA_TYPES_READVALUEID]);
    for(size_t i = 0; i < request.nodesToReadSize; i++) {
        request.nodesToRead[i].nodeId = UA_NODEID(cJSON_GetArrayItem(nodes, (int)i)->valuestring);
        request.nodesToRead[i].attributeId = (UA_UInt32)number_of(command, "attribute", UA_ATTRIBUTEID_VALUE);
    }
    UA_ReadResponse response = UA_Client_Service_read(client, request);
    cJSON *values = cJSON_AddArrayToObject(answer, "values");
    for(size_t i = 0; i < response.resultsSize; i++)
        cJSON_AddItemToArray(values, data_value_to_json(&response.results[i]));
    const UA_StatusCode status = response.responseHeader.serviceResult;
    UA_ReadRequest_clear(&request);
    UA_ReadResponse_clear(&response);
    return status;
}

/* Timestamps are left to the server: many refuse a write that brings its own. */
static UA_StatusCode fill_write(const cJSON *write, UA_WriteValue *value) {
    value->nodeId = json_to_node_id(write, "node");
    value->attributeId = UA_ATTRIBUTEID_VALUE;
    value->value.hasValue = true;
    return json_to_variant(write, &value->value.value);
}

static UA_StatusCode write_values(UA_Client *client, const cJSON *command, cJSON *answer) {
    const cJSON *writes = cJSON_GetObjectItem(command, "writes");
    UA_WriteRequest request;
    UA_WriteRequest_init(&request);
    request.nodesToWriteSize = writes ? (size_t)cJSON_GetArraySize(writes) : 1;
    request.nodesToWrite = UA_Array_new(request.nodesToWriteSize, &UA_TYPES[UA_TYPES_WRITEVALUE]);
    UA_StatusCode status = UA_STATUSCODE_GOOD;
    for(size_t i = 0; i < request.nodesToWriteSize && status == UA_STATUSCODE_GOOD; i++)
        status = fill_write(writes ? cJSON_GetArrayItem(writes, (int)i) : command, &request.nodesToWrite[i]);
    if(status == UA_STATUSCODE_GOOD) {
        UA_WriteResponse response = UA_Client_Service_write(client, request);
        status = response.responseHeader.serviceResult;
        cJSON *statuses = writes ? cJSON_AddArrayToObject(answer, "statuses") : NULL;
        for(size_t i = 0; statuses && i < response.resultsSize; i++)
            cJSON_AddItemToArray(statuses, cJSON_CreateNumber(response.results[i]));
        if(!writes && status == UA_STATUSCODE_GOOD)
            status = response.results[0];
        UA_WriteResponse_clear(&response);
    }
    UA_WriteRequest_clear(&request);
    return status;
}

static UA_StatusCode call(UA_Client *client, const cJSON *command, cJSON *answer) {
    const cJSON *arguments = cJSON_GetObjectItem(command, "args");
    UA_CallMethodRequest method;
    UA_CallMethodRequest_init(&method);
    method.objectId = json_to_node_id(command, "object");
    method.methodId = json_to_node_id(command, "method");
    method.inputArgumentsSize = (size_t)cJSON_GetArraySize(arguments);
    method.inputArguments = UA_Array_new(method.inputArgumentsSize, &UA_TYPES[UA_TYPES_VARIANT]);
    UA_StatusCode status = UA_STATUSCODE_GOOD;
    for(size_t i = 0; i < method.inputArgumentsSize && status == UA_STATUSCODE_GOOD; i++)
        status = json_to_variant(cJSON_GetArrayItem(arguments, (int)i), &method.inputArguments[i]);
    UA_CallRequest request;
    UA_CallRequest_init(&request);
    request.methodsToCallSize = 1;
    request.methodsToCall = &method;
    if(status == UA_STATUSCODE_GOOD) {
        UA_CallResponse response = UA_Client_Service_call(client, request);
        status = response.responseHeader.serviceResult;
        cJSON *outputs = cJSON_AddArrayToObject(answer, "outputs");
        for(size_t i = 0; response.resultsSize && i < response.results[0].outputArgumentsSize; i++)
            cJSON_AddItemToArray(outputs, variant_to_json(&response.results[0].outputArguments[i]));
        if(response.resultsSize)
            status = response.results[0].statusCode;
        UA_CallResponse_clear(&response);
    }
    UA_CallMethodRequest_clear(&method);
    return status;
}

static UA_StatusCode history(UA_Client *client, const cJSON *command, cJSON *answer) {
    UA_ReadRawModifiedDetails *details = UA_ReadRawModifiedDetails_new();
    details->startTime = json_to_time(command, "start");
    details->endTime = json_to_time(command, "end");
    details->numValuesPerNode = (UA_UInt32)number_of(command, "max", 0);
    UA_HistoryReadRequest request;
    UA_HistoryReadRequest_init(&request);
    UA_ExtensionObject_setValue(&request.historyReadDetails, details, &UA_TYPES[UA_TYPES_READRAWMODIFIEDDETAILS]);
    request.timestampsToReturn = UA_TIMESTAMPSTORETURN_BOTH;
    request.nodesToReadSize = 1;
    request.nodesToRead = UA_HistoryReadValueId_new();
    request.nodesToRead[0].nodeId = json_to_node_id(command, "node");
    request.nodesToRead[0].continuationPoint = json_to_bytes(command, "continuationPoint");
    UA_HistoryReadResponse response = UA_Client_Service_historyRead(client, request);
    UA_StatusCode status = response.responseHeader.serviceResult;
    cJSON *values = cJSON_AddArrayToObject(answer, "values"), *more = NULL;
    if(response.resultsSize) {
        const UA_HistoryReadResult *result = &response.results[0];
        status = result->statusCode;
        if(result->historyData.content.decoded.type == &UA_TYPES[UA_TYPES_HISTORYDATA]) {
            const UA_HistoryData *data = result->historyData.content.decoded.data;
            for(size_t i = 0; i < data->dataValuesSize; i++)
                cJSON_AddItemToArray(values, data_value_to_json(&data->dataValues[i]));
        }
        if(result->continuationPoint.length)
            more = byte_string_to_json(&result->continuationPoint);
    }
    cJSON_AddItemToObject(answer, "continuationPoint", more ? more : cJSON_CreateNull());
    UA_HistoryReadRequest_clear(&request);
    UA_HistoryReadResponse_clear(&response);
    return status;
}

static const struct {
    const char *op;
    Command command;
} commands[] = {
    {"browse", browse}, {"read", read_values}, {"write", write_values}, {"subscribe", subscribe},
    {"call", call},     {"history", history},  {"alarms", alarms},
};

Command find_command(const char *op) {
    for(size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if(strcmp(commands[i].op, op) == 0)
            return commands[i].command;
    return NULL;
}
