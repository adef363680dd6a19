// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/error_news.h"
#include "ui/dialogs/vault_dialogs.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/secret_edit.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

QVBoxLayout *frameOf(QDialog *dialog, const QString &title) {
    auto *heading = new QLabel(title, dialog);
    theme::setTextRole(*heading, theme::TextRole::Title);
    auto *layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(metric::dialogMargin, metric::dialogMargin, metric::dialogMargin,
                               metric::dialogMargin);
    layout->setSpacing(metric::group);
    layout->addWidget(heading);
    return layout;
}

QHBoxLayout *rowOf(QPushButton *button) {
    auto *row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(button);
    return row;
}

} // namespace

ChangePassphraseDialog::ChangePassphraseDialog(workspace::Session *session, QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_bar(new widgets::InlineBar(this))
    , m_form(new widgets::Form(this))
    , m_current(new widgets::SecretEdit(this))
    , m_next(new widgets::SecretEdit(this))
    , m_again(new widgets::SecretEdit(this))
    , m_run(new widgets::BusyButton(tr("Change passphrase"), this)) {
    setObjectName(QStringLiteral("changePassphraseDialog"));
    setWindowTitle(tr("Change passphrase"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_bar->hide();
    m_current->setObjectName(QStringLiteral("changePassphrase.current"));
    m_next->setObjectName(QStringLiteral("changePassphrase.next"));
    m_again->setObjectName(QStringLiteral("changePassphrase.again"));
    m_run->setObjectName(QStringLiteral("changePassphrase.run"));
    m_run->setDefault(true);
    theme::setButtonKind(*m_run, theme::ButtonKind::Primary);
    auto *words =
        new QLabel(tr("Copies and backups of this vault keep the old passphrase. Whoever knows it can still "
                      "open those."),
                   this);
    words->setWordWrap(true);
    m_form->addRow(tr("Current"), m_current);
    m_form->addRow(tr("New"), m_next);
    m_form->addRow(tr("New, again"), m_again);
    QVBoxLayout *layout = frameOf(this, tr("Change passphrase"));
    layout->addWidget(words);
    layout->addWidget(m_bar);
    layout->addWidget(m_form);
    layout->addStretch(1);
    layout->addLayout(rowOf(m_run));
    for (widgets::SecretEdit *edit : {m_current, m_next, m_again}) {
        connect(edit, &widgets::SecretEdit::edited, this, &ChangePassphraseDialog::refresh);
        connect(edit, &widgets::SecretEdit::returnPressed, m_run, &QPushButton::click);
    }
    connect(m_run, &widgets::BusyButton::started, this, &ChangePassphraseDialog::change);
    connect(session, &workspace::Session::aboutToLock, this, [this] {
        for (widgets::SecretEdit *edit : {m_current, m_next, m_again}) {
            edit->clear();
        }
        reject();
    });
    orderTabsAsLaidOut(*this);
    growWithContent(*this);
    resize(540, 360);
    m_current->setFocus();
    refresh();
}

void ChangePassphraseDialog::refresh() {
    const bool differ = !m_again->isEmpty() && !m_next->equals(*m_again);
    m_form->setFault(m_again, differ ? tr("The passphrases differ.") : QString());
    m_run->setEnabled(!m_current->isEmpty() && !m_next->isEmpty() && m_next->equals(*m_again));
}

void ChangePassphraseDialog::change() {
    m_bar->dismiss();
    m_run->setBusy(true);
    m_again->clear();
    // std::function must be copyable; the two secrets are shared and die with the act.
    const auto current = std::make_shared<SecretBytes>(m_current->take());
    const auto next = std::make_shared<SecretBytes>(m_next->take());
    m_session->withVault(
        [current, next](workspace::OpenVault &vault) { return vault.changePassphrase(*current, *next, {}); },
        [self = QPointer<ChangePassphraseDialog>(this)](Status changed) {
            if (!self) {
                return;
            }
            self->m_run->setBusy(false);
            changed ? self->accept() : self->m_bar->present(newsFor(changed.error(), {}, false));
            self->refresh();
        });
}

} // namespace keyturn::ui
