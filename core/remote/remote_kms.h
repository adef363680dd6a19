// SPDX-License-Identifier: Apache-2.0
// RemoteKms: a KMS endpoint over HTTPS as a KmsService. Signs each attempt when it is sent, retries by the
// standard rules, bounds and checks every reply, and maps errors by their code. Threads: submit() and
// capabilities() from any thread; the network lives in one worker thread of its own, completions run there.
// The destructor cancels what is under way and waits for it. Owner: whoever opened it.
// Errors: the service's own, and HostNotFound, ConnectionFailed, TlsFailed, TimedOut, OutcomeUnknown,
// Redirected, BadReply, ReplyTooLarge, InsecureEndpoint, Cancelled, NoCredentials, ExpiredToken,
// Configuration. Follows DESIGN.md section 6 and ecosystem.md section 2.1.
#pragma once

#include "credentials/credentials.h"

#include "base/clock.h"
#include "base/secret_bytes.h"
#include "kms/service.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace keyturn::remote {

struct RemoteOptions {
    std::string endpointUrl; ///< "https://host[:port][/path]"; http:// to loopback only
    std::string region;      ///< goes into every signature
    std::shared_ptr<credentials::CredentialsSource> credentials;
    std::string caBundle; ///< path of a PEM file that stands in for the system's roots; empty: the system's
    int maxAttempts = 3;
    std::chrono::milliseconds connectTimeout{60'000};
    std::chrono::milliseconds readTimeout{60'000};
    std::string userAgent = "keyturn";
    std::shared_ptr<const Clock> clock; ///< null: the machine's
    UniqueFunction<double()> random;    ///< 0 to 1, for the delay before a retry; empty: a real one
    /// Replaces the delay before a retry in tests: told how long, calls back when it is over. Runs in the
    /// worker thread.
    UniqueFunction<void(std::chrono::milliseconds, UniqueFunction<void()>)> sleep;
};

/// What the connection has seen, for the connection panel.
struct ConnectionFacts {
    /// The endpoint's Date minus our clock at the last answer that had one.
    std::optional<std::chrono::seconds> clockSkew;
    std::string tlsProtocol;        ///< "TLSv1.3"; empty on plain http
    std::string certificateSubject; ///< common name of the endpoint's certificate
    std::string certificateExpires; ///< ISO 8601
    std::string credentialSource;   ///< whose keys signed last
};

class RemoteKms final : public kms::KmsService {
public:
    /// Checks what can be checked without a call: URL, Region, CA bundle. Errors: Configuration,
    /// InsecureEndpoint, NoRegion, FileNotFound and other file errors.
    static Result<std::unique_ptr<RemoteKms>> open(RemoteOptions options);
    ~RemoteKms() override;

    kms::Capabilities capabilities() const override;
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override;
    ConnectionFacts facts() const;

private:
    struct Impl;
    explicit RemoteKms(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace keyturn::remote
