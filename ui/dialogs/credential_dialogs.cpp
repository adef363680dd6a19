// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/credential_dialogs.h"

#include "ui/dialogs/dialog_frame.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/form.h"
#include "ui/widgets/mono_text.h"
#include "ui/widgets/secret_edit.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
constexpr int width = 560;
constexpr std::size_t longestCode = 64;

QLabel *sentence(const QString &text, QWidget *parent) {
    auto *label = new QLabel(text, parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    return label;
}

/// Title, contents, buttons at the right; the last button is the dialog's act.
void lay(QDialog *dialog, const QString &title, const QList<QWidget *> &contents,
         const QList<QPushButton *> &buttons) {
    dialog->setWindowTitle(title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    auto *heading = new QLabel(title, dialog);
    theme::setTextRole(*heading, theme::TextRole::Title);
    auto *row = new QHBoxLayout;
    row->setSpacing(metric::related);
    row->addStretch(1);
    for (QPushButton *button : buttons) {
        row->addWidget(button);
    }
    auto *column = new QVBoxLayout(dialog);
    column->setContentsMargins(metric::dialogMargin, metric::dialogMargin, metric::dialogMargin,
                               metric::dialogMargin);
    column->setSpacing(metric::group);
    column->addWidget(heading);
    for (QWidget *each : contents) {
        column->addWidget(each);
    }
    column->addStretch(1);
    column->addLayout(row);
    orderTabsAsLaidOut(*dialog);
    growWithContent(*dialog);
    dialog->resize(width, 240);
}

QPushButton *button(const QString &verb, const char *name, QWidget *parent) {
    auto *made = new QPushButton(verb, parent);
    made->setObjectName(QString::fromLatin1(name));
    return made;
}

} // namespace

MfaDialog::MfaDialog(const workspace::MfaQuestion &question, QWidget *parent)
    : QDialog(parent)
    , m_code(new widgets::SecretEdit(this)) {
    setObjectName(QStringLiteral("mfaDialog"));
    m_code->setObjectName(QStringLiteral("mfa.code"));
    auto *form = new widgets::Form(this);
    auto *device = new widgets::MonoText(tr("MFA device"), form);
    device->setText(fromUtf8(question.mfaSerial));
    auto *role = new widgets::MonoText(tr("role"), form);
    role->setText(fromUtf8(question.roleArn));
    form->addRow(tr("Device"), device);
    form->addRow(tr("For role"), role);
    form->setRowVisible(role, !question.roleArn.empty());
    form->addRow(tr("Code"), m_code, tr("The digits that the device shows now."));
    if (question.attempt > 1) {
        form->setFault(m_code, question.lastAnswer.empty() ? tr("The code before was not accepted.")
                                                           : fromUtf8(question.lastAnswer));
    }
    auto *cancel = button(tr("Cancel"), "mfa.cancel", this);
    m_send = button(tr("Send code"), "mfa.send", this);
    m_send->setDefault(true);
    m_send->setEnabled(false);
    theme::setButtonKind(*m_send, theme::ButtonKind::Primary);
    lay(this, tr("Code of the MFA device"),
        {sentence(tr("The profile \u201c%1\u201d assumes a role that wants a second factor.")
                      .arg(fromUtf8(question.profile)),
                  this),
         form},
        {cancel, m_send});
    connect(m_code, &widgets::SecretEdit::edited, this, [this] { m_send->setEnabled(!m_code->isEmpty()); });
    connect(m_code, &widgets::SecretEdit::returnPressed, m_send, &QPushButton::click);
    connect(m_send, &QPushButton::clicked, this, &QDialog::accept);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    m_code->setFocus();
}

SecretText MfaDialog::takeCode() {
    const SecretBytes typed = m_code->take();
    SecretText code(longestCode);
    for (const char each : typed.text()) {
        if (each != ' ') { // devices show "123 456"
            code.append(each);
        }
    }
    return code;
}

DeviceLoginDialog::DeviceLoginDialog(const workspace::DeviceLogin &login, std::shared_ptr<const Clock> clock,
                                     QWidget *parent)
    : QDialog(parent)
    , m_login(login)
    , m_clock(std::move(clock))
    , m_left(new QLabel(this))
    , m_tick(new QTimer(this)) {
    setObjectName(QStringLiteral("deviceLoginDialog"));
    m_left->setObjectName(QStringLiteral("deviceLogin.left"));
    theme::setTone(*m_left, theme::ColorRole::MutedText);
    auto *form = new widgets::Form(this);
    auto *code = new widgets::MonoText(tr("code"), form);
    code->setObjectName(QStringLiteral("deviceLogin.code"));
    code->setText(fromUtf8(login.userCode));
    auto *url = new widgets::MonoText(tr("address"), form);
    url->setText(fromUtf8(login.verificationUrl));
    form->addRow(tr("Code"), code, tr("The page shows the same code. If it does not, cancel."));
    form->addRow(tr("Address"), url);
    auto *cancel = button(tr("Cancel login"), "deviceLogin.cancel", this);
    m_open = button(tr("Open browser"), "deviceLogin.open", this);
    m_open->setDefault(true);
    theme::setButtonKind(*m_open, theme::ButtonKind::Primary);
    lay(this, tr("Log in at IAM Identity Center"),
        {sentence(
             tr("The profile \u201c%1\u201d needs a login at %2. Open the address in any browser, compare "
                "the code, and allow access. Keyturn goes on by itself.")
                 .arg(fromUtf8(login.profile), fromUtf8(login.startUrl)),
             this),
         form, m_left},
        {cancel, m_open});
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_open, &QPushButton::clicked, this, [this] {
        const std::string &whole = m_login.verificationUrlComplete;
        Q_EMIT browserRequested(fromUtf8(whole.empty() ? m_login.verificationUrl : whole));
    });
    connect(m_tick, &QTimer::timeout, this, &DeviceLoginDialog::refresh);
    m_tick->start(std::chrono::seconds(1));
    m_open->setFocus();
    refresh();
}

