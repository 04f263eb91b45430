/* Opens a session with the security policy, message mode and identity that the command line asks for. */
#ifndef PDE_CONNECTION_H
#define PDE_CONNECTION_H

#include <open62541/client.h>

UA_StatusCode open_session(UA_Client *client, int count, char **arguments);

#endif
