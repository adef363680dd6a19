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
class SecretView;
} // namespace keyturn::widgets

namespace keyturn::ui {

/// Place, passphrase twice, account and Region, how the passphrase is stretched.
class CreateVaultDialog : public QDialog {
    Q_OBJECT

public:
    explicit CreateVaultDialog(workspace::Session *session, QWidget *parent = nullptr);

Q_SIGNALS:
    /// The vault is there and open in the session.
    void created(const QString &file);

private:
    void makeParts();
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
    widgets::BusyButton *m_run;
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

/// Makes a new code when it opens; the code counts once it was typed back or saved.
class RecoveryCodeDialog : public QDialog {
    Q_OBJECT

public:
    explicit RecoveryCodeDialog(workspace::Session *session, QWidget *parent = nullptr);

private:
    void make();
    void save();

    workspace::Session *m_session;
    widgets::InlineBar *m_bar;
    widgets::SecretView *m_code;
    QLabel *m_words;
    widgets::BusyButton *m_make;
};

} // namespace keyturn::ui
