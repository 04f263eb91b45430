/* OPC UA values as JSON and back; ../README.md says how each type looks. */
#ifndef PDE_VALUES_H
#define PDE_VALUES_H

#include <cjson/cJSON.h>
#include <open62541/types.h>

cJSON *scalar_to_json(const void *value, const UA_DataType *type);
cJSON *variant_to_json(const UA_Variant *value);
cJSON *data_value_to_json(const UA_DataValue *value);
cJSON *node_id_to_json(const UA_NodeId *node);
cJSON *byte_string_to_json(const UA_ByteString *bytes);

/* What these return has to be cleared by UA_..._clear. */
UA_StatusCode json_to_variant(const cJSON *typed, UA_Variant *value);
UA_NodeId json_to_node_id(const cJSON *command, const char *name);
UA_DateTime json_to_time(const cJSON *command, const char *name);
UA_ByteString json_to_bytes(const cJSON *command, const char *name);

double number_of(const cJSON *command, const char *name, double otherwise);
const char *text_of(const cJSON *command, const char *name);

#endif
