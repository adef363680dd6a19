// SPDX-License-Identifier: Apache-2.0
// Desk: what a dialog or presenter works with, for tests: a session on a real vault whose answers can be
// held, seen as an endpoint in eu-central-1; a filled catalog; recent keys in a settings file of its own. GUI
// thread.
#pragma once

#include "kms/encryption_context.h"
#include "ui/models/key_catalog.h"
#include "ui/presenters/dialog_context.h"
#include "ui/presenters/known_contexts.h"
#include "ui/presenters/recent_keys.h"
#include "ui/presenters/session_consents.h"
#include "unit/presenters/held_kms.h"
#include "workspace/session.h"

#include <QSettings>
#include <QTemporaryDir>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace keyturn::test {

struct DeskOptions {
    workspace::Environment environment = workspace::Environment::Development;
    bool readOnly = false;
    workspace::SafetyLevel safety = workspace::SafetyLevel::Normal;
    std::function<void(HeldKms &kms)> prepare = {}; ///< before the session opens
};

class Desk {
public:
    explicit Desk(DeskOptions options = {});
    ~Desk();

    ui::DialogContext context();
    HeldKms &kms() { return *m_kms; }
    workspace::Session &session() { return *m_session; }
    ui::KeyCatalog &catalog() { return *m_catalog; }
    ui::RecentKeys &recentKeys() { return *m_recentKeys; }
    ui::KnownContexts &knownContexts() { return m_knownContexts; }

    /// Asks the catalog again and waits until it is filled.
    void reload();
    std::string arnOf(const std::string &alias);
    Bytes encrypt(const std::string &keyId, const kms::EncryptionContext &context = {},
                  std::optional<kms::EncryptionAlgorithmSpec> algorithm = {});
    /// The plaintext, or nothing where Decrypt refuses.
    std::optional<std::string> decrypt(const Bytes &ciphertext, const kms::EncryptionContext &context = {},
                                       const std::string &keyId = {},
                                       std::optional<kms::EncryptionAlgorithmSpec> algorithm = {});
    std::string addKey(const std::string &alias, const std::string &description = {});
    std::string addRsaKey(const std::string &alias);
    std::string addKeyOf(kms::KeySpec spec, kms::KeyUsageType usage, const std::string &alias = {});
    void disable(const std::string &keyId);
    void scheduleDeletion(const std::string &keyId);
    std::filesystem::path folder() const;
    std::filesystem::path write(const std::string &name, const Bytes &content) const;

private:
    QTemporaryDir m_folder;
    QSettings m_settings;
    std::shared_ptr<workspace::OpenVault> m_vault;
    std::shared_ptr<HeldKms> m_kms;
    std::unique_ptr<workspace::Session> m_session;
    std::unique_ptr<ui::KeyCatalog> m_catalog;
    std::unique_ptr<ui::RecentKeys> m_recentKeys;
    ui::KnownContexts m_knownContexts;
    ui::SessionConsents m_consents;
};

kms::EncryptionContext contextWith(std::initializer_list<std::pair<std::string, std::string>> pairs);
Bytes fileContent(const std::filesystem::path &file);

} // namespace keyturn::test
