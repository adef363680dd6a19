// SPDX-License-Identifier: Apache-2.0
// Where the key of a job's journal comes from (reencrypt/journal.h). A new journal's: the key file that is
// named; else, for a job in a vault, a subkey of that vault; else a key of this user in the OS keychain; and
// only where there is no keychain at all, a file of mode 0600 in Keyturn's state folder, which whoever asks
// is told. A journal names its source ("vault <id>", with the number of the vault's key from the second on,
// "keychain <uuid>", "file", "key file"), and is opened with a key of that source only, never of another. A
// locked or mute keychain is an error: nothing weaker takes its place. Thread rule: that of the keychain
// (keychain.h); without one, any thread that may block on a file. Errors: Configuration (the source that is
// needed, and what to do), PermissionDenied (a key file open to others), Usage (a key file without a key),
// FileNotFound, and those of files and keychain.
#pragma once

#include "base/result.h"
#include "base/secret_bytes.h"
#include "base/unique_function.h"
#include "keychain/keychain.h"

#include <filesystem>
#include <memory>
#include <string>

namespace keyturn::keychain {
class BlockingKeychain;
}

namespace keyturn::workspace {

class OpenVault;

inline constexpr std::size_t journalKeyBytes = 32;

struct JournalKey {
    SecretBytes key;
    std::string source; ///< for Journal::create
    std::string notice; ///< what the person should know: a key lies in a file now; else empty
};

/// The keychain as these functions need it; answers may come before the call returns.
class JournalKeychain {
public:
    virtual ~JournalKeychain() = default;
    virtual void probe(UniqueFunction<void(keychain::KeychainState)> done) = 0;
    virtual void read(const keychain::ItemId &id, UniqueFunction<void(Result<SecretBytes>)> done) = 0;
    virtual void write(const keychain::ItemId &id, SecretBytes secret, UniqueFunction<void(Status)> done) = 0;
};
std::shared_ptr<JournalKeychain> journalKeychain(keychain::Keychain &keychain, keychain::CallOptions options);
/// For the command line: every answer is there when the call returns.
std::shared_ptr<JournalKeychain> journalKeychain(keychain::BlockingKeychain &keychain);

struct JournalKeyWish {
    std::string source;                 ///< JournalHead::keySource of a journal that exists; empty: a new one
    std::filesystem::path keyFile;      ///< --journal-key-file; made where a new journal names a missing one
    std::shared_ptr<OpenVault> vault{}; ///< the job's service, where it is a vault
    std::filesystem::path stateFolder{}; ///< empty: Keyturn's
    std::string subject{};               ///< of its messages; empty: "The journal of this job"
};

/// `keychain` is touched only where the key is there or goes there; `done` is called once.
void obtainJournalKey(JournalKeyWish wish, std::shared_ptr<JournalKeychain> keychain,
                      UniqueFunction<void(Result<JournalKey>)> done);

} // namespace keyturn::workspace
