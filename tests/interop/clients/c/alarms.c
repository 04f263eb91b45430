/* Events of the whole server, conditions only, after a ConditionRefresh: the last state of each. */
#include <string.h>

#include <open62541/client_highlevel.h>
#include <open62541/client_subscriptions.h>

#include "values.h"
#include "watch.h"

#define QUEUE 1000

typedef struct {
    const cJSON *command;
    cJSON *found; /* alarms by their condition */
} Seen;

typedef struct {
    const char *name;
    UA_UInt32 type;
    const char *path[2];
} Field;

static const Field fields[] = {
    {"eventId", UA_NS0ID_BASEEVENTTYPE, {"EventId", NULL}},
    {"type", UA_NS0ID_BASEEVENTTYPE, {"EventType", NULL}},
    {"message", UA_NS0ID_BASEEVENTTYPE, {"Message", NULL}},
    {"severity", UA_NS0ID_BASEEVENTTYPE, {"Severity", NULL}},
    {"retain", UA_NS0ID_CONDITIONTYPE, {"Retain", NULL}},
    {"comment", UA_NS0ID_CONDITIONTYPE, {"Comment", NULL}},
    {"active", UA_NS0ID_ALARMCONDITIONTYPE, {"ActiveState", "Id"}},
    {"acked", UA_NS0ID_ACKNOWLEDGEABLECONDITIONTYPE, {"AckedState", "Id"}},
    {"confirmed", UA_NS0ID_ACKNOWLEDGEABLECONDITIONTYPE, {"ConfirmedState", "Id"}},
    {"condition", UA_NS0ID_CONDITIONTYPE, {NULL, NULL}}, /* the NodeId of the condition itself */
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static UA_SimpleAttributeOperand operand(const Field *field) {
    UA_SimpleAttributeOperand operand;
    UA_SimpleAttributeOperand_init(&operand);
    operand.typeDefinitionId = UA_NODEID_NUMERIC(0, field->type);
    operand.attributeId = field->path[0] ? UA_ATTRIBUTEID_VALUE : UA_ATTRIBUTEID_NODEID;
    while(operand.browsePathSize < 2 && field->path[operand.browsePathSize])
        operand.browsePathSize++;
    operand.browsePath = UA_Array_new(operand.browsePathSize, &UA_TYPES[UA_TYPES_QUALIFIEDNAME]);
    for(size_t i = 0; i < operand.browsePathSize; i++)
        operand.browsePath[i] = UA_QUALIFIEDNAME_ALLOC(0, field->path[i]);
    return operand;
}

/* All fields of every condition: conditions alone, by OfType. */
static UA_EventFilter filter(void) {
    UA_EventFilter filter;
    UA_EventFilter_init(&filter);
    filter.selectClausesSize = FIELDS;
    filter.selectClauses = UA_Array_new(FIELDS, &UA_TYPES[UA_TYPES_SIMPLEATTRIBUTEOPERAND]);
    for(size_t i = 0; i < FIELDS; i++)
        filter.selectClauses[i] = operand(&fields[i]);
    UA_LiteralOperand *literal = UA_LiteralOperand_new();
    UA_NodeId condition = UA_NODEID_NUMERIC(0, UA_NS0ID_CONDITIONTYPE);
    UA_Variant_setScalarCopy(&literal->value, &condition, &UA_TYPES[UA_TYPES_NODEID]);
    UA_ContentFilterElement *element = UA_ContentFilterElement_new();
    element->filterOperator = UA_FILTEROPERATOR_OFTYPE;
    element->filterOperandsSize = 1;
    element->filterOperands = UA_ExtensionObject_new();
    UA_ExtensionObject_setValue(element->filterOperands, literal, &UA_TYPES[UA_TYPES_LITERALOPERAND]);
    filter.whereClause.elementsSize = 1;
    filter.whereClause.elements = element;
    return filter;
}

static void on_event(UA_Client *client, UA_UInt32 subscription, void *subscription_context, UA_UInt32 item,
                     void *context, const UA_KeyValueMap map) {
    (void)client, (void)subscription, (void)subscription_context, (void)item;
    Seen *seen = context;
    const UA_Variant *condition = &map.map[FIELDS - 1].value;
    if(map.mapSize != FIELDS || !UA_Variant_hasScalarType(condition, &UA_TYPES[UA_TYPES_NODEID]))
        return; /* the events of a refresh itself have no condition */
    cJSON *shown = cJSON_CreateObject(), *alarm = cJSON_CreateObject();
    for(size_t i = 0; i < FIELDS; i++) {
        const UA_Variant *value = &map.map[i].value;
        const UA_Boolean text = UA_Variant_hasScalarType(value, &UA_TYPES[UA_TYPES_LOCALIZEDTEXT]);
        cJSON *json = text ? scalar_to_json(&((UA_LocalizedText *)value->data)->text, &UA_TYPES[UA_TYPES_STRING])
                           : variant_to_json(value);
        const UA_Boolean inside = strcmp(fields[i].name, "eventId") != 0 && strcmp(fields[i].name, "condition") != 0;
        cJSON_AddItemToObject(inside ? shown : alarm, fields[i].name, json);
    }
    cJSON_AddItemToObject(alarm, "fields", shown);
    const char *name = text_of(alarm, "condition"), *prefix = text_of(seen->command, "prefix");
    if(strncmp(name, prefix, strlen(prefix)) != 0) {
        cJSON_Delete(alarm);
        return;
    }
    cJSON_DeleteItemFromObjectCaseSensitive(seen->found, name);
    cJSON_AddItemToObject(seen->found, name, alarm);
}

static int fitting(const Seen *seen) {
    const cJSON *until = cJSON_GetObjectItem(seen->command, "until"), *alarm, *wanted;
    int count = 0;
    cJSON_ArrayForEach(alarm, seen->found) {
        int fits = 1;
        cJSON_ArrayForEach(wanted, until)
            fits &= cJSON_Compare(wanted, cJSON_GetObjectItem(cJSON_GetObjectItem(alarm, "fields"), wanted->string), 1);
        count += fits;
    }
    return count;
}

static UA_StatusCode refresh(UA_Client *client, UA_UInt32 subscription) {
    UA_Variant argument;
    UA_Variant_setScalar(&argument, &subscription, &UA_TYPES[UA_TYPES_UINT32]);
    return UA_Client_call(client, UA_NODEID_NUMERIC(0, UA_NS0ID_CONDITIONTYPE),
                          UA_NODEID_NUMERIC(0, UA_NS0ID_CONDITIONTYPE_CONDITIONREFRESH), 1, &argument, NULL, NULL);
}

UA_StatusCode alarms(UA_Client *client, const cJSON *command, cJSON *answer) {
    UA_StatusCode status;
    const UA_UInt32 subscription = begin_subscription(client, command, &status);
    if(status != UA_STATUSCODE_GOOD)
        return status;
    Seen seen = {command, cJSON_CreateObject()};
    UA_EventFilter wanted = filter();
    UA_MonitoredItemCreateRequest request =
        UA_MonitoredItemCreateRequest_default(UA_NODEID_NUMERIC(0, UA_NS0ID_SERVER));
    request.itemToMonitor.attributeId = UA_ATTRIBUTEID_EVENTNOTIFIER;
    request.requestedParameters.queueSize = QUEUE;
    UA_ExtensionObject_setValueNoDelete(&request.requestedParameters.filter, &wanted, &UA_TYPES[UA_TYPES_EVENTFILTER]);
    UA_MonitoredItemCreateResult result = UA_Client_MonitoredItems_createEvent(
        client, subscription, UA_TIMESTAMPSTORETURN_BOTH, request, &seen, on_event, NULL);
    status = result.statusCode;
    if(status == UA_STATUSCODE_GOOD)
        status = refresh(client, subscription);
    const UA_DateTime end = deadline(command);
    while(status == UA_STATUSCODE_GOOD && fitting(&seen) < (int)number_of(command, "count", 1) &&
          UA_DateTime_nowMonotonic() < end)
        status = UA_Client_run_iterate(client, 20);
    UA_Client_Subscriptions_deleteSingle(client, subscription);
    cJSON *list = cJSON_AddArrayToObject(answer, "alarms");
    while(seen.found->child)
        cJSON_AddItemToArray(list, cJSON_DetachItemViaPointer(seen.found, seen.found->child));
    cJSON_Delete(seen.found);
    UA_MonitoredItemCreateResult_clear(&result);
    UA_EventFilter_clear(&wanted);
    return status;
}
