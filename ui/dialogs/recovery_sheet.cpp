// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/recovery_sheet.h"

#include "base/atomic_file.h"
#include "ui/dialogs/error_news.h"
#include "ui/dialogs/file_request.h"
#include "ui/models/key_words.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/secret_edit.h"
#include "ui/widgets/secret_view.h"
#include "workspace/vault_access.h"

#include <QVBoxLayout>

namespace keyturn::ui {

RecoverySheet::RecoverySheet(widgets::InlineBar *bar, QWidget *parent)
    : QWidget(parent)
    , m_bar(bar)
    , m_code(new widgets::SecretView(tr("Recovery code"), this))
    , m_typed(new widgets::SecretEdit(this))
    , m_form(new widgets::Form(this)) {
    m_code->setObjectName(QStringLiteral("recoveryCode.code"));
    m_code->setForReading();
    m_typed->setObjectName(QStringLiteral("recoveryCode.typed"));
    m_form->addRow(
        tr("Type it back"), m_typed,
        tr("Letters' case, blanks and hyphens do not count. Or save it: a code counts once you have it."));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::metric::group);
    column->addWidget(m_code);
    column->addWidget(m_form);
    connect(m_code, &widgets::SecretView::saveRequested, this, &RecoverySheet::save);
    connect(m_typed, &widgets::SecretEdit::edited, this, [this] {
        m_form->setFault(m_typed, {});
        Q_EMIT changed();
    });
    connect(m_typed, &widgets::SecretEdit::returnPressed, this, &RecoverySheet::submitted);
}

Status RecoverySheet::make() {
    auto code = workspace::draftRecoveryCode();
    if (!code) {
        return failFrom(code);
    }
    m_code->setSecret(*code);
    m_typed->setFocus();
    return {};
}

bool RecoverySheet::mayBeKept() const {
    return m_saved || !m_typed->isEmpty();
}

bool RecoverySheet::kept() {
    if (m_saved && m_typed->isEmpty()) {
        return true;
    }
    if (workspace::isSameRecoveryCode(code(), m_typed->take())) {
        return true;
    }
    m_form->setFault(m_typed, tr("This is not the code above. Reveal it and compare."));
    return false;
}

SecretBytes RecoverySheet::code() const {
    return m_code->copy();
}

void RecoverySheet::wipe() {
    m_code->clear();
    m_typed->clear();
}

void RecoverySheet::save() {
    requestSaveFile(this, tr("Save recovery code"), QStringLiteral("recovery-code.txt"),
                    [this](const std::filesystem::path &file) {
                        const SecretBytes secret = code();
                        const auto saved = writeFileAtomically(file, secret.view(), {.mode = 0600});
                        if (!saved) {
                            return m_bar->present(newsFor(saved.error(), {}, false));
                        }
                        m_code->markSeen();
                        m_saved = true;
                        m_bar->present(
                            {widgets::NewsKind::Good,
                             tr("Saved"),
                             tr("%1. Keep it where the vault is not.").arg(fromUtf8(file.string())),
                             {},
                             {}});
                        Q_EMIT changed();
                    });
}

} // namespace keyturn::ui
