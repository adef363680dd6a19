// SPDX-License-Identifier: Apache-2.0
// The calls of IAM Identity Center (OIDC and portal) that Keyturn makes: register, start a device login, ask
// for its token, renew a token, get a role's credentials. Each blocks for one exchange: worker threads only.
// Errors: the service's own code and message verbatim (serviceCode "AuthorizationPendingException",
// "SlowDownException", "ExpiredTokenException", "AccessDeniedException", ...), BadReply, and those of
// http_client.h. Follows ecosystem.md section 1.5.
#pragma once

#include "credentials/credentials.h"
#include "credentials/http_client.h"
#include "credentials/settings.h"

#include <vector>

namespace keyturn::credentials {

struct OidcClient {
    std::string id;
    SecretText secret;
    Timestamp expires;
};

struct DeviceAuthorization {
    SecretText deviceCode;
    std::string userCode;
    std::string verificationUrl;
    std::string verificationUrlComplete;
    Timestamp expires;
    std::chrono::seconds interval{5};
};

struct SsoToken {
    SecretText accessToken;
    SecretText refreshToken; ///< empty: none
    Timestamp expires;
};

Result<OidcClient> registerClient(HttpClient &http, const ServiceEndpoint &oidc,
                                  const std::vector<std::string> &scopes, const CancelToken &cancel = {});
Result<DeviceAuthorization> startDeviceAuthorization(HttpClient &http, const ServiceEndpoint &oidc,
                                                     const OidcClient &client, const std::string &startUrl,
                                                     Timestamp now, const CancelToken &cancel = {});
Result<SsoToken> createTokenByDevice(HttpClient &http, const ServiceEndpoint &oidc, const OidcClient &client,
                                     const SecretText &deviceCode, Timestamp now,
                                     const CancelToken &cancel = {});
/// Not to be stopped once it is sent, but short: a refresh token is good once, and the one that replaces it
/// would be lost.
Result<SsoToken> createTokenByRefresh(HttpClient &http, const ServiceEndpoint &oidc, const OidcClient &client,
                                      const SecretText &refreshToken, Timestamp now);
Result<Credentials> getRoleCredentials(HttpClient &http, const ServiceEndpoint &portal,
                                       const SecretText &accessToken, const std::string &accountId,
                                       const std::string &roleName, const CancelToken &cancel = {});

} // namespace keyturn::credentials
