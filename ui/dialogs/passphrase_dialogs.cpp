// SPDX-License-Identifier: Apache-2.0
#include "base/atomic_file.h"
#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/error_news.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/vault_dialogs.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/secret_edit.h"
#include "ui/widgets/secret_view.h"

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

RecoveryCodeDialog::RecoveryCodeDialog(workspace::Session *session, QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_bar(new widgets::InlineBar(this))
    , m_code(new widgets::SecretView(tr("Recovery code"), this))
    , m_words(new QLabel(this))
    , m_make(new widgets::BusyButton(tr("Make recovery code"), this)) {
    setObjectName(QStringLiteral("recoveryCodeDialog"));
    setWindowTitle(tr("Recovery code"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_bar->hide();
    m_make->setObjectName(QStringLiteral("recoveryCode.make"));
    m_make->setDefault(true);
    theme::setButtonKind(*m_make, theme::ButtonKind::Primary);
    m_code->setObjectName(QStringLiteral("recoveryCode.code"));
    m_code->hide();
    m_words->setText(
        tr("A recovery code opens the vault when the passphrase is lost. It is shown once: write it down or "
           "save it where the vault is not. A new code takes the place of an earlier one."));
    m_words->setWordWrap(true);
    QVBoxLayout *layout = frameOf(this, tr("Recovery code"));
    layout->addWidget(m_words);
    layout->addWidget(m_bar);
    layout->addWidget(m_code);
    layout->addStretch(1);
    layout->addLayout(rowOf(m_make));
    connect(m_make, &widgets::BusyButton::started, this, &RecoveryCodeDialog::make);
    connect(m_code, &widgets::SecretView::saveRequested, this, &RecoveryCodeDialog::save);
    connect(session, &workspace::Session::aboutToLock, this, [this] {
        m_code->clear();
        reject();
    });
    orderTabsAsLaidOut(*this);
    growWithContent(*this);
    resize(560, 320);
}

void RecoveryCodeDialog::make() {
    m_bar->dismiss();
    m_make->setBusy(true);
    const auto code = std::make_shared<SecretBytes>();
    m_session->withVault(
        [code](workspace::OpenVault &vault) -> Status {
            auto made = vault.renewRecoveryCode();
            if (!made) {
                return failFrom(made);
            }
            *code = std::move(*made);
            return {};
        },
        [self = QPointer<RecoveryCodeDialog>(this), code](Status made) {
            if (!self) {
                return;
            }
            self->m_make->setBusy(false);
            if (!made) {
                return self->m_bar->present(newsFor(made.error(), {}, false));
            }
            self->m_make->hide();
            self->m_code->setSecret(*code);
            self->m_code->show();
        });
}

void RecoveryCodeDialog::save() {
    requestSaveFile(
        this, tr("Save recovery code"), QStringLiteral("recovery-code.txt"),
        [this](const std::filesystem::path &file) {
            const SecretBytes code = m_code->copy();
            const auto saved = writeFileAtomically(file, code.view(), {.mode = 0600});
            if (!saved) {
                return m_bar->present(newsFor(saved.error(), {}, false));
            }
            m_code->markSeen();
            m_bar->present({widgets::NewsKind::Good, tr("Saved"), fromUtf8(file.string()), {}, {}});
        });
}

} // namespace keyturn::ui
