// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/key_dialogs.h"

#include "kms/operations/create_key.h"
#include "ui/models/key_choices.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/context_grid.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "workspace/session.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QVBoxLayout>

namespace keyturn::ui {

CreateKeyDialog::CreateKeyDialog(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent)
    : ActingDialog(context, tr("Create key"), false, parent)
    , m_acts(acts)
    , m_spec(new QComboBox(this))
    , m_usage(new QComboBox(this))
    , m_origin(new QComboBox(this))
    , m_multiRegion(new QCheckBox(tr("Multi-Region: can be replicated into other Regions"), this))
    , m_importNote(new QLabel(tr("The key is of no use until its material is imported: on its page, "
                                 "\u201cRotation\u201d, \u201cImport key material\u201d."),
                              this))
    , m_alias(new QLineEdit(this))
    , m_description(new QLineEdit(this))
    , m_tags(new widgets::ContextGrid(tr("Tags"), this))
    , m_form(new widgets::Form(this))
    , m_run(new widgets::BusyButton(tr("Create key"), this)) {
    setObjectName(QStringLiteral("createKeyDialog"));
    m_run->setObjectName(QStringLiteral("createKey.run"));
    m_run->setDefault(true);
    theme::setButtonKind(*m_run, theme::ButtonKind::Primary);
    makeForm();
    content()->addWidget(m_form);
    content()->addStretch(1);
    buttons()->addStretch(1);
    buttons()->addWidget(m_run);
    connect(m_spec, &QComboBox::currentIndexChanged, this, &CreateKeyDialog::offerUsages);
    connect(m_origin, &QComboBox::currentIndexChanged, this, &CreateKeyDialog::refresh);
    connect(m_alias, &QLineEdit::textChanged, this, &CreateKeyDialog::refresh);
    connect(m_tags, &widgets::ContextGrid::changed, this, &CreateKeyDialog::refresh);
    setRetry([this] { m_run->click(); });
    connect(m_run, &widgets::BusyButton::started, this, &CreateKeyDialog::create);
    connect(m_run, &widgets::BusyButton::cancelRequested, m_acts, [this] { m_acts->cancel(); });
    orderTabsAsLaidOut(*this);
    resize(600, 600);
    m_alias->setFocus();
    offerUsages();
}

void CreateKeyDialog::makeForm() {
    const kms::Capabilities &capabilities = context().session->capabilities();
    m_spec->setObjectName(QStringLiteral("createKey.spec"));
    m_usage->setObjectName(QStringLiteral("createKey.usage"));
    m_origin->setObjectName(QStringLiteral("createKey.origin"));
    m_multiRegion->setObjectName(QStringLiteral("createKey.multiRegion"));
    m_alias->setObjectName(QStringLiteral("createKey.alias"));
    m_description->setObjectName(QStringLiteral("createKey.description"));
    m_importNote->setWordWrap(true);
    m_description->setMaxLength(8192);
    m_alias->setPlaceholderText(tr("team/app/purpose"));
    for (const std::string &spec : offeredKeySpecs(capabilities)) {
        m_spec->addItem(specWord(spec), fromUtf8(spec));
    }
    m_origin->addItem(tr("Made by the service"), false);
    m_origin->addItem(tr("Imported from outside"), true);
    m_form->addRow(tr("Spec"), m_spec, tr("Spec, usage, material and Regions never change."));
    m_form->addRow(tr("Usage"), m_usage);
    m_form->addRow(tr("Material"), m_origin);
    m_form->addField(m_importNote);
    m_form->addField(m_multiRegion);
    m_form->addRow(tr("Alias"), m_alias, tr("Optional. Slashes make folders in the tree."));
    m_form->addRow(tr("Description"), m_description);
    m_form->addSection(tr("Tags"));
    m_form->addWide(m_tags);
    // What this backend lacks is greyed out with its own reason.
    const bool imports = takesImportedMaterial(capabilities);
    m_origin->setEnabled(imports);
    m_origin->setToolTip(imports ? QString()
                                 : fromUtf8(capabilities.of(kms::OperationId::ImportKeyMaterial).reason));
    m_multiRegion->setEnabled(takesMultiRegion(capabilities));
    m_multiRegion->setToolTip(fromUtf8(capabilities.of(kms::OperationId::ReplicateKey).reason));
}

void CreateKeyDialog::offerUsages() {
    const QString before = m_usage->currentData().toString();
    m_usage->clear();
    for (const std::string &usage : usagesOfSpec(m_spec->currentData().toString().toStdString())) {
        m_usage->addItem(usageWord(usage), fromUtf8(usage));
    }
    m_usage->setCurrentIndex(std::max(0, m_usage->findData(before)));
    m_usage->setEnabled(m_usage->count() > 1);
    refresh();
}

QString CreateKeyDialog::aliasFault() const {
    return m_alias->text().isEmpty() ? QString() : aliasNameFault(m_alias->text());
}

void CreateKeyDialog::refresh() {
    m_form->setFault(m_alias, aliasFault());
    m_form->setRowVisible(m_importNote, m_origin->currentData().toBool());
    m_run->setEnabled(aliasFault().isEmpty() && m_tags->isValid());
}

void CreateKeyDialog::create() {
    KeyActsPresenter::NewKey key{.keySpec = m_spec->currentData().toString().toStdString(),
                                 .keyUsage = m_usage->currentData().toString().toStdString(),
                                 .imported = m_origin->currentData().toBool(),
                                 .multiRegion = m_multiRegion->isChecked(),
                                 .description = m_description->text().toStdString()};
    if (!m_alias->text().isEmpty()) {
        key.aliasName = fullAliasName(m_alias->text()).toStdString();
    }
    for (const widgets::ContextPair &pair : m_tags->pairs()) {
        key.tags.push_back({.tagKey = pair.name, .tagValue = pair.value});
    }
    bar()->dismiss();
    m_run->setBusy(true);
    m_acts->noteAsked(kms::OperationId::CreateKey, {});
    m_acts->noteAsked(kms::OperationId::CreateAlias, key.aliasName);
    m_acts->create(key, [self = QPointer<CreateKeyDialog>(this)](Result<kms::AnyReply> reply) {
        if (!self) {
            return;
        }
        self->m_run->setBusy(false);
        if (!reply) {
            return self->showError(reply.error());
        }
        if (reply->operation() == kms::OperationId::CreateKey) {
            const auto &metadata = reply->as<kms::CreateKey>().keyMetadata;
            Q_EMIT self->created(metadata ? fromUtf8(metadata->keyId.value_or("")) : QString());
        }
        self->accept();
    });
}

} // namespace keyturn::ui
