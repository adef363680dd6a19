// SPDX-License-Identifier: Apache-2.0
// A vault in a folder of its own, made with the cheapest key derivation that the bounds allow, and ways to
// damage it. For tests of the container; owned by one test.
#pragma once

#include "vault/container.h"
#include "vault/write_transaction.h"

#include <QTemporaryDir>

#include <filesystem>
#include <string>
#include <vector>

namespace keyturn::test {

inline constexpr crypto::Argon2idParams cheapArgon2id{19 * 1024, 1};
inline constexpr crypto::ScryptParams cheapScrypt{15, 8, 1};
inline constexpr const char *fixturePassphrase = "correct horse battery staple";

SecretBytes secretText(const char *text);

class ContainerFixture {
public:
    ContainerFixture();

    std::filesystem::path folder() const;
    std::filesystem::path file() const { return folder() / "test.vault"; }

    /// A new vault with some keys, materials, aliases and two log pages.
    vault::Container createFilled();
    /// Opened and unlocked with the fixture's passphrase; the test ends when that fails.
    vault::Container openUnlocked(vault::Access access = vault::Access::ReadWrite);
    /// The bare vault key, through the first slot.
    SecretBytes vaultKey();

    static vault::CreateOptions cheapOptions();

private:
    QTemporaryDir m_folder;
};

/// Puts rows "<prefix> 0".."<prefix> n-1" of a table, in one commit with one log record.
Status putRows(vault::Container &container, vault::Table table, const std::string &prefix, int count,
               const std::string &payload);
chainlog::Record logRecord(const std::string &action);

/// Everything that reading gives: every table's rows with payloads, identity, log. Two vaults with equal
/// texts answer equally.
Result<std::string> contentOf(vault::Container &container);

/// Runs SQL on a locked vault's file as an attacker with the sqlite3 program could.
void forge(const std::filesystem::path &file, const std::string &sql);

} // namespace keyturn::test
