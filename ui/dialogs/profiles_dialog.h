// SPDX-License-Identifier: Apache-2.0
// ProfilesDialog: the list of profiles and the form of one (features-and-screens.md 3.1); import from the AWS
// files or a colleague's file with a preview, export without secrets, and the connection test. Secrets go
// from SecretEdit into the OS keychain and nowhere else. GUI thread.
#pragma once

#include "base/error.h"
#include "workspace/profile_store.h"

#include <QDialog>

#include <filesystem>

class QPushButton;

namespace keyturn::keychain {
class Keychain;
}
namespace keyturn::workspace {
struct AccessKey;
struct ImportPreview;
} // namespace keyturn::workspace
namespace keyturn::widgets {
class InlineBar;
} // namespace keyturn::widgets

namespace keyturn::ui {

class ProfileForm;
class ProfileList;

class ProfilesDialog : public QDialog {
    Q_OBJECT

public:
    /// Both are borrowed and outlive the dialog; the keychain may be null.
    ProfilesDialog(workspace::ProfileStore *store, keychain::Keychain *keychain, QWidget *parent = nullptr);

    /// Shows what an import would bring; also called for dropped files.
    void importShared(const std::filesystem::path &file);

Q_SIGNALS:
    /// The person wants to open this profile; the dialog closes.
    void openRequested(const QString &profileName);
    /// The person wants to test the stored profile of this name.
    void testRequested(const QString &profileName);
    void profilesChanged();

protected:
    void reject() override;

private:
    QWidget *makeList();
    QWidget *makeForm();
    void connectParts();
    void addShortcuts();
    void refill(const QString &select);
    void showProfile(const QString &name);
    void startNew();
    void copyCurrent();
    void refresh();
    bool isChanged() const;
    bool lowersProduction(const workspace::Profile &next) const;
    void save();
    void store(const workspace::Profile &profile);
    void storeSecret(const workspace::Profile &profile, workspace::AccessKey key);
    void removeCurrent();
    void remove(const workspace::Profile &profile);
    void importAws();
    void preview(Result<workspace::ImportPreview> found);
    void exportAll();
    void report(const Error &error);

    workspace::ProfileStore *m_store;
    keychain::Keychain *m_keychain;
    workspace::Profile m_current; ///< what the form started from; an empty name: a new one
    widgets::InlineBar *m_bar = nullptr;
    ProfileList *m_list = nullptr;
    ProfileForm *m_form = nullptr;
    QPushButton *m_new = nullptr;
    QPushButton *m_copy = nullptr;
    QPushButton *m_remove = nullptr;
    QPushButton *m_exchange = nullptr;
    QPushButton *m_test = nullptr;
    QPushButton *m_save = nullptr;
    QPushButton *m_open = nullptr;
};

} // namespace keyturn::ui
