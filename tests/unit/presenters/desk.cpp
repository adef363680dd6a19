// SPDX-License-Identifier: Apache-2.0
#include "unit/presenters/desk.h"

#include "base/atomic_file.h"
#include "kms/call.h"
#include "kms/operations/create_alias.h"
#include "kms/operations/create_key.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/schedule_key_deletion.h"

#include <QTest>

#include <thread>

namespace keyturn::test {
namespace {

constexpr int longestFilling = 60'000; // milliseconds; a busy machine

/// A call that the desk needs to succeed.
template <class Op>
typename Op::Reply need(kms::KmsService &kms, typename Op::Request request) {
    auto reply = kms::callAndWait<Op>(kms, std::move(request));
    if (!reply) {
        qFatal("%s %s", reply.error().serviceMessage.c_str(), reply.error().detail.c_str());
    }
    return std::move(*reply);
}

std::shared_ptr<workspace::OpenVault> newVault(const std::filesystem::path &file) {
    workspace::NewVault vault{.file = file, .passphrase = SecretBytes::copyOf("a desk of its own")};
    vault.kdf = workspace::PassphraseKdf::Scrypt;
    vault.kdfMemoryMib = 32;
    vault.region = "eu-central-1";
    vault.program = "test";
    vault.interactiveThread = std::this_thread::get_id();
    auto made = workspace::createVault(vault, {});
    if (!made) {
        qFatal("no vault: %s", made.error().detail.c_str());
    }
    return std::move(*made);
}

std::string createKey(kms::KmsService &kms, kms::KeySpec spec, const std::string &alias,
                      const std::string &description,
                      kms::KeyUsageType usage = kms::KeyUsageType::ENCRYPT_DECRYPT) {
    kms::CreateKey::Request request;
    request.keySpec = spec;
    request.keyUsage = usage;
    request.description = description;
    const std::string keyId = *need<kms::CreateKey>(kms, std::move(request)).keyMetadata->keyId;
    if (!alias.empty()) {
        kms::CreateAlias::Request named;
        named.aliasName = alias;
        named.targetKeyId = keyId;
        need<kms::CreateAlias>(kms, std::move(named));
    }
    return keyId;
}

} // namespace

Desk::Desk(DeskOptions options)
    : m_settings(m_folder.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat)
    , m_vault(newVault(folder() / "desk.keyturn"))
    , m_kms(std::make_shared<HeldKms>(m_vault->service()))
    , m_session(std::make_unique<workspace::Session>(nullptr))
    , m_catalog(std::make_unique<ui::KeyCatalog>())
    , m_recentKeys(std::make_unique<ui::RecentKeys>(&m_settings)) {
    if (options.prepare) {
        options.prepare(*m_kms);
    }
    workspace::Profile profile;
    profile.id = workspace::newProfileId();
    profile.name = "Payments";
    profile.region = "eu-central-1";
    profile.environment = options.environment;
    profile.safety = options.readOnly ? workspace::SafetyLevel::ReadOnly : options.safety;
    m_session->openService(m_kms, profile, {});
    m_recentKeys->setProfile(QString::fromStdString(profile.id));
}

Desk::~Desk() {
    m_session.reset();
    m_kms->answerHeld();
    static_cast<void>(m_vault->lock().has_value());
}

ui::DialogContext Desk::context() {
    return {m_session.get(), m_catalog.get(), m_recentKeys.get(), &m_knownContexts, &m_consents};
}

void Desk::reload() {
    m_catalog->setService(m_session->service());
    if (!QTest::qWaitFor([this] { return !m_catalog->isLoading(); }, longestFilling)) {
        qFatal("the catalog was not filled");
    }
}

std::string Desk::arnOf(const std::string &alias) {
    const int row = m_catalog->find(alias);
    return row < 0 ? std::string() : m_catalog->at(row).arn;
}

Bytes Desk::encrypt(const std::string &keyId, const kms::EncryptionContext &context,
                    std::optional<kms::EncryptionAlgorithmSpec> algorithm) {
    kms::Encrypt::Request request;
    request.keyId = keyId;
    request.plaintext = SecretBytes::copyOf("the invoice");
    if (!context.empty()) {
        request.encryptionContext = context;
    }
    if (algorithm) {
        request.encryptionAlgorithm = *algorithm;
    }
    return *need<kms::Encrypt>(*m_kms, std::move(request)).ciphertextBlob;
}

std::optional<std::string> Desk::decrypt(const Bytes &ciphertext, const kms::EncryptionContext &context,
                                         const std::string &keyId,
                                         std::optional<kms::EncryptionAlgorithmSpec> algorithm) {
    kms::Decrypt::Request request;
    request.ciphertextBlob = ciphertext;
    if (!context.empty()) {
        request.encryptionContext = context;
    }
    if (!keyId.empty()) {
        request.keyId = keyId;
    }
    if (algorithm) {
        request.encryptionAlgorithm = *algorithm;
    }
    auto reply = kms::callAndWait<kms::Decrypt>(*m_kms, std::move(request));
    if (!reply) {
        return std::nullopt;
    }
    return std::string(asText(reply->plaintext->view()));
}

std::string Desk::addKey(const std::string &alias, const std::string &description) {
    return createKey(*m_kms, kms::KeySpec::SYMMETRIC_DEFAULT, alias, description);
}

std::string Desk::addRsaKey(const std::string &alias) {
    return createKey(*m_kms, kms::KeySpec::RSA_2048, alias, {});
}

std::string Desk::addKeyOf(kms::KeySpec spec, kms::KeyUsageType usage, const std::string &alias) {
    return createKey(*m_kms, spec, alias, {}, usage);
}

void Desk::disable(const std::string &keyId) {
    kms::DisableKey::Request request;
    request.keyId = keyId;
    need<kms::DisableKey>(*m_kms, std::move(request));
}

void Desk::scheduleDeletion(const std::string &keyId) {
    kms::ScheduleKeyDeletion::Request request;
    request.keyId = keyId;
    request.pendingWindowInDays = 14;
    need<kms::ScheduleKeyDeletion>(*m_kms, std::move(request));
}

std::filesystem::path Desk::folder() const {
    return m_folder.path().toStdString();
}

std::filesystem::path Desk::write(const std::string &name, const Bytes &content) const {
    const auto file = folder() / name;
    if (!writeFileAtomically(file, content, {})) {
        qFatal("a file could not be written");
    }
    return file;
}

kms::EncryptionContext contextWith(std::initializer_list<std::pair<std::string, std::string>> pairs) {
    kms::EncryptionContext context;
    for (const auto &[name, value] : pairs) {
        context.set(name, value);
    }
    return context;
}

Bytes fileContent(const std::filesystem::path &file) {
    constexpr std::size_t limit = 1 << 20;
    return readFile(file, limit).value_or(Bytes{});
}

} // namespace keyturn::test
