// SPDX-License-Identifier: Apache-2.0
// How a profile gets its credentials: its source as a CredentialPlan, by the same rules as the AWS files
// (what a profile says itself is taken for a section of them). Never another source than the profile names.
// Internal to this module; pure but for reading the AWS files; any thread.
// Errors: Configuration, NoCredentials, ProfileNotFound, file errors.
#pragma once

#include "base/secret_bytes.h"
#include "credentials/credential_plan.h"
#include "workspace/profile.h"

#include <optional>

namespace keyturn::workspace {

struct CredentialWay {
    credentials::CredentialPlan plan;
    /// STS for these credentials; an error where none can be named.
    Result<credentials::ServiceEndpoint> sts;
    std::string caBundle; ///< for STS and Identity Center; empty: the system's roots
};

/// `keychainItem` is the profile's item where usesKeychain() says so.
Result<CredentialWay> credentialWayOf(const Profile &profile, const std::optional<SecretBytes> &keychainItem,
                                      const credentials::Environment &environment, Timestamp now);

} // namespace keyturn::workspace
