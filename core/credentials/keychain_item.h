// SPDX-License-Identifier: Apache-2.0
// The keychain item of a profile: one small JSON document, UTF-8, always stored as binary:
//   {"v":1,"accessKeyId":"..","secretAccessKey":"..","sessionToken":"..","expiration":"2026-11-22T04:17:00Z"}
// sessionToken and expiration may be absent; members that we do not know are skipped, a higher "v" is
// refused. The document is read and written inside secure memory. Pure functions any thread; the two that use
// a Keychain follow its thread rule (main thread, answers through the event loop). Errors: Configuration (a
// damaged item, never quoted), and those of keychain/keychain.h.
#pragma once

#include "credentials/credentials.h"

#include "keychain/keychain.h"

namespace keyturn::credentials {

SecretBytes writeKeychainDocument(const Credentials &credentials);
/// `source` is what people are told the credentials came from.
Result<Credentials> readKeychainDocument(const SecretBytes &document, std::string source);

/// Loads the item of a profile; `profileName` goes into the source text.
void loadFromKeychain(keychain::Keychain &keychain, const std::string &profileUuid,
                      const std::string &profileName, keychain::CallOptions options,
                      UniqueFunction<void(Result<Credentials>)> done);
void saveToKeychain(keychain::Keychain &keychain, const std::string &profileUuid,
                    const Credentials &credentials, keychain::CallOptions options,
                    UniqueFunction<void(Status)> done);

/// "OS keychain, profile NAME".
std::string keychainSourceText(const std::string &profileName);

} // namespace keyturn::credentials
