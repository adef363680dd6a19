// SPDX-License-Identifier: Apache-2.0
// Serving: an open vault as a KMS endpoint on loopback, for a window or a command: start and stop, its access
// keys, what to put into an environment, and a bounded stream of live requests. While it runs, the vault's
// lock file names the URL. Thread rule: every function from any thread; start(), stop() and those of the
// access keys block for a moment (disk, requests under way): not on a GUI thread, use Session::withVault.
// requestsSince() never blocks. Owner: whoever started it; it shares the vault. Stop it before the vault is
// locked, so that requests under way are answered; lock() first is safe too, they are then told that the
// vault is locked. Errors: those of endpoint/server.h and kms/access_keys.h, VaultLocked.
#pragma once

#include "base/secret_text.h"
#include "kms/access_keys.h"
#include "workspace/vault_access.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace keyturn::workspace {

struct ServingOptions {
    std::uint16_t port = 0; ///< 0: a free one
};

/// One request that was answered, or refused.
struct LiveRequest {
    std::uint64_t serial = 0; ///< 1 for the first
    Timestamp time{};
    std::chrono::microseconds took{};
    std::string accessKeyId; ///< of a good signature; empty before that
    std::string operation;   ///< "ReEncrypt"; empty where none was named
    std::string outcome;     ///< "Success", or the error's name on the wire
    std::string requestId;
    int status = 0; ///< of the HTTP answer
};

class Serving {
public:
    /// `somethingNew` (may be empty) is called on the endpoint's thread when there are live requests to
    /// fetch, and not again until requestsSince() was called: post to your own thread from it.
    static Result<std::unique_ptr<Serving>> start(std::shared_ptr<OpenVault> vault, ServingOptions options,
                                                  std::function<void()> somethingNew = {});
    ~Serving(); ///< stops

    std::string url() const; ///< "http://127.0.0.1:4711"
    std::uint16_t port() const;
    std::string region() const;
    std::string accountId() const;
    std::size_t connectionCount() const;

    /// Those with a greater serial, oldest first; only the newest 1,000 are kept.
    std::vector<LiveRequest> requestsSince(std::uint64_t serial) const;
    std::uint64_t requestCount() const; ///< answered so far

    /// Answers what is under way, lets go of the port, takes the URL out of the lock file. Idempotent.
    void stop();

private:
    class Impl;
    explicit Serving(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// Shell lines that point the AWS CLI and SDKs at the endpoint, without a secret: credentials come from the
/// file (AWS credentials syntax) when one is named.
std::string environmentLines(const std::string &url, const std::string &region,
                             const std::string &credentialsFile = {});
/// The same with the access key itself: shown once, when it is made.
SecretText environmentLines(const std::string &url, const std::string &region,
                            const kms::CreatedAccessKey &accessKey);
/// "[default]" with the access key, in AWS credentials syntax.
SecretText credentialsFileText(const kms::CreatedAccessKey &accessKey);
/// "aws --endpoint-url ... kms list-keys": a first call to try.
std::string exampleCommand(const std::string &url, const std::string &region);

} // namespace keyturn::workspace
