// SPDX-License-Identifier: Apache-2.0
// What each action of the main window does. Facts first: every act names its key; what destroys asks.
#include "ui/views/main_window.h"

#include "kms/operations/describe_key.h"
#include "ui/dialogs/crypt_dialogs.h"
#include "ui/dialogs/data_key_dialog.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/inspect_dialog.h"
#include "ui/dialogs/key_dialogs.h"
#include "ui/dialogs/profiles_dialog.h"
#include "ui/dialogs/question.h"
#include "ui/dialogs/re_encrypt_dialog.h"
#include "ui/dialogs/renew_vault_key_dialog.h"
#include "ui/dialogs/serving_dialog.h"
#include "ui/dialogs/signing_dialog.h"
#include "ui/dialogs/vault_dialogs.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_choices.h"
#include "ui/models/key_words.h"
#include "ui/presenters/command_text.h"
#include "ui/theme/theme.h"
#include "ui/views/command_palette.h"
#include "ui/views/jobs_window.h"
#include "ui/views/key_browser.h"
#include "ui/views/start_page.h"
#include "ui/widgets/inline_bar.h"

#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QFileInfo>
#include <QMessageBox>
#include <QPointer>
#include <QStackedWidget>

namespace keyturn::ui {

using workspace::Profile;

void MainWindow::handle(ActionId id) {
    switch (actionRow(id).menu) {
    case ActionMenu::File:
        return handleVault(id);
    case ActionMenu::Key:
        return handleKey(id);
    case ActionMenu::Cryptography:
        return handleCryptography(id);
    case ActionMenu::View:
    case ActionMenu::Help:
        return handleView(id);
    }
}

void MainWindow::handleVault(ActionId id) {
    if (id == ActionId::NewVault) {
        auto *dialog = new CreateVaultDialog(&m_session, this);
        connect(dialog, &CreateVaultDialog::created, this, &MainWindow::rememberVault);
        connect(dialog, &CreateVaultDialog::leftWithoutRecoveryCode, this, [this] {
            announce(tr("The vault has no recovery code"),
                     tr("Nobody can open it when the passphrase is lost. File menu: Make a recovery code."));
        });
        dialog->open();
    } else if (id == ActionId::OpenVault || id == ActionId::OpenVaultReadOnly) {
        chooseVault(id == ActionId::OpenVaultReadOnly);
    } else if (id == ActionId::Profiles) {
        auto *dialog = new ProfilesDialog(m_parts.profiles, m_parts.keychain, this);
        connect(dialog, &ProfilesDialog::profilesChanged, this,
                [this] { m_start->setProfiles(m_parts.profiles->profiles()); });
        connect(dialog, &ProfilesDialog::openRequested, m_start, &StartPage::profileRequested);
        connect(dialog, &ProfilesDialog::testRequested, this,
                [this, dialog](const QString &name) { testConnection(name, dialog); });
        dialog->open();
    } else if (id == ActionId::TakeCopy) {
        takeCopy();
    } else if (id == ActionId::OfflineCopies) {
        showCopies();
    } else if (id == ActionId::Lock) {
        lock({});
    } else if (id == ActionId::CloseSession) {
        afterJobs(tr("Pause and close"), [this] {
            m_session.close();
            m_pages->setCurrentWidget(m_start);
        });
    } else if (id == ActionId::ChangePassphrase) {
        (new ChangePassphraseDialog(&m_session, this))->open();
    } else if (id == ActionId::RecoveryCode) {
        (new RecoveryCodeDialog(&m_session, this))->open();
    } else if (id == ActionId::RenewVaultKey) {
        (new RenewVaultKeyDialog(&m_session, this))->open();
    } else if (id == ActionId::RememberInKeychain) {
        rememberInKeychain();
    } else if (id == ActionId::BackUp) {
        backUp();
    } else if (id == ActionId::VerifyVault) {
        verifyVault();
    } else if (id == ActionId::Serve) {
        (new ServingDialog(dialogContext(), m_serving, m_clipboard, this))->open();
    } else if (id == ActionId::Quit) {
        close();
    }
}

void MainWindow::chooseVault(bool readOnly) {
    requestOpenFile(this, tr("Open vault"), tr("Keyturn vaults (*.keyturn);;All files (*)"),
                    [this, readOnly](const std::filesystem::path &file) {
                        Profile profile;
                        profile.id = workspace::newProfileId();
                        profile.name = file.stem().string();
                        profile.kind = workspace::ProfileKind::Vault;
                        profile.vaultFile = file;
                        profile.environment = workspace::Environment::Local;
                        for (const Profile &known : m_parts.profiles->profiles()) {
                            profile = known.vaultFile == file ? known : profile;
                        }
                        openProfile(profile, readOnly);
                    });
}

void MainWindow::rememberVault(const QString &file) {
    Profile profile = m_session.profile();
    const std::string name = profile.name;
    for (int n = 2; m_parts.profiles->find(profile.name) != nullptr; ++n) {
        profile.name = name + " " + std::to_string(n);
    }
    if (auto added = m_parts.profiles->add(profile); !added) {
        present(added.error()); // the vault itself is there and open
    }
    m_start->setProfiles(m_parts.profiles->profiles());
    announce(tr("The vault is ready"), tr("%1 is open.").arg(file));
}

void MainWindow::backUp() {
    const QString name =
        fromUtf8(m_session.profile().vaultFile.stem().string()) + QStringLiteral("-backup.keyturn");
    requestSaveFile(this, tr("Back up vault"), name, [this](const std::filesystem::path &file) {
        m_session.withVault([file](workspace::OpenVault &vault) { return vault.backup(file, true); },
                            [this, file](const Status &saved) {
                                saved ? announce(tr("Backed up"), fromUtf8(file.string()))
                                      : present(saved.error());
                            });
    });
}

void MainWindow::verifyVault() {
    const auto report = std::make_shared<workspace::VerifyReport>();
    m_session.withVault(
        [report](workspace::OpenVault &vault) -> Status {
            auto found = vault.verify({}, {});
            if (!found) {
                return failFrom(found);
            }
            *report = std::move(*found);
            return {};
        },
        [this, report](const Status &verified) {
            if (!verified) {
                return present(verified.error());
            }
            if (!report->intact) {
                return m_news->present({widgets::NewsKind::Danger,
                                        tr("The vault is damaged"),
                                        fromUtf8(report->faults.front()),
                                        {},
                                        {}});
            }
            m_news->present({widgets::NewsKind::Good,
                             tr("The vault is intact"),
                             tr("%1 rows and %2 log records hold.").arg(report->rows).arg(report->logRecords),
                             {},
                             {}});
        });
}

void MainWindow::rememberInKeychain() {
    ask(this,
        {.title = tr("Unlock with the OS keychain?"),
         .text = tr("A secret that opens this vault goes into the keychain of your desktop. Any program that "
                    "runs in "
                    "your desktop session can then read it while the keychain is unlocked."),
         .verb = tr("Store secret"),
         .destroys = false},
        [this] {
            m_session.rememberInKeychain([this](const Status &stored) {
                stored ? announce(tr("Stored"), tr("The vault can be unlocked with the OS keychain."))
                       : present(stored.error());
            });
        });
}

void MainWindow::handleKey(ActionId id) {
    const std::string keyId = currentKey();
    if (id == ActionId::CreateKey) {
        auto *dialog = new CreateKeyDialog(dialogContext(), &m_acts, this);
        connect(dialog, &CreateKeyDialog::created, this,
                [this](const QString &created) { m_browser->selectKey(created.toStdString()); });
        dialog->open();
    } else if (id == ActionId::RotateNow) {
        rotateNow(keyId);
    } else if (id == ActionId::Enable) {
        for (const std::string &each : selectedKeys()) {
            run([this, each](auto done) { m_acts.enable(each, std::move(done)); });
        }
    } else if (id == ActionId::Disable) {
        disable(keyId);
    } else if (id == ActionId::ScheduleDeletion) {
        scheduleDeletion(keyId);
    } else if (id == ActionId::CancelDeletion) {
        run([this, keyId](auto done) { m_acts.cancelDeletionAndEnable(keyId, std::move(done)); });
    } else if (id == ActionId::CreateAlias) {
        (new CreateAliasDialog(dialogContext(), &m_acts, keyId, this))->open();
    } else if (id == ActionId::CopyArn) {
        QApplication::clipboard()->setText(fromUtf8(m_catalog->at(m_catalog->find(keyId)).arn));
    } else if (id == ActionId::CopyAsCommand) {
        kms::DescribeKey::Request request;
        request.keyId = keyId;
        QApplication::clipboard()->setText(
            commandText(kms::AnyRequest::of<kms::DescribeKey>(std::move(request)), m_session.profile()));
    }
}

void MainWindow::rotateNow(const std::string &keyId) {
    const QString name = fromUtf8(m_catalog->at(m_catalog->find(keyId)).displayName());
    ask(this,
        {.title = tr("Rotate \u201c%1\u201d now?").arg(name),
         .text = tr("The key gets new material for what is encrypted from now on. Existing ciphertext is not "
                    "re-encrypted and still opens. A key can be rotated on demand 25 times in its life."),
         .verb = tr("Rotate now"),
         .destroys = false},
        [this, keyId, name] {
            m_acts.noteAsked(kms::OperationId::RotateKeyOnDemand, keyId);
            run([this, keyId, name](auto done) {
                m_acts.rotateNow(keyId, [this, name, done](Result<kms::AnyReply> outcome) {
                    if (outcome) {
                        announce(tr("\u201c%1\u201d was rotated").arg(name),
                                 tr("Existing ciphertext was not re-encrypted and still opens."));
                    }
                    done(std::move(outcome));
                });
            });
        });
}

void MainWindow::disable(const std::string &keyId) {
    const std::vector<std::string> keys = selectedKeys();
    const QString name = keys.size() > 1 ? counted(qint64(keys.size()), tr("1 key"), tr("%1 keys"))
                                         : fromUtf8(m_catalog->at(m_catalog->find(keyId)).displayName());
    ask(this,
        {.title = tr("Disable \u201c%1\u201d?").arg(name),
         .text =
             tr("Nothing can be encrypted or decrypted under it until it is enabled again. Profile %1, %2.")
                 .arg(fromUtf8(m_session.profile().name), fromUtf8(m_session.identity())),
         .verb = tr("Disable")},
        [this, keys] {
            for (const std::string &each : keys) {
                m_acts.noteAsked(kms::OperationId::DisableKey, each);
                run([this, each](auto done) { m_acts.disable(each, std::move(done)); });
            }
        });
}

void MainWindow::handleCryptography(ActionId id) {
    const std::string keyId = currentKey();
    const int row = keyId.empty() ? -1 : m_catalog->find(keyId);
    const std::string arn = row < 0 ? std::string() : m_catalog->at(row).arn;
    if (id == ActionId::Encrypt) {
        auto *dialog = new EncryptDialog(dialogContext(), this);
        dialog->setKey(arn);
        dialog->open();
    } else if (id == ActionId::Decrypt) {
        (new DecryptDialog(dialogContext(), m_clipboard, this))->open();
    } else if (id == ActionId::ReEncrypt) {
        auto *dialog = new ReEncryptDialog(dialogContext(), this);
        dialog->setDestinationKey(arn);
        dialog->open();
    } else if (id == ActionId::ReEncryptInBulk) {
        showJobs().newJob();
    } else if (id == ActionId::BulkJobs) {
        showJobs();
    } else if (id == ActionId::DataKey) {
        auto *dialog = new DataKeyDialog(dialogContext(), m_clipboard, this);
        dialog->setKey(arn);
        dialog->open();
    } else if (id == ActionId::Sign || id == ActionId::Verify) {
        const auto &metadata = m_catalog->at(row).metadata;
        const bool isMac = metadata && hasUsage(*metadata, kms::KeyUsageType::GENERATE_VERIFY_MAC);
        auto *dialog = new SigningDialog(
            dialogContext(), isMac ? SigningFamily::Mac : SigningFamily::Signature,
            id == ActionId::Sign ? SigningDialog::Act::Make : SigningDialog::Act::Verify, this);
        dialog->setKey(arn);
        dialog->open();
    } else if (id == ActionId::Inspect) {
        (new InspectDialog(this))->open();
    } else if (id == ActionId::CallOperation) {
        callOperation();
    }
}

void MainWindow::handleView(ActionId id) {
    if (id == ActionId::Refresh) {
        m_catalog->reload();
    } else if (id == ActionId::FocusFilter) {
        m_browser->focusFilter();
    } else if (id == ActionId::CommandPalette) {
        auto *palette = new CommandPalette(*m_actions, *m_catalog, this);
        connect(palette, &CommandPalette::keyChosen, this, [this](const QString &keyId) {
            m_browser->clearFilter();
            m_browser->selectKey(keyId.toStdString());
        });
        connect(palette, &CommandPalette::operationChosen, this,
                [this](int operation) { callOperation(static_cast<kms::OperationId>(operation)); });
        palette->open();
    } else if (id == ActionId::History) {
        showHistory();
    } else if (id == ActionId::ShortcutSheet) {
        (new ShortcutSheet(*m_actions, this))->open();
    } else if (id == ActionId::About) {
        auto *about =
            new QMessageBox(QMessageBox::NoIcon, tr("About Keyturn"),
                            tr("Keyturn %1. A console and command line for the keys of a key management "
                               "service. Apache License 2.0.")
                                .arg(QApplication::applicationVersion()),
                            QMessageBox::Close, this);
        about->setAttribute(Qt::WA_DeleteOnClose);
        about->open();
    } else if (m_parts.theme != nullptr) {
        m_parts.theme->setPreference(id == ActionId::ThemeLight  ? theme::Preference::Light
                                     : id == ActionId::ThemeDark ? theme::Preference::Dark
                                                                 : theme::Preference::System);
        m_settings.setValue(QStringLiteral("theme"), int(m_parts.theme->preference()));
    }
}

} // namespace keyturn::ui
