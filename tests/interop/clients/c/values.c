#include "values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <open62541/util.h>

static cJSON *string_to_json(const UA_String *text) {
    if(text->data == NULL)
        return cJSON_CreateNull();
    char *copy = strndup((const char *)text->data, text->length);
    cJSON *json = cJSON_CreateString(copy);
    free(copy);
    return json;
}

static cJSON *number_to_json(double number) {
    if(isnan(number))
        return cJSON_CreateString("NaN");
    if(isinf(number))
        return cJSON_CreateString(number > 0 ? "Infinity" : "-Infinity");
    return cJSON_CreateNumber(number);
}

static cJSON *time_to_json(UA_DateTime time) {
    UA_DateTimeStruct parts = UA_DateTime_toStruct(time);
    char text[64];
    snprintf(text, sizeof(text), "%04d-%02u-%02uT%02u:%02u:%02u.%03u%03uZ", parts.year, parts.month, parts.day,
             parts.hour, parts.min, parts.sec, parts.milliSec, parts.microSec);
    return cJSON_CreateString(text);
}

cJSON *node_id_to_json(const UA_NodeId *node) {
    UA_String text = UA_STRING_NULL;
    UA_NodeId_print(node, &text);
    cJSON *json = string_to_json(&text);
    UA_String_clear(&text);
    return json;
}

cJSON *byte_string_to_json(const UA_ByteString *bytes) {
    UA_String text = UA_STRING_NULL;
    UA_ByteString_toBase64(bytes, &text);
    cJSON *json = string_to_json(&text);
    UA_String_clear(&text);
    return json;
}

static cJSON *localized_to_json(const UA_LocalizedText *text) {
    cJSON *json = cJSON_CreateObject();
    cJSON_AddItemToObject(json, "locale", string_to_json(&text->locale));
    cJSON_AddItemToObject(json, "text", string_to_json(&text->text));
    return json;
}

static cJSON *qualified_to_json(const UA_QualifiedName *name) {
    char text[512];
    snprintf(text, sizeof(text), "%u:%.*s", name->namespaceIndex, (int)name->name.length, (char *)name->name.data);
    return cJSON_CreateString(text);
}

/* The structures that tags have; another one is named. */
static cJSON *structure_to_json(const void *value, const UA_DataType *type) {
    cJSON *json = cJSON_CreateObject();
    if(type == &UA_TYPES[UA_TYPES_RANGE]) {
        const UA_Range *range = value;
        cJSON_AddItemToObject(json, "low", number_to_json(range->low));
        cJSON_AddItemToObject(json, "high", number_to_json(range->high));
    } else if(type == &UA_TYPES[UA_TYPES_EUINFORMATION]) {
        const UA_EUInformation *unit = value;
        cJSON_AddItemToObject(json, "namespaceUri", string_to_json(&unit->namespaceUri));
        cJSON_AddNumberToObject(json, "unitId", unit->unitId);
        cJSON_AddItemToObject(json, "displayName", localized_to_json(&unit->displayName));
        cJSON_AddItemToObject(json, "description", localized_to_json(&unit->description));
    } else {
        cJSON_AddStringToObject(json, "structure", type->typeName);
    }
    return json;
}

