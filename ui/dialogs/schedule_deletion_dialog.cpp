// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/key_dialogs.h"

#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/mono_text.h"
#include "workspace/session.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {
namespace {

constexpr int shortestWindow = 7; // kms-semantics.md section 10
constexpr int longestWindow = 30;

QString lostAliases(const CatalogKey &key) {
    QStringList names;
    for (const std::string &alias : key.aliases) {
        names += fromUtf8(alias);
    }
    return names.isEmpty() ? ScheduleDeletionDialog::tr("none") : names.join(QStringLiteral(", "));
}

QString tagsOf(const CatalogKey &key) {
    QStringList texts;
    for (const kms::Tag &tag : key.tags.value_or(std::vector<kms::Tag>{})) {
        texts += fromUtf8(tag.tagKey.value_or("") + "=" + tag.tagValue.value_or(""));
    }
    return texts.join(QStringLiteral(", "));
}

} // namespace

ScheduleDeletionDialog::ScheduleDeletionDialog(const DialogContext &context, KeyActsPresenter *acts,
                                               std::string keyId, QWidget *parent)
    : ActingDialog(context, tr("Schedule deletion"), true, parent)
    , m_acts(acts)
    , m_keyId(std::move(keyId)) {
    setObjectName(QStringLiteral("scheduleDeletionDialog"));
    makeParts();
    orderTabsAsLaidOut(*this);
    resize(600, 480);
    refresh();
    m_disable->setFocus();
}

void ScheduleDeletionDialog::makeParts() {
    const int row = context().catalog->find(m_keyId);
    static const CatalogKey unknown;
    const CatalogKey &key = row >= 0 ? context().catalog->at(row) : unknown;
    m_expected = confirmationTextFor(m_keyId, key.aliases);
    auto *words =
        new QLabel(tr("When the waiting time is over, the key and all its material are gone for good. "
                      "Nothing that is still encrypted under it can be opened after that. Until then the "
                      "deletion can be cancelled."),
                   this);
    words->setWordWrap(true);
    auto *arn = new widgets::MonoText(tr("key ARN"), this);
    arn->setText(fromUtf8(key.arn));
    auto *aliases = new QLabel(lostAliases(key), this);
    aliases->setWordWrap(true);
    m_days = new QSpinBox(this);
    m_days->setObjectName(QStringLiteral("deletion.days"));
    const workspace::Profile &profile = context().session->profile();
    m_days->setRange(std::max(shortestWindow, profile.shortestDeletionDays.value_or(0)), longestWindow);
    m_days->setValue(longestWindow);
    m_days->setSuffix(tr(" days"));
    m_date = new QLabel(this);
    m_typed = new QLineEdit(this);
    m_typed->setObjectName(QStringLiteral("deletion.typed"));
    auto *form = new widgets::Form(this);
    form->addRow(tr("Key"), arn);
    form->addRow(tr("Aliases lost"), aliases);
    if (!tagsOf(key).isEmpty()) {
        auto *tags = new QLabel(tagsOf(key), this);
        tags->setWordWrap(true);
        form->addRow(tr("Tags"), tags);
    }
    form->addRow(tr("Waiting time"), {m_days, m_date},
                 profile.shortestDeletionDays
                     ? tr("The profile asks for %1 days at least.").arg(*profile.shortestDeletionDays)
                     : QString());
    form->addRow(tr("Type to confirm"), m_typed, tr("Type %1").arg(m_expected));
    content()->addWidget(words);
    content()->addWidget(form);
    content()->addStretch(1);
    m_disable = new QPushButton(tr("Disable instead"), this);
    m_disable->setObjectName(QStringLiteral("deletion.disable"));
    m_disable->setDefault(true);
    m_run = new widgets::BusyButton(tr("Schedule deletion"), this);
    m_run->setObjectName(QStringLiteral("deletion.run"));
    m_run->setAutoDefault(false);
    theme::setButtonKind(*m_run, theme::ButtonKind::Danger);
    auto *cancel = new QPushButton(tr("Cancel"), this);
    buttons()->addWidget(m_disable);
    buttons()->addStretch(1);
    buttons()->addWidget(cancel);
    buttons()->addWidget(m_run);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_disable, &QPushButton::clicked, this, &ScheduleDeletionDialog::disableInstead);
    connect(m_days, &QSpinBox::valueChanged, this, &ScheduleDeletionDialog::refresh);
    connect(m_typed, &QLineEdit::textChanged, this, &ScheduleDeletionDialog::refresh);
    setRetry([this] { m_run->click(); });
    connect(m_run, &widgets::BusyButton::started, this, &ScheduleDeletionDialog::run);
}

void ScheduleDeletionDialog::keyPressEvent(QKeyEvent *event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter) {
        auto *focused = qobject_cast<QPushButton *>(focusWidget());
        if (focused != nullptr && focused != m_run) {
            focused->click();
        }
        return;
    }
    ActingDialog::keyPressEvent(event);
}

void ScheduleDeletionDialog::refresh() {
    const Timestamp date = systemClock()->now() + std::chrono::days(m_days->value());
    m_date->setText(tr("deleted on %1").arg(dayText(date)));
    m_run->setEnabled(m_typed->text() == m_expected);
}

void ScheduleDeletionDialog::run() {
    bar()->dismiss();
    m_run->setBusy(true);
    // Of a key without an alias the end of its id was typed; the level wants all of it.
    const std::string typed = m_expected.startsWith(u"alias/") ? m_typed->text().toStdString() : m_keyId;
    m_acts->noteAsked(kms::OperationId::ScheduleKeyDeletion, m_keyId, typed);
    m_acts->scheduleDeletion(
        m_keyId, m_days->value(),
        [self = QPointer<ScheduleDeletionDialog>(this)](const Result<kms::AnyReply> &reply) {
            if (!self) {
                return;
            }
            self->m_run->setBusy(false);
            if (!reply) {
                return self->showError(reply.error());
            }
            Q_EMIT self->scheduled();
            self->accept();
        });
}

void ScheduleDeletionDialog::disableInstead() {
    m_acts->noteAsked(kms::OperationId::DisableKey, m_keyId);
    m_acts->disable(m_keyId,
                    [self = QPointer<ScheduleDeletionDialog>(this)](const Result<kms::AnyReply> &reply) {
                        if (self) {
                            reply ? self->accept() : self->showError(reply.error());
                        }
                    });
}

} // namespace keyturn::ui
