// SPDX-License-Identifier: Apache-2.0
// A vault for the probe to open, and everything secret about it, known from the file and the passphrase
// alone: the vault key out of its slot, the materials out of their rows. A copy of the file, made before the
// probe opens it, decrypts the data keys that the probe makes. Each is fresh and random. Owned by one test.
#pragma once

#include "base/secret_bytes.h"
#include "gui/memory/needles.h"
#include "vault/vault_kms.h"

#include <QTemporaryDir>

#include <filesystem>
#include <string>
#include <vector>

namespace keyturn::test {

class ProbedVault {
public:
    ProbedVault();

    std::filesystem::path folder() const { return m_folder.path().toStdString(); }
    std::filesystem::path file() const { return folder() / "probed.keyturn"; }
    const std::string &symmetricKey() const { return m_symmetricKey; } ///< its id
    const std::string &rsaKey() const { return m_rsaKey; }
    const std::string &ciphertext() const { return m_ciphertext; } ///< of plaintext(), base64
    const std::string &passphrase() const { return m_passphrase; }
    const std::string &wrongPassphrase() const { return m_wrongPassphrase; }
    const std::string &plaintext() const { return m_plaintext; }
    /// What the probe shows of a data key, opened in the copy.
    SecretBytes openDataKey(const std::string &wrappedBase64);

    /// "passphrase", "vault key", "key material" and so on; addNeedle() puts more in.
    const std::vector<Needle> &needles() const { return m_needles; }
    void addNeedle(std::string name, ByteView secret, SecretKind kind) {
        m_needles.emplace_back(std::move(name), secret, kind);
    }

private:
    std::filesystem::path copy() const { return folder() / "copy.keyturn"; }
    vault::Container openUnlocked(const std::filesystem::path &path) const;
    void fill(vault::VaultKms &kms);
    void learnVaultKeys(vault::Container &container);
    void learnMaterials(vault::Container &container);

    QTemporaryDir m_folder;
    std::string m_passphrase;
    std::string m_wrongPassphrase;
    std::string m_plaintext;
    std::string m_symmetricKey;
    std::string m_rsaKey;
    std::string m_ciphertext;
    std::vector<Needle> m_needles;
};

} // namespace keyturn::test
