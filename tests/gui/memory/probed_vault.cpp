// SPDX-License-Identifier: Apache-2.0
#include "gui/memory/probed_vault.h"

#include "base/encoding.h"
#include "crypto/sha256_state.h"
#include "kms/call.h"
#include "kms/operations/create_key.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/encrypt.h"
#include "vault/key_state.h"
#include "vault/passphrase.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <QRandomGenerator>

#include <array>
#include <cstring>

namespace keyturn::test {
namespace {

constexpr std::size_t symmetricBytes = 32;

/// A fixture that does not come about ends the program: nothing could be tested with it.
template <class T>
T must(Result<T> result, const char *what) {
    if (!result) {
        qFatal("%s: %s", what, result.error().detail.c_str());
    }
    return std::move(*result);
}

void must(const Status &status, const char *what) {
    if (!status) {
        qFatal("%s: %s", what, status.error().detail.c_str());
    }
}

std::string randomText(int characters) {
    constexpr std::string_view alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
    std::string text;
    for (int i = 0; i < characters; ++i) {
        text += alphabet[std::size_t(QRandomGenerator::system()->bounded(int(alphabet.size())))];
    }
    return text;
}

/// What a keyed HmacSha256 keeps in place of its key: worth as much to a thief.
Bytes keyedForm(ByteView key) {
    Bytes form;
    for (const std::uint8_t pad : std::array<std::uint8_t, 2>{0x36, 0x5c}) {
        std::array<std::uint8_t, SHA256_CBLOCK> block{};
        std::copy(key.begin(), key.end(), block.begin());
        for (std::uint8_t &byte : block) {
            byte ^= pad;
        }
        crypto::Sha256State state;
        state.update(block);
        const crypto::ChainingValue value = state.chainingValue();
        const auto *bytes = reinterpret_cast<const std::uint8_t *>(value.data());
        form.insert(form.end(), bytes, bytes + sizeof value);
    }
    return form;
}

/// A prime of an RSA key as the machine computes with it, least byte first.
Bytes primeOf(ByteView pkcs8) {
    const unsigned char *at = pkcs8.data();
    EVP_PKEY *key = d2i_AutoPrivateKey(nullptr, &at, long(pkcs8.size()));
    BIGNUM *prime = nullptr;
    if (key == nullptr || EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_FACTOR1, &prime) != 1) {
        qFatal("the RSA material cannot be read");
    }
    Bytes bytes(std::size_t(BN_num_bytes(prime)));
    BN_bn2lebinpad(prime, bytes.data(), int(bytes.size()));
    BN_clear_free(prime);
    EVP_PKEY_free(key);
    return bytes;
}

Bytes reversed(const Bytes &bytes) {
    return {bytes.rbegin(), bytes.rend()};
}

std::string makeKey(vault::VaultKms &kms, kms::KeySpec spec) {
    kms::CreateKey::Request request;
    request.keySpec = spec;
    request.keyUsage = kms::KeyUsageType::ENCRYPT_DECRYPT;
    auto reply = must(kms::callAndWait<kms::CreateKey>(kms, std::move(request)), "a key");
    return *reply.keyMetadata->keyId;
}

} // namespace

ProbedVault::ProbedVault()
    : m_passphrase(randomText(32))
    , m_wrongPassphrase(randomText(32))
    , m_plaintext(randomText(48)) {
    vault::CreateOptions options;
    options.kdf = crypto::Argon2idParams{19 * 1024, 1};
    options.account = "111122223333";
    options.region = "eu-central-1";
    auto made = must(vault::Container::create(file(), SecretBytes::copyOf(m_passphrase), options), "a vault");
    {
        const auto kms = must(vault::VaultKms::start(std::move(made)), "the vault's service");
        fill(*kms);
        must(kms->lock(), "locking the vault");
    }
    addNeedle("passphrase", asBytes(m_passphrase), SecretKind::Text);
    addNeedle("wrong passphrase", asBytes(m_wrongPassphrase), SecretKind::Text);
    addNeedle("plaintext", asBytes(m_plaintext), SecretKind::Text);
    std::filesystem::copy_file(file(), copy());
    vault::Container container = openUnlocked(copy());
    learnVaultKeys(container);
    learnMaterials(container);
    must(container.lock(), "locking the copy");
}

void ProbedVault::fill(vault::VaultKms &kms) {
    m_symmetricKey = makeKey(kms, kms::KeySpec::SYMMETRIC_DEFAULT);
    m_rsaKey = makeKey(kms, kms::KeySpec::RSA_2048);
    kms::Encrypt::Request request;
    request.keyId = m_symmetricKey;
    request.plaintext = SecretBytes::copyOf(m_plaintext);
    m_ciphertext = toBase64(
        *must(kms::callAndWait<kms::Encrypt>(kms, std::move(request)), "a ciphertext").ciphertextBlob);
}

vault::Container ProbedVault::openUnlocked(const std::filesystem::path &path) const {
    auto container = must(vault::Container::open(path, {}), "opening the copy");
    must(container.unlockWithPassphrase(SecretBytes::copyOf(m_passphrase)), "unlocking the copy");
    return container;
}

void ProbedVault::learnVaultKeys(vault::Container &container) {
    const auto typed = must(vault::normalisedPassphrase(SecretBytes::copyOf(m_passphrase)), "the passphrase");
    const auto slots = must(container.slots(), "the slots");
    const auto secret = must(vault::passphraseSlotSecret(slots.front(), typed, {}), "the slot's secret");
    const auto key = must(vault::unwrapVaultKey(container.vaultId(), slots.front(), secret), "the vault key");
    addNeedle("slot secret", secret.view(), SecretKind::Binary);
    addNeedle("vault key", key.view(), SecretKind::Binary);
    addNeedle("vault key, keyed form", keyedForm(key.view()), SecretKind::Binary);
    const vault::VaultKeys keys(container.vaultId(), slots.front().epoch, key);
    addNeedle("subkey of the vault key", keys.auditKey().view(), SecretKind::Binary);
}

void ProbedVault::learnMaterials(vault::Container &container) {
    must(container.scan(vault::Table::Materials,
                        [this](const vault::OpenRow &row) -> Status {
                            const auto material = must(vault::decodeMaterial(row.payload), "a material");
                            if (material.secret.size() == symmetricBytes) {
                                addNeedle("key material", material.secret.view(), SecretKind::Binary);
                                addNeedle("key material, keyed form", keyedForm(material.secret.view()),
                                          SecretKind::Binary);
                            } else {
                                const Bytes prime = primeOf(material.secret.view());
                                addNeedle("RSA prime", prime, SecretKind::Binary);
                                addNeedle("RSA prime, as stored", reversed(prime), SecretKind::Binary);
                            }
                            return {};
                        }),
         "the materials");
}

SecretBytes ProbedVault::openDataKey(const std::string &wrappedBase64) {
    const auto kms = must(vault::VaultKms::start(openUnlocked(copy())), "the copy's service");
    kms::Decrypt::Request request;
    request.ciphertextBlob = must(fromBase64(wrappedBase64), "the wrapped data key");
    auto reply = must(kms::callAndWait<kms::Decrypt>(*kms, std::move(request)), "the data key");
    must(kms->lock(), "locking the copy");
    return std::move(*reply.plaintext);
}

} // namespace keyturn::test
