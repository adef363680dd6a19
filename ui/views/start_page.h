// SPDX-License-Identifier: Apache-2.0
// StartPage: what is shown while nothing is open: big choices for the first run, the profiles and the offline
// copies there are.
// GUI thread.
#pragma once

#include "workspace/offline_copy.h"
#include "workspace/profile_store.h"

#include <QWidget>

class QListWidget;
class QLabel;

namespace keyturn::ui {

class StartPage : public QWidget {
    Q_OBJECT

public:
    explicit StartPage(QWidget *parent = nullptr);
    void setProfiles(const std::vector<workspace::Profile> &profiles);
    /// By their names alone: nothing is opened for it.
    void setCopies(const std::vector<workspace::KeptCopy> &copies);
    void focusFirst();

Q_SIGNALS:
    void newVaultRequested();
    void openVaultRequested();
    void connectRequested();
    void demoRequested();
    void profileRequested(const QString &name);
    void copyRequested(const QString &file);

private:
    void makeLists();

    QListWidget *m_profiles;
    QLabel *m_heading;
    QListWidget *m_copies;
    QLabel *m_copiesHeading;
    QWidget *m_first = nullptr;
};

} // namespace keyturn::ui
