// SPDX-License-Identifier: Apache-2.0
// What credentials ask of a person: an MFA code, a login in the browser, whether a program may be run. Each
// dialog answers once: by its own signal, or by closing (no). The code lives in SecretEdit alone. GUI thread.
#pragma once

#include "base/clock.h"
#include "base/secret_text.h"
#include "workspace/questions.h"

#include <QDialog>

class QLabel;
class QPushButton;
class QTimer;

namespace keyturn::widgets {
class Form;
class SecretEdit;
} // namespace keyturn::widgets

namespace keyturn::ui {

class MfaDialog : public QDialog {
    Q_OBJECT

public:
    explicit MfaDialog(const workspace::MfaQuestion &question, QWidget *parent = nullptr);
    /// The code that was typed; the field is empty afterwards.
    SecretText takeCode();

private:
    widgets::SecretEdit *m_code;
    QPushButton *m_send = nullptr;
};

/// Shows code and address until the login has ended or nobody wants it any more.
class DeviceLoginDialog : public QDialog {
    Q_OBJECT

public:
    DeviceLoginDialog(const workspace::DeviceLogin &login, std::shared_ptr<const Clock> clock,
                      QWidget *parent = nullptr);
    /// The countdown, brought in step with the clock; a timer calls it.
    void refresh();

Q_SIGNALS:
    void browserRequested(const QString &url);

private:
    workspace::DeviceLogin m_login;
    std::shared_ptr<const Clock> m_clock;
    QLabel *m_left;
    QPushButton *m_open = nullptr;
    QTimer *m_tick;
};

/// The exact command, the program and its arguments one a line; "Do not run" is the default.
class CommandApprovalDialog : public QDialog {
    Q_OBJECT

public:
    explicit CommandApprovalDialog(const workspace::CommandQuestion &question, QWidget *parent = nullptr);
};

} // namespace keyturn::ui
