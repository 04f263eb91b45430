/* The commands: JSON in, one OPC UA service call, JSON out. */
#ifndef PDE_COMMANDS_H
#define PDE_COMMANDS_H

#include <cjson/cJSON.h>
#include <open62541/client.h>

/* Adds to the answer what the command asks for; its status is that of the whole service. */
typedef UA_StatusCode (*Command)(UA_Client *client, const cJSON *command, cJSON *answer);

Command find_command(const char *op);

#endif
