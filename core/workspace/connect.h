// SPDX-License-Identifier: Apache-2.0
// From a profile to a service: credentials by its source, RemoteKms on its endpoint, decorators around it.
// Used by Session (asynchronously) and by commands (blocking). Errors: those of credentials, keychain and
// remote.
#pragma once

#include "kms/service.h"
#include "workspace/profile.h"

#include <memory>
#include <string>

namespace keyturn::workspace {

/// The decorators that a profile asks for, around a backend.
std::shared_ptr<kms::KmsService> decorate(std::shared_ptr<kms::KmsService> backend, const Profile &profile);

} // namespace keyturn::workspace