cJSON *scalar_to_json(const void *value, const UA_DataType *type) {
    switch(type->typeKind) {
    case UA_DATATYPEKIND_BOOLEAN: return cJSON_CreateBool(*(const UA_Boolean *)value);
    case UA_DATATYPEKIND_SBYTE: return number_to_json(*(const UA_SByte *)value);
    case UA_DATATYPEKIND_BYTE: return number_to_json(*(const UA_Byte *)value);
    case UA_DATATYPEKIND_INT16: return number_to_json(*(const UA_Int16 *)value);
    case UA_DATATYPEKIND_UINT16: return number_to_json(*(const UA_UInt16 *)value);
    case UA_DATATYPEKIND_INT32: return number_to_json(*(const UA_Int32 *)value);
    case UA_DATATYPEKIND_UINT32: return number_to_json(*(const UA_UInt32 *)value);
    case UA_DATATYPEKIND_INT64: return number_to_json((double)*(const UA_Int64 *)value);
    case UA_DATATYPEKIND_UINT64: return number_to_json((double)*(const UA_UInt64 *)value);
    case UA_DATATYPEKIND_FLOAT: return number_to_json(*(const UA_Float *)value);
    case UA_DATATYPEKIND_DOUBLE: return number_to_json(*(const UA_Double *)value);
    case UA_DATATYPEKIND_STATUSCODE: return number_to_json(*(const UA_StatusCode *)value);
    case UA_DATATYPEKIND_STRING: return string_to_json(value);
    case UA_DATATYPEKIND_DATETIME: return time_to_json(*(const UA_DateTime *)value);
    case UA_DATATYPEKIND_BYTESTRING: return byte_string_to_json(value);
    case UA_DATATYPEKIND_NODEID: return node_id_to_json(value);
    case UA_DATATYPEKIND_EXPANDEDNODEID: return node_id_to_json(&((const UA_ExpandedNodeId *)value)->nodeId);
    case UA_DATATYPEKIND_QUALIFIEDNAME: return qualified_to_json(value);
    case UA_DATATYPEKIND_LOCALIZEDTEXT: return localized_to_json(value);
    default: return structure_to_json(value, type);
    }
}

cJSON *variant_to_json(const UA_Variant *value) {
    if(UA_Variant_isEmpty(value))
        return cJSON_CreateNull();
    if(UA_Variant_isScalar(value))
        return scalar_to_json(value->data, value->type);
    cJSON *list = cJSON_CreateArray();
    for(size_t i = 0; i < value->arrayLength; i++)
        cJSON_AddItemToArray(list, scalar_to_json((char *)value->data + i * value->type->memSize, value->type));
    return list;
}

cJSON *data_value_to_json(const UA_DataValue *value) {
    cJSON *json = cJSON_CreateObject();
    const UA_Boolean empty = !value->hasValue || UA_Variant_isEmpty(&value->value);
    cJSON_AddItemToObject(json, "value", empty ? cJSON_CreateNull() : variant_to_json(&value->value));
    cJSON_AddItemToObject(json, "type", empty ? cJSON_CreateNull() : cJSON_CreateString(value->value.type->typeName));
    cJSON_AddNumberToObject(json, "status", value->hasStatus ? value->status : UA_STATUSCODE_GOOD);
    cJSON_AddItemToObject(json, "sourceTimestamp",
                          value->hasSourceTimestamp ? time_to_json(value->sourceTimestamp) : cJSON_CreateNull());
    cJSON_AddItemToObject(json, "serverTimestamp",
                          value->hasServerTimestamp ? time_to_json(value->serverTimestamp) : cJSON_CreateNull());
    return json;
}

const char *text_of(const cJSON *command, const char *name) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(command, name));
    return text ? text : "";
}

double number_of(const cJSON *command, const char *name, double otherwise) {
    const cJSON *item = cJSON_GetObjectItem(command, name);
    return cJSON_IsNumber(item) ? item->valuedouble : otherwise;
}

UA_NodeId json_to_node_id(const cJSON *command, const char *name) {
    return UA_NODEID(text_of(command, name));
}

UA_DateTime json_to_time(const cJSON *command, const char *name) {
    UA_DateTimeStruct parts = {0};
    int year = 0, month = 0, day = 0, hour = 0, minute = 0;
    double second = 0;
    if(sscanf(text_of(command, name), "%d-%d-%dT%d:%d:%lf", &year, &month, &day, &hour, &minute, &second) != 6)
        return 0;
    parts.year = (UA_Int16)year;
    parts.month = (UA_UInt16)month;
    parts.day = (UA_UInt16)day;
    parts.hour = (UA_UInt16)hour;
    parts.min = (UA_UInt16)minute;
    return UA_DateTime_fromStruct(parts) + (UA_DateTime)(second * UA_DATETIME_SEC);
}

