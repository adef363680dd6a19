// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/import_dialog.h"

#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/error_news.h"
#include "ui/dialogs/profile_list.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/mono_text.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
enum Column { Name, Place, From, Notes, ColumnCount };

QString lines(const std::vector<std::string> &texts) {
    QStringList all;
    for (const std::string &each : texts) {
        all += fromUtf8(each);
    }
    return all.join(u'\n');
}

QString notesOf(const workspace::ImportRow &row) {
    if (row.alreadyThere) {
        return ImportDialog::tr("Already there");
    }
    QStringList notes;
    if (!row.warnings.empty()) {
        notes += counted(qint64(row.warnings.size()), ImportDialog::tr("1 warning"),
                         ImportDialog::tr("%1 warnings"));
    }
    if (!row.command.empty()) {
        notes += ImportDialog::tr("runs a program");
    }
    return notes.join(QStringLiteral(", "));
}

} // namespace

ImportDialog::ImportDialog(workspace::ProfileStore *store, workspace::ImportPreview preview, QWidget *parent)
    : QDialog(parent)
    , m_store(store)
    , m_preview(std::move(preview))
    , m_bar(new widgets::InlineBar(this))
    , m_table(new QTableWidget(0, ColumnCount, this))
    , m_details(new QLabel(this))
    , m_command(new widgets::MonoText(tr("program"), this))
    , m_import(new QPushButton(this)) {
    setObjectName(QStringLiteral("importDialog"));
    setWindowTitle(tr("Import profiles"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_bar->hide();
    auto *title = new QLabel(tr("Import profiles"), this);
    theme::setTextRole(*title, theme::TextRole::Title);
    auto *words =
        new QLabel(tr("Ticked rows become profiles. No secret is copied: credentials stay where they are, "
                      "and no program is run before you have accepted it."),
                   this);
    words->setWordWrap(true);
    makeTable();
    m_details->setObjectName(QStringLiteral("import.details"));
    m_details->setWordWrap(true);
    m_details->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_command->setObjectName(QStringLiteral("import.command"));
    m_import->setObjectName(QStringLiteral("import.run"));
    m_import->setDefault(true);
    theme::setButtonKind(*m_import, theme::ButtonKind::Primary);
    auto *cancel = new QPushButton(tr("Cancel"), this);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(metric::related);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_import);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(metric::dialogMargin, metric::dialogMargin, metric::dialogMargin,
                               metric::dialogMargin);
    layout->setSpacing(metric::group);
    for (QWidget *each : std::initializer_list<QWidget *>{title, words, m_bar}) {
        layout->addWidget(each);
    }
    layout->addWidget(m_table, 1);
    layout->addWidget(m_details);
    layout->addWidget(m_command);
    layout->addLayout(buttons);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_import, &QPushButton::clicked, this, &ImportDialog::import);
    connect(m_table, &QTableWidget::itemChanged, this, &ImportDialog::refresh);
    connect(m_table, &QTableWidget::currentCellChanged, this, &ImportDialog::showDetails);
    fillTable();
    if (!m_preview.warnings.empty()) {
        m_bar->present(
            {widgets::NewsKind::Attention, tr("About these files"), lines(m_preview.warnings), {}, {}});
    }
    orderTabsAsLaidOut(*this);
    resize(860, 560);
    m_table->setFocus();
}

void ImportDialog::makeTable() {
    m_table->setObjectName(QStringLiteral("import.table"));
    m_table->setAccessibleName(tr("Profiles to import"));
    m_table->setHorizontalHeaderLabels({tr("Name"), tr("Where"), tr("From"), tr("Notes")});
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->setTextElideMode(Qt::ElideMiddle);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->resizeSection(Name, 150);
    m_table->horizontalHeader()->resizeSection(Place, 180);
    m_table->horizontalHeader()->resizeSection(From, 240);
}

void ImportDialog::fillTable() {
    const QSignalBlocker quiet(m_table);
    m_table->setRowCount(static_cast<int>(m_preview.rows.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const workspace::ImportRow &each = m_preview.rows[static_cast<std::size_t>(row)];
        const QString texts[] = {fromUtf8(each.profile.name), placeOf(each.profile), fromUtf8(each.from),
                                 notesOf(each)};
        for (int column = 0; column < ColumnCount; ++column) {
            auto *cell = new QTableWidgetItem(texts[column]);
            cell->setToolTip(texts[column]);
            m_table->setItem(row, column, cell);
        }
        QTableWidgetItem *tick = m_table->item(row, Name);
        tick->setFlags(tick->flags() | Qt::ItemIsUserCheckable);
        tick->setCheckState(each.alreadyThere ? Qt::Unchecked : Qt::Checked);
    }
    if (m_table->rowCount() > 0) {
        m_table->setCurrentCell(0, Name);
    }
    showDetails();
    refresh();
}

void ImportDialog::showDetails() {
    const int row = m_table->currentRow();
    const bool any = row >= 0 && row < static_cast<int>(m_preview.rows.size());
    if (!any) {
        m_details->setText(tr("There is nothing to import here."));
        m_command->hide();
        return;
    }
    const workspace::ImportRow &each = m_preview.rows[static_cast<std::size_t>(row)];
    QStringList parts;
    if (!each.warnings.empty()) {
        parts += lines(each.warnings);
    }
    if (parts.isEmpty()) {
        parts += tr("%1, from %2.").arg(placeOf(each.profile), fromUtf8(each.from));
    }
    m_details->setText(parts.join(u'\n'));
    m_command->setText(fromUtf8(each.command));
    m_command->setVisible(!each.command.empty());
}

std::vector<workspace::ImportRow> ImportDialog::chosen() const {
    std::vector<workspace::ImportRow> rows;
    for (int row = 0; row < m_table->rowCount(); ++row) {
        if (m_table->item(row, Name)->checkState() == Qt::Checked) {
            rows.push_back(m_preview.rows[static_cast<std::size_t>(row)]);
        }
    }
    return rows;
}

void ImportDialog::refresh() {
    const auto count = static_cast<int>(chosen().size());
    m_import->setText(count == 0 ? tr("Import")
                                 : counted(count, tr("Import 1 profile"), tr("Import %1 profiles")));
    m_import->setEnabled(count > 0);
}

void ImportDialog::import() {
    const auto rows = chosen();
    if (const auto stored = workspace::importProfiles(*m_store, rows); !stored) {
        return m_bar->present(newsFor(stored.error(), {}, false));
    }
    Q_EMIT imported(static_cast<int>(rows.size()), fromUtf8(rows.front().profile.name));
    accept();
}

} // namespace keyturn::ui