void DeviceLoginDialog::refresh() {
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(m_login.expires - m_clock->now());
    const auto seconds = std::max<long long>(0, left.count());
    m_left->setText(seconds == 0 ? tr("The code has expired. Cancel and connect again for a new one.")
                                 : tr("Waiting for the login. The code is good for %1:%2.")
                                       .arg(seconds / 60)
                                       .arg(seconds % 60, 2, 10, QLatin1Char('0')));
    m_open->setEnabled(seconds > 0);
}

CommandApprovalDialog::CommandApprovalDialog(const workspace::CommandQuestion &question, QWidget *parent)
    : QDialog(parent) {
    setObjectName(QStringLiteral("commandApprovalDialog"));
    auto *exact = new QPlainTextEdit(this);
    exact->setObjectName(QStringLiteral("approval.command"));
    exact->setAccessibleName(tr("The command exactly as written"));
    exact->setReadOnly(true);
    exact->setTabChangesFocus(true);
    exact->setWordWrapMode(QTextOption::WrapAnywhere);
    theme::setTextRole(*exact, theme::TextRole::Fixed);
    exact->setPlainText(fromUtf8(question.command));
    const int line = QFontMetrics(exact->font()).lineSpacing();
    exact->setFixedHeight(4 * line + 2 * metric::inside);
    QStringList parts;
    for (const std::string &argument : question.arguments) {
        parts += fromUtf8(argument);
    }
    auto *split = new QPlainTextEdit(this);
    split->setObjectName(QStringLiteral("approval.arguments"));
    split->setAccessibleName(tr("Program and arguments, one a line"));
    split->setReadOnly(true);
    split->setTabChangesFocus(true);
    theme::setTextRole(*split, theme::TextRole::Fixed);
    split->setPlainText(parts.join(u'\n'));
    split->setFixedHeight(5 * line + 2 * metric::inside);
    auto *refuse = button(tr("Do not run"), "approval.refuse", this);
    refuse->setDefault(true);
    auto *run = button(tr("Run this program"), "approval.run", this);
    theme::setButtonKind(*run, theme::ButtonKind::Danger);
    lay(this, tr("Run a program for credentials?"),
        {sentence(tr("The profile \u201c%1\u201d was written by somebody else and takes its credentials from "
                     "this program. It runs with your rights. A yes holds for exactly this command.")
                      .arg(fromUtf8(question.profile)),
                  this),
         exact, sentence(tr("As it would be run, without a shell: program and arguments, one a line."), this),
         split},
        {refuse, run});
    connect(refuse, &QPushButton::clicked, this, &QDialog::reject);
    connect(run, &QPushButton::clicked, this, &QDialog::accept);
    refuse->setFocus();
}

} // namespace keyturn::ui
