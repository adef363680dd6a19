// SPDX-License-Identifier: Apache-2.0
// Dialogs about a vault as a file: make one, change its passphrase, show a new recovery code. Passphrases
// live in SecretEdit alone. GUI thread.
#pragma once

#include "base/secret_bytes.h"
#include "workspace/session.h"

#include <QDialog>

#include <filesystem>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace keyturn::widgets {
class BusyButton;
class Form;
class InlineBar;
class SecretEdit;
} // namespace keyturn::widgets

namespace keyturn::ui {

class RecoverySheet;

/// Place, passphrase twice, account and Region, how the passphrase is stretched; then, if asked for, a
/// recovery code. The vault is there after the first page; a code that is not kept never counts.
class CreateVaultDialog : public QDialog {
    Q_OBJECT

public:
    explicit CreateVaultDialog(workspace::Session *session, QWidget *parent = nullptr);

Q_SIGNALS:
    /// The vault is there and open in the session.
    void created(const QString &file);
    /// The dialog ended without a recovery code in force.
    void leftWithoutRecoveryCode();

private:
    void makeParts();
    void makeForm();
    void vaultMade();
    void useCode();
    void done(int result) override;
    void refresh();
    void create();
    QString fault() const;

    workspace::Session *m_session;
    widgets::InlineBar *m_bar;
    widgets::Form *m_form;
    QLineEdit *m_file;
    QPushButton *m_choose;
    widgets::SecretEdit *m_passphrase;
    widgets::SecretEdit *m_again;
    QLineEdit *m_account;
    QLineEdit *m_region;
    QComboBox *m_kdf;
    QCheckBox *m_withCode;
    QLabel *m_title;
    QLabel *m_words;
    RecoverySheet *m_sheet;
    widgets::BusyButton *m_run;
    widgets::BusyButton *m_use;
    QPushButton *m_skip;
    bool m_made = false;
    bool m_codeUsed = false;
};

class ChangePassphraseDialog : public QDialog {
    Q_OBJECT

public:
    explicit ChangePassphraseDialog(workspace::Session *session, QWidget *parent = nullptr);

private:
    void refresh();
    void change();

    workspace::Session *m_session;
    widgets::InlineBar *m_bar;
    widgets::Form *m_form;
    widgets::SecretEdit *m_current;
    widgets::SecretEdit *m_next;
    widgets::SecretEdit *m_again;
    widgets::BusyButton *m_run;
};

/// Drafts a new code; it counts once it was typed back or saved, and used.
class RecoveryCodeDialog : public QDialog {
    Q_OBJECT

public:
    explicit RecoveryCodeDialog(workspace::Session *session, QWidget *parent = nullptr);

private:
    void make();
    void use();

    workspace::Session *m_session;
    widgets::InlineBar *m_bar;
    RecoverySheet *m_sheet;
    QPushButton *m_make;
    widgets::BusyButton *m_use;
};

} // namespace keyturn::ui
