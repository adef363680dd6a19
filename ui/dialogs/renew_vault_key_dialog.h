// SPDX-License-Identifier: Apache-2.0
// RenewVaultKeyDialog: a new key for the vault that the session has open. Asks for the passphrase and has a
// new recovery code kept first; a wrong passphrase is said before anything is locked. Then locks the vault,
// renews its key, puts the keychain slot's new secret where the old one was, and opens the vault again. What
// is refused from then on leaves the vault locked with the key it had, and can be tried again. Passphrases
// live in SecretEdit and SecretBytes alone. GUI thread.
#pragma once

#include "base/secret_bytes.h"
#include "workspace/session.h"
#include "workspace/vault_care.h"

#include <QDialog>

#include <memory>

class QCheckBox;
class QLabel;
class QPushButton;

namespace keyturn::widgets {
class BusyButton;
class Form;
class InlineBar;
class SecretEdit;
} // namespace keyturn::widgets

namespace keyturn::ui {

class RecoverySheet;

class RenewVaultKeyDialog : public QDialog {
    Q_OBJECT

public:
    explicit RenewVaultKeyDialog(workspace::Session *session, QWidget *parent = nullptr);
    ~RenewVaultKeyDialog() override;

    void reject() override;

private:
    void layParts();
    void connectParts();
    void offerCode();
    void refresh();
    void run();
    void check();
    void checked(const Status &outcome);
    void lockAndRenew();
    void renew();
    void renewed(const Status &outcome);
    void refuse(const Error &error);
    void openAgain(bool keychainFailed);
    void finish(bool isOpen, bool keychainFailed);
    void wipe();

    workspace::Session *m_session;
    workspace::Profile m_profile; ///< to open it again with
    widgets::InlineBar *m_bar;
    QLabel *m_words;
    widgets::Form *m_form;
    widgets::SecretEdit *m_passphrase;
    QCheckBox *m_withCode;
    RecoverySheet *m_sheet;
    widgets::BusyButton *m_run;
    QPushButton *m_close;
    std::shared_ptr<SecretBytes> m_secret; ///< the passphrase, while it runs
    std::shared_ptr<workspace::RotatedVaultKey> m_rotated;
    bool m_hasCode = false;  ///< one was drafted
    bool m_codeKept = false; ///< and it was written down
    bool m_hasKeychainSlot = false;
    bool m_running = false;
    bool m_renewing = false; ///< from the lock on, which is this dialog's own
};

} // namespace keyturn::ui
