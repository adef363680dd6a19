// SPDX-License-Identifier: Apache-2.0
// UnlockPage: a locked vault: its name and place, nothing of what is inside. Passphrase, OS keychain or
// recovery code; read-only. A wrong passphrase is said in place, with a delay that grows; unlocking shows its
// time and can be cancelled. GUI thread.
#pragma once

#include "workspace/session.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QPushButton;

namespace keyturn::widgets {
class BusyButton;
class InlineBar;
class SecretEdit;
} // namespace keyturn::widgets

namespace keyturn::ui {

class UnlockPage : public QWidget {
    Q_OBJECT

public:
    explicit UnlockPage(workspace::Session *session, QWidget *parent = nullptr);

    void setProfile(const workspace::Profile &profile, bool readOnly);
    /// For the demo vault, whose passphrase is no secret.
    void setHint(const QString &hint);
    void wipe();

Q_SIGNALS:
    void otherRequested(); ///< back to the start page

private:
    void makeParts();
    void layOut();
    void unlock();
    void unlockWithKeychain();
    workspace::VaultToOpen vaultToOpen() const;
    workspace::Session::Done whenOpened();
    void finished(Status status);
    void refresh();

    workspace::Session *m_session;
    workspace::Profile m_profile;
    widgets::InlineBar *m_bar = nullptr;
    QLabel *m_name = nullptr;
    QLabel *m_place = nullptr;
    QLabel *m_hint = nullptr;
    QLabel *m_caption = nullptr;
    widgets::SecretEdit *m_secret = nullptr;
    QLabel *m_capsLock = nullptr;
    QCheckBox *m_recovery = nullptr;
    QCheckBox *m_readOnly = nullptr;
    QCheckBox *m_acceptOlder = nullptr; ///< shown where the vault is not as it was last seen
    widgets::BusyButton *m_unlock = nullptr;
    QPushButton *m_keychain = nullptr;
    QPushButton *m_other = nullptr;
    int m_failures = 0;
    bool m_delayed = false;
};

} // namespace keyturn::ui
