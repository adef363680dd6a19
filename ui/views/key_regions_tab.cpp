// SPDX-License-Identifier: Apache-2.0
#include "ui/views/key_regions_tab.h"

#include "kms/operations/update_primary_region.h"
#include "ui/dialogs/question.h"
#include "ui/dialogs/replicate_dialog.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_choices.h"
#include "ui/models/key_words.h"
#include "ui/presenters/key_acts_presenter.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/inline_bar.h"
#include "workspace/session.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

enum Column { Region, Role, Arn, ColumnCount };

bool isPrimary(const kms::KeyMetadata &key) {
    const auto &all = key.multiRegionConfiguration;
    return all && all->multiRegionKeyType && *all->multiRegionKeyType == kms::MultiRegionKeyType::PRIMARY;
}

} // namespace

RegionsTab::RegionsTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent)
    : KeyTab(context, acts, parent)
    , m_note(new QLabel(this))
    , m_table(new QTableWidget(0, ColumnCount, this))
    , m_replicate(new QPushButton(tr("Replicate\u2026"), this))
    , m_makePrimary(new QPushButton(tr("Make primary\u2026"), this)) {
    m_note->setWordWrap(true);
    m_table->setObjectName(QStringLiteral("regions.table"));
    m_table->setAccessibleName(tr("Regions of this key"));
    m_table->setHorizontalHeaderLabels({tr("Region"), tr("Role"), tr("ARN")});
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTextElideMode(Qt::ElideMiddle);
    m_table->setWordWrap(false);
    m_replicate->setObjectName(QStringLiteral("regions.replicate"));
    m_makePrimary->setObjectName(QStringLiteral("regions.makePrimary"));
    auto *line = new QHBoxLayout;
    line->setSpacing(metric::related);
    line->addWidget(m_replicate);
    line->addWidget(m_makePrimary);
    line->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, metric::group, 0, 0);
    layout->setSpacing(metric::related);
    layout->addWidget(m_bar);
    layout->addWidget(m_note);
    layout->addWidget(m_table, 1);
    layout->addLayout(line);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &RegionsTab::refreshButtons);
    connect(m_replicate, &QPushButton::clicked, this, &RegionsTab::replicate);
    connect(m_makePrimary, &QPushButton::clicked, this, &RegionsTab::makePrimary);
}

void RegionsTab::showKey(const CatalogKey &key) {
    if (m_keyId != key.keyId) {
        m_bar->dismiss();
    }
    m_keyId = key.keyId;
    m_metadata = key.metadata.value_or(kms::KeyMetadata{});
    m_name = fromUtf8(key.displayName());
    const auto regions = m_metadata.multiRegionConfiguration.value_or(kms::MultiRegionConfiguration{});
    std::vector<kms::MultiRegionKey> all{regions.primaryKey.value_or(kms::MultiRegionKey{})};
    for (const kms::MultiRegionKey &replica :
         regions.replicaKeys.value_or(std::vector<kms::MultiRegionKey>{})) {
        all.push_back(replica);
    }
    m_table->setRowCount(regions.primaryKey ? int(all.size()) : 0);
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const kms::MultiRegionKey &each = all[std::size_t(row)];
        const bool here = each.arn == m_metadata.arn;
        const QString role = row == 0 ? tr("Primary") : tr("Replica");
        auto *arn = new QTableWidgetItem(fromUtf8(each.arn.value_or("")));
        arn->setFont(theme::font(theme::TextRole::Fixed));
        arn->setToolTip(arn->text());
        m_table->setItem(row, Region, new QTableWidgetItem(fromUtf8(each.region.value_or(""))));
        m_table->setItem(row, Role, new QTableWidgetItem(here ? tr("%1, this one").arg(role) : role));
        m_table->setItem(row, Arn, arn);
    }
    m_table->resizeColumnToContents(Region);
    m_table->resizeColumnToContents(Role);
    m_note->setText(
        isPrimary(m_metadata)
            ? tr("All of them share key id and material: what one encrypts, each decrypts. Policy, "
                 "grants, aliases and tags are each one's own.")
            : tr("This is a replica. It is replicated further, and rotated, at its primary."));
    refreshButtons();
}

std::string RegionsTab::selectedRegion() const {
    const int row = m_table->selectedItems().isEmpty() ? -1 : m_table->currentRow();
    return row < 1 ? std::string() : m_table->item(row, Region)->text().toStdString(); // 0 is the primary
}

void RegionsTab::refreshButtons() {
    const bool usable = isPrimary(m_metadata) && isEnabledKey(m_metadata) && mayChange();
    m_replicate->setEnabled(usable);
    m_makePrimary->setEnabled(usable && !selectedRegion().empty());
    m_makePrimary->setToolTip(selectedRegion().empty() ? tr("Select the replica that is to be the primary.")
                                                       : QString());
}

void RegionsTab::replicate() {
    (new ReplicateDialog(m_context, m_acts, m_metadata, window()))->open();
}

void RegionsTab::makePrimary() {
    const std::string region = selectedRegion();
    if (region.empty()) {
        return;
    }
    ask(window(),
        {.title = tr("Make %1 the primary Region of \u201c%2\u201d?").arg(fromUtf8(region), m_name),
         .text = tr(
             "Replicas are made and rotation is set at the primary only. Ciphertexts are not touched; both "
             "keys are updated for a moment."),
         .verb = tr("Make primary"),
         .destroys = false},
        [this, region, keyId = m_keyId] {
            m_acts->noteAsked(kms::OperationId::UpdatePrimaryRegion, keyId);
            m_acts->perform(
                kms::AnyRequest::of<kms::UpdatePrimaryRegion>({.keyId = keyId, .primaryRegion = region}),
                keyId, [this, keyId](const Result<kms::AnyReply> &outcome) {
                    if (keyId == m_keyId) {
                        report(outcome);
                    }
                });
        });
}

} // namespace keyturn::ui
