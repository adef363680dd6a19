// SPDX-License-Identifier: Apache-2.0
// The three calls of AWS STS that Keyturn makes, in its query protocol: signed AssumeRole, unsigned
// AssumeRoleWithWebIdentity, signed GetCallerIdentity (who am I; the connection test). Each blocks for one
// exchange: worker threads only. Nothing is retried. Errors: the service's own (code, message and request id
// verbatim; AccessDenied, ExpiredToken, InvalidClientTokenId, ...), BadReply for an answer that is not what
// STS sends, and those of http_client.h. Follows ecosystem.md section 1.4.
#pragma once

#include "credentials/credentials.h"
#include "credentials/http_client.h"
#include "credentials/settings.h"

namespace keyturn::credentials {

struct AssumeRoleCall {
    std::string roleArn;
    std::string sessionName;
    std::string externalId; ///< empty: none
    std::string mfaSerial;  ///< empty: none
    SecretText mfaCode;
    std::optional<int> durationSeconds;
};

/// `now` goes into the signature. The reply's source text is left to the caller.
Result<Credentials> assumeRole(HttpClient &http, const ServiceEndpoint &sts, const AssumeRoleCall &call,
                               const Credentials &base, Timestamp now, const CancelToken &cancel = {});

Result<Credentials> assumeRoleWithWebIdentity(HttpClient &http, const ServiceEndpoint &sts,
                                              const std::string &roleArn, const std::string &sessionName,
                                              const SecretBytes &token, const CancelToken &cancel = {});

struct CallerIdentity {
    std::string account;
    std::string arn;
    std::string userId;
    std::optional<Timestamp> serverDate; ///< for the clock offset
};
Result<CallerIdentity> callerIdentity(HttpClient &http, const ServiceEndpoint &sts, const Credentials &keys,
                                      Timestamp now, const CancelToken &cancel = {});

} // namespace keyturn::credentials
