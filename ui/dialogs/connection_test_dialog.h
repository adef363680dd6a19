// SPDX-License-Identifier: Apache-2.0
// ConnectionTestDialog: the steps of a connection test as they happen, then who one is there, the clock, what
// answers, and which operations it has. Shows reports, runs nothing itself: the owner starts the test and
// hands reports over. Closing it stops the test. GUI thread.
#pragma once

#include "base/clock.h"
#include "workspace/connection_report.h"
#include "workspace/profile.h"

#include <QDialog>

class QLabel;
class QTableWidget;
class QTabWidget;

namespace keyturn::widgets {
class BusyButton;
class Form;
class InlineBar;
class MonoText;
} // namespace keyturn::widgets

namespace keyturn::ui {

class ConnectionTestDialog : public QDialog {
    Q_OBJECT

public:
    explicit ConnectionTestDialog(const workspace::Profile &profile, QWidget *parent = nullptr);

    void showProgress(const workspace::ConnectionReport &soFar);
    void showReport(const workspace::ConnectionReport &report);

Q_SIGNALS:
    void startRequested();
    void cancelRequested();

protected:
    void showEvent(QShowEvent *event) override;
    void done(int result) override;

private:
    QWidget *makeSteps();
    QWidget *makeOperations();
    QWidget *makeFacts();
    void start();
    void showSteps(const workspace::ConnectionReport &report);
    void showOperations(const workspace::ConnectionReport &report);
    void showFacts(const workspace::ConnectionReport &report);
    void summarise(const workspace::ConnectionReport &report);

    QString m_profileName;
    widgets::InlineBar *m_bar;
    QTableWidget *m_steps = nullptr;
    QTableWidget *m_operations = nullptr;
    QTabWidget *m_tabs = nullptr;
    widgets::Form *m_facts = nullptr;
    QLabel *m_server = nullptr;
    QLabel *m_clock = nullptr;
    QLabel *m_credentials = nullptr;
    QLabel *m_tls = nullptr;
    widgets::MonoText *m_endpoint = nullptr;
    widgets::MonoText *m_account = nullptr;
    widgets::MonoText *m_arn = nullptr;
    widgets::BusyButton *m_run;
    bool m_started = false;
};

/// "our clock is 3 s behind": an offset in words.
QString clockOffsetText(std::chrono::seconds offset);

} // namespace keyturn::ui
