// SPDX-License-Identifier: Apache-2.0
// RemoteKms: a KMS endpoint over HTTPS as a KmsService. Signs each attempt when it is sent, retries by the
// rules of the AWS SDKs, bounds and checks every reply, maps errors by their code, and learns what kind of
// service answers. Threads: submit(), capabilities(), facts() and recentChange() from any thread; one worker
// thread decides, others carry the requests; completions run in a worker thread. The destructor cancels what
// is under way and waits for it. Owner: whoever opened it.
// Time: connect and read time-outs run from the moment a request goes out, never while it waits for its turn;
// the caller's own deadline is a moment and holds from submit() on.
// Errors: the service's own, and HostNotFound, ConnectionFailed, TlsFailed, TimedOut, OutcomeUnknown,
// Redirected, BadReply, ReplyTooLarge, InsecureEndpoint, Cancelled, NoCredentials, ExpiredToken,
// Configuration, Usage, Throttling (our own queue is full), UnsupportedOperation (not at this endpoint).
// Follows DESIGN.md section 6, ecosystem.md section 2 and kms-semantics.md section 13.
#pragma once

#include "credentials/credentials.h"
#include "remote/proxy_rules.h"
#include "remote/server_kind.h"

#include "base/clock.h"
#include "base/secret_bytes.h"
#include "kms/service.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace keyturn::remote {

/// botocore's modes; its "legacy" is taken as Standard.
enum class RetryMode : std::uint8_t {
    Standard,
    Adaptive ///< and from the first throttling on, a rate of our own that follows what the service grants
};
/// "standard", "adaptive" and "legacy"; nothing for any other text.
std::optional<RetryMode> retryModeFromName(std::string_view name);

struct RemoteOptions {
    std::string endpointUrl; ///< "https://host[:port][/path]"; http:// to loopback only
    std::string region;      ///< goes into every signature
    std::shared_ptr<credentials::CredentialsSource> credentials;
    std::string caBundle; ///< path of a PEM file that stands in for the system's roots; empty: the system's
    int maxAttempts = 3;
    std::chrono::milliseconds connectTimeout{60'000};
    std::chrono::milliseconds readTimeout{60'000};
    std::string userAgent = "keyturn";
    RetryMode retryMode = RetryMode::Standard;
    /// What the profile says it is; empty: by the URL, then by what it answers.
    std::optional<ServerKind> serverKind;
    ProxyOptions proxy;
    int connectionGroups = 11;     ///< of six requests each, opened as they are needed
    std::size_t maxWaiting = 4096; ///< calls that wait for a connection, for each job
    /// Told, on a worker thread, that facts() or capabilities() say something new. Must return fast.
    UniqueFunction<void()> factsChanged;
    std::shared_ptr<const Clock> clock; ///< null: the machine's
    UniqueFunction<double()> random;    ///< 0 to 1, for the delay before a retry; empty: a real one
    /// Replaces waiting (before a retry, for the adaptive rate) in tests: told how long, calls back when it
    /// is over. Runs in the worker thread.
    UniqueFunction<void(std::chrono::milliseconds, UniqueFunction<void()>)> sleep;
};

/// Whether the endpoint honours DryRun.
enum class DryRunSupport : std::uint8_t {
    NotTried,
    Honoured, ///< a dry run was answered as one
    Ignored   ///< a dry run was carried out: never asked for again
};

/// What the connection has seen, for the connection panel.
struct ConnectionFacts {
    /// The endpoint's Date minus our clock at the last answer that had one.
    std::optional<std::chrono::seconds> clockSkew;
    /// What is added to our clock in signatures: 0 until a signature was refused for its time.
    std::chrono::seconds signingOffset{0};
    std::string tlsProtocol;        ///< "TLSv1.3"; empty on plain http
    std::string certificateSubject; ///< common name of the endpoint's certificate
    std::string certificateExpires; ///< ISO 8601
    std::string credentialSource;   ///< whose keys signed last
    std::string proxy;              ///< "host:port (HTTPS_PROXY)", never its password; empty: direct
    ServerKind serverKind = ServerKind::Unknown;
    DryRunSupport dryRun = DryRunSupport::NotTried;
    std::uint64_t requestsSent = 0; ///< attempts that went out
    std::uint64_t retries = 0;
    std::uint64_t throttled = 0;        ///< answers that asked for fewer requests
    std::optional<double> adaptiveRate; ///< requests a second; empty: not limited
};

/// A change that Keyturn made through this connection less than five minutes ago.
struct RecentChange {
    std::string operation; ///< "EnableKey"
    std::chrono::seconds age{0};
};

class RemoteKms final : public kms::KmsService {
public:
    /// Checks what can be checked without a call: URL, Region, CA bundle, proxy. Errors: Configuration,
    /// InsecureEndpoint, NoRegion, FileNotFound and other file errors.
    static Result<std::unique_ptr<RemoteKms>> open(RemoteOptions options);
    ~RemoteKms() override;

    /// With what the endpoint was found to lack.
    kms::Capabilities capabilities() const override;
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override;
    ConnectionFacts facts() const;
    /// For a key id, ARN or alias: what is shown of it may still be the old state.
    std::optional<RecentChange> recentChange(std::string_view keyOrAlias) const;

private:
    struct Impl;
    explicit RemoteKms(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace keyturn::remote
