// SPDX-License-Identifier: Apache-2.0
// A vault of its own for a test, unlocked as VaultKms, with a clock that only the test moves.
#pragma once

#include "base/encoding.h"
#include "kms/call.h"
#include "kms/operations/create_alias.h"
#include "kms/operations/create_key.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/rotate_key_on_demand.h"
#include "kms/operations/schedule_key_deletion.h"
#include "vault/vault_kms.h"

#include <QString>
#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace keyturn::test {

inline constexpr std::string_view account = "111122223333";
inline constexpr std::string_view region = "eu-central-1";
inline constexpr std::string_view arnPrefix = "arn:aws:kms:eu-central-1:111122223333:key/";
inline constexpr std::string_view unknownKeyId = "00000000-0000-4000-8000-000000000000";

/// "ok", or the service's code and message as a person would read them.
template <class T>
QString told(const Result<T> &result) {
    if (result) {
        return QStringLiteral("ok");
    }
    const Error &error = result.error();
    const auto text = std::string(errorCodeName(error.code)) +
                      (error.serviceMessage.empty() ? std::string() : ": " + error.serviceMessage);
    return QString::fromStdString(text);
}

inline QString qstring(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

class KmsVault {
public:
    explicit KmsVault(vault::VaultKmsOptions options = {})
        : m_options(std::move(options)) {
        m_options.clock = m_clock;
        vault::CreateOptions creation;
        creation.kdf = crypto::Argon2idParams{19 * 1024, 1};
        creation.account = account;
        creation.region = region;
        creation.clock = m_clock;
        auto container = vault::Container::create(path(), passphrase(), creation);
        if (!container) {
            qFatal("no vault: %s", container.error().detail.c_str());
        }
        start(std::move(*container));
    }

    std::filesystem::path path() const { return m_folder.path().toStdString() + "/test.vault"; }
    static SecretBytes passphrase() { return SecretBytes::copyOf(std::string_view("correct horse")); }
    vault::VaultKms &kms() { return *m_kms; }
    ManualClock &clock() { return *m_clock; }
    void advanceDays(int days) { m_clock->advance(std::chrono::days(days)); }

    Status lock() { return m_kms->lock(); }
    /// Locked, and opened again from its file.
    void reopen(vault::Access access = vault::Access::ReadWrite) {
        m_kms.reset();
        vault::OpenOptions opening;
        opening.access = access;
        opening.clock = m_clock;
        auto container = vault::Container::open(path(), opening);
        if (!container) {
            qFatal("does not open: %s", container.error().detail.c_str());
        }
        if (auto unlocked = container->unlockWithPassphrase(passphrase()); !unlocked) {
            qFatal("does not unlock: %s", unlocked.error().detail.c_str());
        }
        start(std::move(*container));
    }

    template <class Op>
    Result<typename Op::Reply> call(typename Op::Request request) {
        return kms::callAndWait<Op>(*m_kms, std::move(request));
    }
    /// As a request that was signed for that Region.
    template <class Op>
    Result<typename Op::Reply> callIn(std::string_view where, typename Op::Request request) {
        kms::CallContext context;
        context.region = where;
        return kms::callAndWait<Op>(*m_kms, std::move(request), std::move(context));
    }

    kms::KeyMetadata makeKey(kms::KeySpec spec = kms::KeySpec::SYMMETRIC_DEFAULT) {
        kms::CreateKey::Request request;
        request.keySpec = spec;
        request.keyUsage = kms::KeyUsageType::ENCRYPT_DECRYPT;
        auto reply = call<kms::CreateKey>(std::move(request));
        if (!reply) {
            qFatal("no key: %s", reply.error().detail.c_str());
        }
        return std::move(*reply->keyMetadata);
    }
    std::string makeKeyId(kms::KeySpec spec = kms::KeySpec::SYMMETRIC_DEFAULT) {
        return *makeKey(spec).keyId;
    }
    /// Enabled, Disabled or PendingDeletion.
    std::string makeKeyIn(kms::KeyState state, kms::KeySpec spec = kms::KeySpec::SYMMETRIC_DEFAULT) {
        const std::string keyId = makeKeyId(spec);
        if (state == kms::KeyState::Disabled && !call<kms::DisableKey>({keyId})) {
            qFatal("not disabled");
        }
        if (state == kms::KeyState::PendingDeletion && !call<kms::ScheduleKeyDeletion>({keyId, 7})) {
            qFatal("not scheduled");
        }
        return keyId;
    }

    Result<kms::Encrypt::Reply> encrypt(const std::string &keyId, std::string_view plaintext,
                                        const kms::EncryptionContext &context = {}) {
        kms::Encrypt::Request request;
        request.keyId = keyId;
        request.plaintext = SecretBytes::copyOf(plaintext);
        request.encryptionContext = context;
        return call<kms::Encrypt>(std::move(request));
    }
    Bytes ciphertext(const std::string &keyId, std::string_view plaintext,
                     const kms::EncryptionContext &context = {}) {
        auto reply = encrypt(keyId, plaintext, context);
        if (!reply) {
            qFatal("not encrypted");
        }
        return std::move(*reply->ciphertextBlob);
    }
    Result<kms::Decrypt::Reply> decrypt(const Bytes &ciphertext, const kms::EncryptionContext &context = {},
                                        const std::string &keyId = {}) {
        kms::Decrypt::Request request;
        request.ciphertextBlob = ciphertext;
        request.encryptionContext = context;
        if (!keyId.empty()) {
            request.keyId = keyId;
        }
        return call<kms::Decrypt>(std::move(request));
    }

private:
    void start(vault::Container container) {
        auto kms = vault::VaultKms::start(std::move(container), m_options);
        if (!kms) {
            qFatal("does not start: %s", kms.error().detail.c_str());
        }
        m_kms = std::move(*kms);
    }

    QTemporaryDir m_folder;
    std::shared_ptr<ManualClock> m_clock =
        std::make_shared<ManualClock>(Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 3 / 1)));
    vault::VaultKmsOptions m_options;
    std::unique_ptr<vault::VaultKms> m_kms;
};

} // namespace keyturn::test
