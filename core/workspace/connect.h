// SPDX-License-Identifier: Apache-2.0
// From a profile to a service: credentials by the profile's source, RemoteKms on its endpoint, decorators
// around it. Used by Session (off the GUI thread) and by commands. Makes no call to the endpoint. Any thread.
// Errors: Configuration, NoCredentials, NoRegion, ProfileNotFound, InsecureEndpoint, file errors.
#pragma once

#include "base/secret_bytes.h"
#include "kms/service.h"
#include "workspace/profile.h"

#include <memory>
#include <optional>
#include <string>

namespace keyturn::workspace {

struct Connection {
    std::shared_ptr<kms::KmsService> service;
    std::string credentialOrigin; ///< which source won, for people
};

/// `keychainItem` is the profile's item where its source is the keychain.
Result<Connection> connectEndpoint(const Profile &profile, std::optional<SecretBytes> keychainItem);

/// The decorators that a profile asks for, around a backend.
std::shared_ptr<kms::KmsService> decorate(std::shared_ptr<kms::KmsService> backend, const Profile &profile);

} // namespace keyturn::workspace
