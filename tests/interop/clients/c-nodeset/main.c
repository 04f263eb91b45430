/* Loads the node set into a server of open62541, prints every tag of every type with its range and unit as JSON. */

#include <cjson/cJSON.h>
#include <open62541/plugin/log_stdout.h>
#include <open62541/server.h>
#include <open62541/server_config_default.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pde_models.h"

#define MODELS "urn:process-dynamics-engine:models"
#define BASE "SimulationType"

static UA_BrowseResult below(UA_Server *server, UA_NodeId node, UA_UInt32 reference, UA_UInt32 classes) {
    UA_BrowseDescription wanted;
    UA_BrowseDescription_init(&wanted);
    wanted.nodeId = node;
    wanted.referenceTypeId = UA_NODEID_NUMERIC(0, reference);
    wanted.includeSubtypes = true;
    wanted.nodeClassMask = classes;
    wanted.resultMask = UA_BROWSERESULTMASK_BROWSENAME;
    return UA_Server_browse(server, 0, &wanted);
}

static char *text(UA_String string) {
    char *copy = calloc(string.length + 1, 1);
    memcpy(copy, string.data, string.length);
    return copy;
}

static void add_property(UA_Server *server, const UA_ReferenceDescription *property, cJSON *tag) {
    UA_Variant value;
    if(UA_Server_readValue(server, property->nodeId.nodeId, &value) != UA_STATUSCODE_GOOD) return;
    if(UA_Variant_hasScalarType(&value, &UA_TYPES[UA_TYPES_RANGE])) {
        const UA_Range *range = value.data;
        const UA_String name = UA_STRING("EURange");
        if(UA_String_equal(&property->browseName.name, &name)) {
            cJSON_AddNumberToObject(tag, "low", range->low);
            cJSON_AddNumberToObject(tag, "high", range->high);
        }
    }
    if(UA_Variant_hasScalarType(&value, &UA_TYPES[UA_TYPES_EUINFORMATION])) {
        const UA_EUInformation *unit = value.data;
        char *shown = text(unit->displayName.text);
        cJSON_AddStringToObject(tag, "unit", shown);
        cJSON_AddNumberToObject(tag, "unitId", unit->unitId);
        free(shown);
    }
    UA_Variant_clear(&value);
}

static void add_tags(UA_Server *server, UA_NodeId type, cJSON *tags) {
    UA_BrowseResult members = below(server, type, UA_NS0ID_HASCOMPONENT, UA_NODECLASS_VARIABLE);
    for(size_t i = 0; i < members.referencesSize; i++) {
        UA_NodeId member = members.references[i].nodeId.nodeId;
        UA_BrowseResult properties = below(server, member, UA_NS0ID_HASPROPERTY, UA_NODECLASS_VARIABLE);
        cJSON *tag = cJSON_CreateObject();
        for(size_t j = 0; j < properties.referencesSize; j++) add_property(server, &properties.references[j], tag);
        if(tag->child && member.identifierType == UA_NODEIDTYPE_STRING) {
            char *name = text(member.identifier.string);
            cJSON_AddItemToObject(tags, name, tag);
            free(name);
        } else {
            cJSON_Delete(tag);
        }
        UA_BrowseResult_clear(&properties);
    }
    UA_BrowseResult_clear(&members);
}

int main(void) {
    UA_ServerConfig config;
    memset(&config, 0, sizeof(config));
    config.logging = UA_Log_Stdout_new(UA_LOGLEVEL_FATAL);
    UA_ServerConfig_setDefault(&config);
    UA_Server *server = UA_Server_newWithConfig(&config);
    UA_StatusCode loaded = pde_models(server);
    size_t space = 0;
    if(loaded != UA_STATUSCODE_GOOD ||
        UA_Server_getNamespaceByName(server, UA_STRING(MODELS), &space) != UA_STATUSCODE_GOOD) {
        fprintf(stderr, "the node set can't be loaded: %s\n", UA_StatusCode_name(loaded));
        return 1;
    }
    cJSON *tags = cJSON_CreateObject();
    UA_NodeId base = UA_NODEID_STRING((UA_UInt16)space, BASE);
    UA_BrowseResult types = below(server, base, UA_NS0ID_HASSUBTYPE, UA_NODECLASS_OBJECTTYPE);
    for(size_t i = 0; i < types.referencesSize; i++) add_tags(server, types.references[i].nodeId.nodeId, tags);
    char *shown = cJSON_PrintUnformatted(tags);
    puts(shown);
    free(shown);
    cJSON_Delete(tags);
    UA_BrowseResult_clear(&types);
    UA_Server_delete(server);
    return 0;
}
