// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/error_news.h"
#include "ui/dialogs/recovery_sheet.h"
#include "ui/dialogs/vault_dialogs.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/inline_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QVBoxLayout>

namespace keyturn::ui {

namespace metric = theme::metric;

RecoveryCodeDialog::RecoveryCodeDialog(workspace::Session *session, QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_bar(new widgets::InlineBar(this))
    , m_sheet(new RecoverySheet(m_bar, this))
    , m_make(new QPushButton(tr("Make recovery code"), this))
    , m_use(new widgets::BusyButton(tr("Use this code"), this)) {
    setObjectName(QStringLiteral("recoveryCodeDialog"));
    setWindowTitle(tr("Recovery code"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_bar->hide();
    m_sheet->hide();
    m_use->hide();
    m_make->setObjectName(QStringLiteral("recoveryCode.make"));
    m_make->setDefault(true);
    m_use->setObjectName(QStringLiteral("recoveryCode.use"));
    for (QPushButton *button : std::initializer_list<QPushButton *>{m_make, m_use}) {
        theme::setButtonKind(*button, theme::ButtonKind::Primary);
    }
    auto *title = new QLabel(tr("Recovery code"), this);
    theme::setTextRole(*title, theme::TextRole::Title);
    auto *words = new QLabel(
        tr("A recovery code opens the vault when the passphrase is lost. It is shown once: write it down or "
           "save it where the vault is not. An earlier code works until this one is used."),
        this);
    words->setWordWrap(true);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_make);
    buttons->addWidget(m_use);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(metric::dialogMargin, metric::dialogMargin, metric::dialogMargin,
                               metric::dialogMargin);
    layout->setSpacing(metric::group);
    for (QWidget *each : std::initializer_list<QWidget *>{title, words, m_bar, m_sheet}) {
        layout->addWidget(each);
    }
    layout->addStretch(1);
    layout->addLayout(buttons);
    connect(m_make, &QPushButton::clicked, this, &RecoveryCodeDialog::make);
    connect(m_use, &widgets::BusyButton::started, this, &RecoveryCodeDialog::use);
    connect(m_sheet, &RecoverySheet::submitted, m_use, &QPushButton::click);
    connect(m_sheet, &RecoverySheet::changed, this, [this] { m_use->setEnabled(m_sheet->mayBeKept()); });
    connect(session, &workspace::Session::aboutToLock, this, [this] {
        m_sheet->wipe();
        reject();
    });
    orderTabsAsLaidOut(*this);
    growWithContent(*this);
    resize(600, 380);
}

void RecoveryCodeDialog::make() {
    if (const auto made = m_sheet->make(); !made) {
        return m_bar->present(newsFor(made.error(), {}, false));
    }
    m_make->hide();
    m_sheet->show();
    m_use->show();
    m_use->setDefault(true);
    m_use->setEnabled(false);
}

void RecoveryCodeDialog::use() {
    if (!m_sheet->kept()) {
        return;
    }
    m_use->setBusy(true);
    const auto code = std::make_shared<SecretBytes>(m_sheet->code());
    m_session->withVault([code](workspace::OpenVault &vault) { return vault.useRecoveryCode(*code); },
                         [self = QPointer<RecoveryCodeDialog>(this)](const Status &used) {
                             if (!self) {
                                 return;
                             }
                             self->m_use->setBusy(false);
                             if (!used) {
                                 return self->m_bar->present(newsFor(used.error(), {}, false));
                             }
                             self->m_sheet->wipe();
                             self->accept();
                         });
}

} // namespace keyturn::ui
