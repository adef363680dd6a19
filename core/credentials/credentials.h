// SPDX-License-Identifier: Apache-2.0
// Credentials: an access key, and where it came from. CredentialsSource: the port through which a transport
// asks for them at the moment of signing. Credentials are a plain value that moves and never copies; a source
// may be asked from any thread and does not block. Errors: NoCredentials, ExpiredToken.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/secret_bytes.h"

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
    virtual ~CredentialsSource() = default;
    virtual Result<std::shared_ptr<const Credentials>> current(Timestamp now) = 0;
};

/// The same credentials until they expire.
std::shared_ptr<CredentialsSource> fixedCredentials(Credentials credentials);

} // namespace keyturn::credentials
