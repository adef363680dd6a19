// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/replicate_dialog.h"

#include "kms/operations/replicate_key.h"
#include "ui/dialogs/dialog_frame.h"
#include "ui/models/key_words.h"
#include "ui/presenters/key_acts_presenter.h"
#include "ui/theme/control_kind.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/context_grid.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QRegularExpression>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {
namespace {

/// To choose from; any other may be typed.
constexpr const char *usualRegions[] = {"us-east-1",      "us-east-2",      "us-west-2",  "eu-west-1",
                                        "eu-central-1",   "eu-north-1",     "eu-south-1", "ap-southeast-1",
                                        "ap-southeast-2", "ap-northeast-1", "ap-south-1", "ca-central-1",
                                        "sa-east-1"};

std::vector<std::string> takenRegions(const kms::KeyMetadata &key) {
    std::vector<std::string> regions;
    const auto all = key.multiRegionConfiguration.value_or(kms::MultiRegionConfiguration{});
    if (all.primaryKey) {
        regions.push_back(all.primaryKey->region.value_or(""));
    }
    for (const auto &replica : all.replicaKeys.value_or(std::vector<kms::MultiRegionKey>{})) {
        regions.push_back(replica.region.value_or(""));
    }
    return regions;
}

} // namespace

ReplicateDialog::ReplicateDialog(const DialogContext &context, KeyActsPresenter *acts,
                                 const kms::KeyMetadata &key, QWidget *parent)
    : ActingDialog(context, tr("Replicate key"), false, parent)
    , m_acts(acts)
    , m_key(key)
    , m_region(new QComboBox(this))
    , m_description(new QLineEdit(this))
    , m_tags(new widgets::ContextGrid(tr("Tags of the replica"), this))
    , m_form(new widgets::Form(this))
    , m_run(new widgets::BusyButton(tr("Replicate"), this)) {
    setObjectName(QStringLiteral("replicateDialog"));
    m_region->setObjectName(QStringLiteral("replicate.region"));
    m_region->setEditable(true);
    m_region->setInsertPolicy(QComboBox::NoInsert);
    const auto taken = takenRegions(key);
    for (const char *region : usualRegions) {
        if (std::ranges::find(taken, region) == taken.end()) {
            m_region->addItem(QString::fromLatin1(region));
        }
    }
    m_region->setCurrentIndex(-1);
    m_region->lineEdit()->setPlaceholderText(tr("Choose or type a Region"));
    m_description->setObjectName(QStringLiteral("replicate.description"));
    m_description->setMaxLength(8192);
    m_run->setObjectName(QStringLiteral("replicate.run"));
    m_run->setDefault(true);
    theme::setButtonKind(*m_run, theme::ButtonKind::Primary);
    auto *note =
        new QLabel(tr("The replica has this key's id and material. Aliases, grants and policy do not come "
                      "along: it begins with the default policy of its Region."),
                   this);
    note->setWordWrap(true);
    m_form->addRow(tr("Region"), m_region);
    m_form->addRow(tr("Description"), m_description);
    m_form->addSection(tr("Tags"));
    m_form->addWide(m_tags);
    content()->addWidget(note);
    content()->addWidget(m_form);
    content()->addStretch(1);
    buttons()->addStretch(1);
    buttons()->addWidget(m_run);
    connect(m_region, &QComboBox::currentTextChanged, this, &ReplicateDialog::refresh);
    connect(m_tags, &widgets::ContextGrid::changed, this, &ReplicateDialog::refresh);
    connect(m_run, &widgets::BusyButton::started, this, &ReplicateDialog::run);
    connect(m_run, &widgets::BusyButton::cancelRequested, m_acts, [this] { m_acts->cancel(); });
    setRetry([this] { m_run->click(); });
    orderTabsAsLaidOut(*this);
    resize(600, 460);
    m_region->setFocus();
    refresh();
}

QString ReplicateDialog::regionFault() const {
    static const QRegularExpression form(QStringLiteral("^([a-z]+-){2,3}[0-9]{1,2}$"));
    const QString region = m_region->currentText().trimmed();
    if (region.isEmpty()) {
        return {};
    }
    const auto taken = takenRegions(m_key);
    if (std::ranges::find(taken, region.toStdString()) != taken.end()) {
        return tr("The key is there already.");
    }
    return form.match(region).hasMatch() ? QString() : tr("A Region is written like eu-central-1.");
}

void ReplicateDialog::refresh() {
    m_form->setFault(m_region, regionFault());
    m_run->setEnabled(!m_region->currentText().trimmed().isEmpty() && regionFault().isEmpty() &&
                      m_tags->isValid());
}

void ReplicateDialog::run() {
    const std::string keyId = m_key.keyId.value_or("");
    kms::ReplicateKey::Request request;
    request.keyId = keyId;
    request.replicaRegion = m_region->currentText().trimmed().toStdString();
    if (!m_description->text().isEmpty()) {
        request.description = m_description->text().toStdString();
    }
    for (const widgets::ContextPair &pair : m_tags->pairs()) {
        if (!request.tags) {
            request.tags.emplace();
        }
        request.tags->push_back({.tagKey = pair.name, .tagValue = pair.value});
    }
    bar()->dismiss();
    m_run->setBusy(true);
    m_acts->noteAsked(kms::OperationId::ReplicateKey, keyId);
    m_acts->perform(kms::AnyRequest::of<kms::ReplicateKey>(std::move(request)), keyId,
                    [self = QPointer<ReplicateDialog>(this)](const Result<kms::AnyReply> &reply) {
                        if (!self) {
                            return;
                        }
                        self->m_run->setBusy(false);
                        reply ? self->accept() : self->showError(reply.error());
                    });
}

} // namespace keyturn::ui
