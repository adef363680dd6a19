// SPDX-License-Identifier: Apache-2.0
// StartPage: what is shown while nothing is open: big choices for the first run and the profiles there are.
// GUI thread.
#pragma once

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
    void focusFirst();

Q_SIGNALS:
    void newVaultRequested();
    void openVaultRequested();
    void connectRequested();
    void demoRequested();
    void profileRequested(const QString &name);

private:
    QListWidget *m_profiles;
    QLabel *m_heading;
    QWidget *m_first = nullptr;
};

} // namespace keyturn::ui
