#include "connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <open62541/client_config_default.h>
#include <open62541/plugin/certificategroup_default.h>

#define APPLICATION_URI "urn:pde:interop"
#define POLICIES "http://opcfoundation.org/UA/SecurityPolicy#"

static const char *option(int count, char **arguments, const char *name) {
    for(int i = 2; i + 1 < count; i += 2)
        if(strcmp(arguments[i], name) == 0)
            return arguments[i + 1];
    return NULL;
}

static UA_ByteString file(const char *path) {
    UA_ByteString content = UA_BYTESTRING_NULL;
    FILE *opened = path ? fopen(path, "rb") : NULL;
    if(!opened)
        return content;
    fseek(opened, 0, SEEK_END);
    UA_ByteString_allocBuffer(&content, (size_t)ftell(opened));
    rewind(opened);
    content.length = fread(content.data, 1, content.length, opened);
    fclose(opened);
    return content;
}

static UA_MessageSecurityMode mode(const char *name, UA_Boolean secure) {
    if(!secure)
        return UA_MESSAGESECURITYMODE_NONE;
    return name && strcmp(name, "Sign") == 0 ? UA_MESSAGESECURITYMODE_SIGN : UA_MESSAGESECURITYMODE_SIGNANDENCRYPT;
}

/* An encrypted password needs the policies too, even on a channel without security. */
static UA_StatusCode add_policies(UA_ClientConfig *config, int count, char **arguments) {
    UA_ByteString certificate = file(option(count, arguments, "--certificate"));
    UA_ByteString key = file(option(count, arguments, "--key"));
    const UA_StatusCode status = UA_ClientConfig_setDefaultEncryption(config, certificate, key, NULL, 0, NULL, 0);
    UA_ByteString_clear(&certificate);
    UA_ByteString_clear(&key);
    return status;
}

static UA_StatusCode identify(UA_ClientConfig *config, int count, char **arguments) {
    const char *user = option(count, arguments, "--user");
    if(user)
        return UA_ClientConfig_setAuthenticationUsername(config, user, option(count, arguments, "--password"));
    UA_ByteString certificate = file(option(count, arguments, "--user-certificate"));
    UA_ByteString key = file(option(count, arguments, "--user-key"));
    UA_StatusCode status = UA_STATUSCODE_GOOD;
    if(certificate.length)
        status = UA_ClientConfig_setAuthenticationCert(config, certificate, key);
    UA_ByteString_clear(&certificate);
    UA_ByteString_clear(&key);
    return status;
}

UA_StatusCode open_session(UA_Client *client, int count, char **arguments) {
    UA_ClientConfig *config = UA_Client_getConfig(client);
    const char *policy = option(count, arguments, "--policy");
    const UA_Boolean secured = policy && strcmp(policy, "None") != 0;
    UA_StatusCode status = option(count, arguments, "--certificate") ? add_policies(config, count, arguments)
                                                                      : UA_ClientConfig_setDefault(config);
    if(status != UA_STATUSCODE_GOOD)
        return status;
    config->certificateVerification.clear(&config->certificateVerification);
    UA_CertificateGroup_AcceptAll(&config->certificateVerification);
    config->securityMode = mode(option(count, arguments, "--mode"), secured);
    UA_String_clear(&config->securityPolicyUri);
    char uri[128];
    snprintf(uri, sizeof(uri), POLICIES "%s", secured ? policy : "None");
    config->securityPolicyUri = UA_STRING_ALLOC(uri);
    UA_String_clear(&config->clientDescription.applicationUri);
    config->clientDescription.applicationUri = UA_STRING_ALLOC(APPLICATION_URI);
    status = identify(config, count, arguments);
    return status == UA_STATUSCODE_GOOD ? UA_Client_connect(client, arguments[1]) : status;
}
