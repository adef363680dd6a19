// SPDX-License-Identifier: Apache-2.0
#include "workspace/profile_secrets.h"

#include "credentials/keychain_item.h"
#include "keychain/keychain.h"

namespace keyturn::workspace {
namespace {

Error noKeychain() {
    return clientError(ErrorCode::KeychainUnavailable, "This machine has no keychain that Keyturn can use.");
}

} // namespace

void storeAccessKey(keychain::Keychain *keychain, const Profile &profile, AccessKey key, SecretDone done) {
    if (keychain == nullptr) {
        return done(fail(noKeychain()));
    }
    credentials::Credentials credentials;
    credentials.accessKeyId = std::move(key.accessKeyId);
    credentials.secretKey = std::move(key.secretKey);
    credentials.sessionToken = std::move(key.sessionToken);
    credentials::saveToKeychain(*keychain, profile.id, credentials, {},
                                [done = std::move(done)](Status stored) { done(std::move(stored)); });
}

void removeAccessKey(keychain::Keychain *keychain, const Profile &profile, SecretDone done) {
    if (keychain == nullptr) {
        return done({});
    }
    keychain->remove({keychain::ItemKind::Profile, profile.id}, {},
                     [done = std::move(done)](Status removed) { done(std::move(removed)); });
}

} // namespace keyturn::workspace
