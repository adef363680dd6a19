// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/inspection_view.h"

#include "ui/models/key_words.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"

#include <QCoreApplication>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

constexpr int leastRows = 3; // more where there is room; the others scroll

/// Asks for a few rows only and takes what is left over.
struct LowTable final : QTableWidget {
    using QTableWidget::QTableWidget;
    QSize sizeHint() const override { return {QTableWidget::sizeHint().width(), minimumHeight()}; }
};

} // namespace

QString certaintyWord(inspect::Certainty certainty) {
    switch (certainty) {
    case inspect::Certainty::Read:
        return QCoreApplication::translate("InspectionView", "read");
    case inspect::Certainty::Likely:
        return QCoreApplication::translate("InspectionView", "likely");
    case inspect::Certainty::Unknown:
        return QCoreApplication::translate("InspectionView", "not known");
    }
    return {};
}

InspectionView::InspectionView(QWidget *parent)
    : QWidget(parent)
    , m_summary(new QLabel(this))
    , m_facts(new LowTable(0, 3, this))
    , m_hints(new QLabel(this)) {
    m_summary->setWordWrap(true);
    m_summary->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_summary->setObjectName(QStringLiteral("inspection.summary"));
    m_hints->setWordWrap(true);
    m_facts->setAccessibleName(tr("What the ciphertext says"));
    m_facts->setHorizontalHeaderLabels({tr("What"), tr("Value"), tr("How sure")});
    m_facts->verticalHeader()->hide();
    m_facts->setShowGrid(false);
    m_facts->setTabKeyNavigation(false);
    m_facts->setWordWrap(false);
    m_facts->setTextElideMode(Qt::ElideMiddle);
    m_facts->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_facts->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_facts->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    m_facts->setMinimumHeight(metric::tableHeader + leastRows * metric::tableRow + 2 * metric::hairline);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, theme::metric::related, 0, 0);
    layout->setSpacing(theme::metric::related);
    layout->addWidget(m_summary);
    layout->addWidget(m_facts, 1);
    layout->addWidget(m_hints);
    clear();
}

void InspectionView::clear() {
    m_summary->setText(tr("Paste, drop or open a ciphertext to see what it is. Nothing is sent anywhere."));
    m_facts->setRowCount(0);
    m_facts->hide();
    m_hints->hide();
}

void InspectionView::setInspection(const inspect::Inspection &inspection) {
    if (inspection.kind == inspect::Kind::Empty) {
        return clear();
    }
    m_summary->setText(fromUtf8(inspection.summary));
    m_facts->setRowCount(static_cast<int>(inspection.facts.size()));
    for (int row = 0; row < m_facts->rowCount(); ++row) {
        const inspect::Fact &fact = inspection.facts[static_cast<std::size_t>(row)];
        auto *value = new QTableWidgetItem(fromUtf8(fact.value));
        value->setFont(theme::font(theme::TextRole::Fixed));
        value->setToolTip(fromUtf8(fact.value));
        m_facts->setItem(row, 0, new QTableWidgetItem(fromUtf8(fact.label)));
        m_facts->setItem(row, 1, value);
        m_facts->setItem(row, 2, new QTableWidgetItem(certaintyWord(fact.certainty)));
    }
    m_facts->resizeColumnToContents(0);
    m_facts->resizeColumnToContents(2);
    m_facts->setVisible(!inspection.facts.empty());
    QStringList hints;
    for (const std::string &hint : inspection.hints) {
        hints += fromUtf8(hint);
    }
    m_hints->setText(hints.join(u' '));
    m_hints->setVisible(!hints.isEmpty());
}

} // namespace keyturn::ui
