// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/key_dialogs.h"
#include "ui/dialogs/dialog_frame.h"

#include "kms/identifier.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

const QString aliasPrefix = QStringLiteral("alias/");

widgets::BusyButton *primaryButton(const QString &verb, const QString &name, QWidget *parent) {
    auto *button = new widgets::BusyButton(verb, parent);
    button->setObjectName(name);
    button->setDefault(true);
    theme::setButtonKind(*button, theme::ButtonKind::Primary);
    return button;
}

} // namespace

QString fullAliasName(const QString &name) {
    return name.startsWith(aliasPrefix) ? name : aliasPrefix + name;
}

QString aliasNameFault(const QString &name) {
    const QString full = fullAliasName(name);
    if (full.size() == aliasPrefix.size()) {
        return QCoreApplication::translate("Alias", "Give the alias a name.");
    }
    if (full.startsWith(u"alias/aws/")) {
        return QCoreApplication::translate("Alias", "Names that begin with alias/aws/ are reserved.");
    }
    return kms::isWellFormedAliasName(full.toStdString())
               ? QString()
               : QCoreApplication::translate("Alias", "At most 256 of these characters: a-z A-Z 0-9 : / _ -");
}

CreateAliasDialog::CreateAliasDialog(const DialogContext &context, KeyActsPresenter *acts, std::string keyId,
                                     QWidget *parent)
    : ActingDialog(context, tr("Add alias"), false, parent)
    , m_acts(acts)
    , m_keyId(std::move(keyId))
    , m_name(new QLineEdit(this))
    , m_moves(new QLabel(this))
    , m_form(new widgets::Form(this))
    , m_run(primaryButton(tr("Add alias"), QStringLiteral("createAlias.run"), this)) {
    setObjectName(QStringLiteral("createAliasDialog"));
    m_name->setObjectName(QStringLiteral("createAlias.name"));
    m_name->setPlaceholderText(tr("team/app/purpose"));
    m_moves->setWordWrap(true);
    m_form->addRow(tr("Alias"), m_name, tr("Letters' case counts. Slashes make folders in the tree."));
    content()->addWidget(m_form);
    content()->addWidget(m_moves);
    content()->addStretch(1);
    buttons()->addStretch(1);
    buttons()->addWidget(m_run);
    connect(m_name, &QLineEdit::textChanged, this, &CreateAliasDialog::refresh);
    setRetry([this] { m_run->click(); });
    connect(m_run, &widgets::BusyButton::started, this, &CreateAliasDialog::run);
    orderTabsAsLaidOut(*this);
    resize(520, 260);
    m_name->setFocus();
    refresh();
}

void CreateAliasDialog::refresh() {
    const QString fault = m_name->text().isEmpty() ? QString() : aliasNameFault(m_name->text());
    const int owner = context().catalog->find(fullAliasName(m_name->text()).toStdString());
    const bool moves = owner >= 0 && context().catalog->at(owner).keyId != m_keyId;
    m_form->setFault(m_name, fault);
    m_moves->setVisible(moves);
    m_moves->setText(
        moves ? tr("This alias names %1 now. It will name this key instead; what was encrypted stays "
                   "under the old one.")
                    .arg(fromUtf8(context().catalog->at(owner).keyId))
              : QString());
    m_run->setVerb(moves ? tr("Move alias") : tr("Add alias"));
    m_run->setEnabled(!m_name->text().isEmpty() && fault.isEmpty());
}

void CreateAliasDialog::run() {
    const std::string name = fullAliasName(m_name->text()).toStdString();
    const bool moves = context().catalog->find(name) >= 0;
    bar()->dismiss();
    m_run->setBusy(true);
    const auto done = [self = QPointer<CreateAliasDialog>(this)](const Result<kms::AnyReply> &reply) {
        if (!self) {
            return;
        }
        self->m_run->setBusy(false);
        reply ? self->accept() : self->showError(reply.error());
    };
    m_acts->noteAsked(moves ? kms::OperationId::UpdateAlias : kms::OperationId::CreateAlias, name);
    moves ? m_acts->moveAlias(name, m_keyId, done) : m_acts->createAlias(name, m_keyId, done);
}

} // namespace keyturn::ui
