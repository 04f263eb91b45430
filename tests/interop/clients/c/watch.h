/* Subscriptions to values and to alarms, until enough has come or the time is over. */
#ifndef PDE_WATCH_H
#define PDE_WATCH_H

#include <cjson/cJSON.h>
#include <open62541/client.h>

UA_UInt32 begin_subscription(UA_Client *client, const cJSON *command, UA_StatusCode *status);
UA_DateTime deadline(const cJSON *command);

UA_StatusCode subscribe(UA_Client *client, const cJSON *command, cJSON *answer);
UA_StatusCode alarms(UA_Client *client, const cJSON *command, cJSON *answer);

#endif