UA_ByteString json_to_bytes(const cJSON *command, const char *name) {
    UA_ByteString bytes = UA_BYTESTRING_NULL;
    const UA_String text = UA_STRING((char *)(uintptr_t)text_of(command, name));
    UA_ByteString_fromBase64(&bytes, &text);
    return bytes;
}

static double to_number(const cJSON *json) {
    return cJSON_IsString(json) ? strtod(json->valuestring, NULL) : json->valuedouble;
}

static UA_StatusCode list_to_variant(const char *type, const cJSON *list, UA_Variant *value) {
    if(strcmp(type, "String") != 0)
        return UA_STATUSCODE_BADNOTSUPPORTED;
    const size_t count = (size_t)cJSON_GetArraySize(list);
    UA_String *texts = UA_Array_new(count, &UA_TYPES[UA_TYPES_STRING]);
    for(size_t i = 0; i < count; i++)
        texts[i] = UA_STRING_ALLOC(cJSON_GetArrayItem(list, (int)i)->valuestring);
    UA_Variant_setArray(value, texts, count, &UA_TYPES[UA_TYPES_STRING]);
    return UA_STATUSCODE_GOOD;
}

UA_StatusCode json_to_variant(const cJSON *typed, UA_Variant *value) {
    const char *type = text_of(typed, "type");
    const cJSON *json = cJSON_GetObjectItem(typed, "value");
    UA_Variant_init(value);
    if(cJSON_IsArray(json))
        return list_to_variant(type, json, value);
    if(strcmp(type, "Boolean") == 0) {
        const UA_Boolean truth = cJSON_IsTrue(json);
        return UA_Variant_setScalarCopy(value, &truth, &UA_TYPES[UA_TYPES_BOOLEAN]);
    } else if(strcmp(type, "Double") == 0) {
        const UA_Double number = to_number(json);
        return UA_Variant_setScalarCopy(value, &number, &UA_TYPES[UA_TYPES_DOUBLE]);
    } else if(strcmp(type, "Float") == 0) {
        const UA_Float number = (UA_Float)to_number(json);
        return UA_Variant_setScalarCopy(value, &number, &UA_TYPES[UA_TYPES_FLOAT]);
    } else if(strcmp(type, "Int32") == 0) {
        const UA_Int32 number = (UA_Int32)to_number(json);
        return UA_Variant_setScalarCopy(value, &number, &UA_TYPES[UA_TYPES_INT32]);
    } else if(strcmp(type, "UInt32") == 0) {
        const UA_UInt32 number = (UA_UInt32)to_number(json);
        return UA_Variant_setScalarCopy(value, &number, &UA_TYPES[UA_TYPES_UINT32]);
    } else if(strcmp(type, "String") == 0) {
        const UA_String text = UA_STRING(json->valuestring);
        return UA_Variant_setScalarCopy(value, &text, &UA_TYPES[UA_TYPES_STRING]);
    } else if(strcmp(type, "LocalizedText") == 0) {
        const UA_LocalizedText text = UA_LOCALIZEDTEXT("", json->valuestring);
        return UA_Variant_setScalarCopy(value, &text, &UA_TYPES[UA_TYPES_LOCALIZEDTEXT]);
    } else if(strcmp(type, "ByteString") == 0) {
        UA_ByteString bytes = json_to_bytes(typed, "value");
        const UA_StatusCode status = UA_Variant_setScalarCopy(value, &bytes, &UA_TYPES[UA_TYPES_BYTESTRING]);
        UA_ByteString_clear(&bytes);
        return status;
    }
    return UA_STATUSCODE_BADNOTSUPPORTED;
}
