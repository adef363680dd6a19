// SPDX-License-Identifier: Apache-2.0
// The access key of a profile in the OS keychain: stored and removed, never read back for people. GUI thread
// (the keychain's rule); the keychain is borrowed and may be null. Errors: those of the keychain.
#pragma once

#include "base/result.h"
#include "base/secret_bytes.h"
#include "workspace/profile.h"

#include <functional>

namespace keyturn::keychain {
class Keychain;
}

namespace keyturn::workspace {

struct AccessKey {
    std::string accessKeyId;
    SecretBytes secretKey;
    SecretBytes sessionToken; ///< empty: none
};

using SecretDone = std::function<void(Status)>;

/// `done` runs later, once.
void storeAccessKey(keychain::Keychain *keychain, const Profile &profile, AccessKey key, SecretDone done);
void removeAccessKey(keychain::Keychain *keychain, const Profile &profile, SecretDone done);

} // namespace keyturn::workspace
