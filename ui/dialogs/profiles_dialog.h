// SPDX-License-Identifier: Apache-2.0
// ProfilesDialog: the list of profiles and the form of one (features-and-screens.md 3.1, first form). Secrets
// go from SecretEdit into the OS keychain and nowhere else. GUI thread.
#pragma once

#include "base/error.h"
#include "base/secret_bytes.h"
#include "workspace/profile_store.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace keyturn::keychain {
class Keychain;
}
namespace keyturn::widgets {
class EmptyState;
class Form;
class InlineBar;
class SecretEdit;
} // namespace keyturn::widgets

namespace keyturn::ui {

class ProfilesDialog : public QDialog {
    Q_OBJECT

public:
    /// Both are borrowed and outlive the dialog; the keychain may be null.
    ProfilesDialog(workspace::ProfileStore *store, keychain::Keychain *keychain, QWidget *parent = nullptr);

Q_SIGNALS:
    /// The person wants to open this profile; the dialog closes.
    void openRequested(const QString &profileName);
    void profilesChanged();

private:
    void makeParts();
    QWidget *makeList();
    QWidget *makeForm();
    void addRows();
    void connectParts();
    void refill(const QString &select);
    void showProfile();
    void startNew();
    workspace::Profile profileInForm() const;
    void refresh();
    void save();
    void storeSecret(const workspace::Profile &profile);
    void removeCurrent();
    void report(const Error &error);

    workspace::ProfileStore *m_store;
    keychain::Keychain *m_keychain;
    workspace::Profile m_current; ///< what the form started from; an empty name: a new one
    widgets::InlineBar *m_bar = nullptr;
    widgets::Form *m_form = nullptr;
    QListWidget *m_list = nullptr;
    QPushButton *m_new = nullptr;
    QPushButton *m_remove = nullptr;
    QLineEdit *m_name = nullptr;
    QComboBox *m_kind = nullptr;
    QLineEdit *m_vaultFile = nullptr;
    QPushButton *m_chooseVault = nullptr;
    QLineEdit *m_region = nullptr;
    QLineEdit *m_endpoint = nullptr;
    QComboBox *m_source = nullptr;
    QLineEdit *m_awsProfile = nullptr;
    QLineEdit *m_accessKey = nullptr;
    widgets::SecretEdit *m_secretKey = nullptr;
    widgets::SecretEdit *m_sessionToken = nullptr;
    QLineEdit *m_caBundle = nullptr;
    QComboBox *m_environment = nullptr;
    QCheckBox *m_readOnly = nullptr;
    QPushButton *m_save = nullptr;
    QPushButton *m_open = nullptr;
};

} // namespace keyturn::ui
