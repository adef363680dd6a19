// SPDX-License-Identifier: Apache-2.0
// Wire: what every request to one endpoint has in common, and how an attempt becomes a signed HTTP request.
// Internal to this module; constant once made, so any thread. Errors: those of the credentials.
#pragma once

#include "remote/attempt.h"
#include "remote/endpoint_url.h"
#include "remote/proxy_rules.h"
#include "remote/remote_call.h"

#include "credentials/credentials.h"

#include <QNetworkProxy>
#include <QNetworkRequest>
#include <QSslConfiguration>

namespace keyturn::remote {

struct Wire {
    EndpointTarget target;
    QSslConfiguration tls;
    Proxy proxy;
    std::string region;
    std::string userAgent;
    std::shared_ptr<credentials::CredentialsSource> credentials;
    std::shared_ptr<const Clock> clock;
    AttemptTimes times;
    int maxAttempts = 3;

    QNetworkProxy networkProxy() const;
};

struct SignedRequest {
    QNetworkRequest request;
    credentials::CredentialsSource::Shared keys; ///< that signed it
};

/// Signed for now plus `clockOffset`. The headers that count attempts are sent but not signed: some services
/// take exactly content-type, host, x-amz-date and x-amz-target (kms-semantics.md section 13).
Result<SignedRequest> signedRequest(const Wire &wire, const RemoteCall &call, int attempt,
                                    std::chrono::seconds clockOffset);

} // namespace keyturn::remote
