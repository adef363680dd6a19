// SPDX-License-Identifier: Apache-2.0
// Credentials: an access key, and where it came from. CredentialsSource: the port through which a transport
// asks for them at the moment of signing. Credentials are a plain value that moves and never copies; a source
// may be asked from any thread and never blocks: `current` looks at what is at hand, `obtain` answers later
// when they have to be fetched or renewed first. Errors: NoCredentials, ExpiredToken, Cancelled, and whatever
// kept the source from fetching (plan_source.h names them); the detail says which source it was.
#pragma once

#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret_bytes.h"
#include "base/unique_function.h"

#include <memory>
#include <optional>
#include <string>

namespace keyturn::credentials {

struct Credentials {
    std::string accessKeyId;
    SecretBytes secretKey;
    SecretBytes sessionToken; ///< empty: none
    std::optional<Timestamp> expiration;
    std::string source; ///< for people: "environment variable AWS_ACCESS_KEY_ID", ...
};

class CredentialsSource {
public:
    using Shared = std::shared_ptr<const Credentials>;
    using Obtained = UniqueFunction<void(Result<Shared>)>;

    virtual ~CredentialsSource() = default;
    /// What is at hand and has not expired; starts a renewal in the background when it is time for one.
    virtual Result<Shared> current(Timestamp now) = 0;
    /// The same, but fetches or renews first where nothing good is at hand. `done` runs exactly once, on any
    /// thread, possibly before this returns. Cancelling answers this caller alone; the work itself stops when
    /// nobody waits for it any more.
    virtual void obtain(Timestamp now, CancelToken cancel, Obtained done);
    /// The service said that these have expired or are unknown: they are not handed out again, so that the
    /// next obtain() renews. Without effect when others are at hand by now.
    virtual void refused(const Credentials &used);
};

/// The same credentials until they expire.
std::shared_ptr<CredentialsSource> fixedCredentials(Credentials credentials);

} // namespace keyturn::credentials
