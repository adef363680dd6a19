// SPDX-License-Identifier: Apache-2.0
#include "ui/views/history_window.h"

#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/error_news.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/history_check_dialog.h"
#include "ui/models/key_words.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/filter_bar.h"
#include "ui/widgets/inline_bar.h"

#include <QCheckBox>
#include <QDate>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QTimer>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
constexpr auto typingPause = std::chrono::milliseconds(250);
constexpr int tableShare = 3;
constexpr int factsShare = 2;

/// The outcome as icon and word.
class OutcomeDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        const int kind = index.data(HistoryModel::OutcomeRole).toInt();
        option->icon =
            kind == HistoryModel::Succeeded ? theme::icon(theme::Icon::Success, theme::ColorRole::Good)
            : kind == HistoryModel::Open    ? theme::icon(theme::Icon::Clock, theme::ColorRole::Attention)
                                            : theme::icon(theme::Icon::Error, theme::ColorRole::Danger);
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = {metric::iconSmall, metric::iconSmall};
    }
};

/// Ids: in the fixed font, cut in their middle.
class FixedDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        option->font = theme::font(theme::TextRole::Fixed);
        option->textElideMode = Qt::ElideMiddle;
    }
};

QString factsText(const QTreeWidget &facts) {
    QString text;
    for (int row = 0; row < facts.topLevelItemCount(); ++row) {
        const QTreeWidgetItem *item = facts.topLevelItem(row);
        text += item->text(0) + QStringLiteral(": ") + item->text(1) + u'\n';
    }
    return text;
}

} // namespace

HistoryWindow::HistoryWindow(workspace::HistoryPlace place, keychain::Keychain *keychain, QWidget *parent)
    : QWidget(parent, Qt::Window)
    , m_presenter(std::move(place), keychain, this)
    , m_model(new HistoryModel(this))
    , m_bar(new widgets::InlineBar(this))
    , m_filter(new widgets::FilterBar(this))
    , m_changesOnly(new QCheckBox(tr("Changes only"), this))
    , m_openOnly(new QCheckBox(tr("Without outcome"), this))
    , m_filterProblem(new QLabel(this))
    , m_pages(new QStackedWidget(this))
    , m_count(new QLabel(this))
    , m_refresh(new QPushButton(tr("Refresh"), this))
    , m_export(new QPushButton(tr("Export\u2026"), this))
    , m_check(new widgets::BusyButton(tr("Check the chain"), this))
    , m_typing(new QTimer(this)) {
    setObjectName(QStringLiteral("historyWindow"));
    setWindowTitle(tr("History"));
    m_bar->hide();
    makeFilter();
    makeActs();
    m_pages->addWidget(makeTable());
    m_pages->addWidget(makeEmpty());
    auto *filterRow = new QHBoxLayout;
    filterRow->setSpacing(metric::related);
    filterRow->addWidget(m_filter, 1);
    filterRow->addWidget(m_changesOnly);
    filterRow->addWidget(m_openOnly);
    auto *acts = new QHBoxLayout;
    acts->setSpacing(metric::related);
    acts->addWidget(m_count, 1);
    acts->addWidget(m_refresh);
    acts->addWidget(m_export);
    acts->addWidget(m_check);
    auto *inner = new QVBoxLayout;
    inner->setContentsMargins(metric::pageMargin, metric::pageMargin, metric::pageMargin, metric::pageMargin);
    inner->setSpacing(metric::related);
    inner->addLayout(filterRow);
    inner->addWidget(m_filterProblem);
    inner->addWidget(m_pages, 1);
    inner->addLayout(acts);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_bar);
    column->addLayout(inner, 1);
    connectParts();
    makeShortcuts();
    orderTabsAsLaidOut(*this);
    resize(1100, 720);
    m_filter->lineEdit()->setFocus();
    refresh();
}

HistoryWindow::~HistoryWindow() = default;

void HistoryWindow::makeFilter() {
    m_filter->setObjectName(QStringLiteral("history.filter"));
    m_filter->setPlaceholderText(tr("Part of a key, or profile: operation: outcome: since: ..."));
    for (const QString &field : HistoryQuery::fields()) {
        m_filter->addField(field, field == QStringLiteral("outcome")
                                      ? QStringList{QStringLiteral("Success"), QStringLiteral("Intent"),
                                                    QStringLiteral("NotSent")}
                                      : QStringList());
    }
    m_changesOnly->setObjectName(QStringLiteral("history.changesOnly"));
    m_changesOnly->setToolTip(tr("Only what changes or destroys something."));
    m_openOnly->setObjectName(QStringLiteral("history.openOnly"));
    m_openOnly->setToolTip(
        tr("Intents that nothing came of: what may have been done without anybody being told."));
    m_filterProblem->setObjectName(QStringLiteral("history.filterProblem"));
    m_filterProblem->setWordWrap(true);
    theme::setTextRole(*m_filterProblem, theme::TextRole::Caption);
    theme::setTone(*m_filterProblem, theme::ColorRole::Danger);
    m_filterProblem->hide();
}

void HistoryWindow::makeActs() {
    m_count->setObjectName(QStringLiteral("history.count"));
    theme::setTone(*m_count, theme::ColorRole::MutedText);
    m_refresh->setObjectName(QStringLiteral("history.refresh"));
    m_export->setObjectName(QStringLiteral("history.export"));
    m_export->setToolTip(tr("What the filter shows, as JSON Lines with the chain's hashes."));
    m_check->setObjectName(QStringLiteral("history.check"));
    m_typing->setSingleShot(true);
    m_typing->setInterval(typingPause);
}

QWidget *HistoryWindow::makeTable() {
    auto *split = new QSplitter(Qt::Vertical, this);
    m_table = new QTableView(split);
    m_table->setObjectName(QStringLiteral("history.table"));
    m_table->setAccessibleName(tr("Calls, newest first"));
    m_table->setModel(m_model);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->verticalHeader()->hide();
    m_table->setItemDelegateForColumn(HistoryModel::Outcome, new OutcomeDelegate(m_table));
    m_table->setItemDelegateForColumn(HistoryModel::Key, new FixedDelegate(m_table));
    m_table->setItemDelegateForColumn(HistoryModel::RequestId, new FixedDelegate(m_table));
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionResizeMode(HistoryModel::Key, QHeaderView::Stretch);
    header->resizeSection(HistoryModel::Time, 146);
    header->resizeSection(HistoryModel::Profile, 120);
    header->resizeSection(HistoryModel::Operation, 190);
    header->resizeSection(HistoryModel::Outcome, 190);
    header->resizeSection(HistoryModel::RequestId, 160);
    m_facts = new QTreeWidget(split);
    m_facts->setObjectName(QStringLiteral("history.facts"));
    m_facts->setAccessibleName(tr("Everything recorded of the selected call"));
    m_facts->setColumnCount(2);
    m_facts->setHeaderLabels({tr("Fact"), tr("Value")});
    m_facts->setRootIsDecorated(false);
    m_facts->header()->resizeSection(0, 220);
    auto *copy = new widgets::CopyButton(
        tr("facts"), [this] { return factsText(*m_facts); }, split);
    auto *lower = new QWidget(split);
    auto *column = new QVBoxLayout(lower);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(m_facts, 1);
    column->addWidget(copy, 0, Qt::AlignLeft);
    split->addWidget(m_table);
    split->addWidget(lower);
    split->setStretchFactor(0, tableShare);
    split->setStretchFactor(1, factsShare);
    split->setChildrenCollapsible(false);
    return split;
}

QWidget *HistoryWindow::makeEmpty() {
    auto *page = new widgets::EmptyState(this);
    page->setObjectName(QStringLiteral("history.empty"));
    page->setContent(theme::Icon::History,
                     tr("Nothing was done through Keyturn yet. Every call on a profile will stand here."));
    return page;
}

void HistoryWindow::connectParts() {
    connect(m_typing, &QTimer::timeout, this, &HistoryWindow::refresh);
    connect(m_filter, &widgets::FilterBar::queryChanged, m_typing, qOverload<>(&QTimer::start));
    connect(m_filter, &widgets::FilterBar::leftDownward, this, [this] {
        m_table->setFocus();
        m_table->selectRow(std::max(0, m_table->currentIndex().row()));
    });
    for (QCheckBox *box : {m_changesOnly, m_openOnly}) {
        connect(box, &QCheckBox::toggled, this, &HistoryWindow::refresh);
    }
    connect(m_refresh, &QPushButton::clicked, this, &HistoryWindow::refresh);
    connect(m_export, &QPushButton::clicked, this, &HistoryWindow::exportEntries);
    connect(m_check, &widgets::BusyButton::started, this, [this] {
        m_bar->dismiss();
        m_check->setBusy(true);
        m_presenter.check();
    });
    connect(m_check, &widgets::BusyButton::cancelRequested, &m_presenter, &HistoryPresenter::cancel);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &HistoryWindow::showFacts);
    connect(&m_presenter, &HistoryPresenter::listed, this, &HistoryWindow::showList);
    connect(&m_presenter, &HistoryPresenter::nothingThere, this, [this] {
        m_model->setEntries({});
        m_count->clear();
        m_export->setEnabled(false);
        m_check->setEnabled(false);
        m_pages->setCurrentIndex(1);
    });
    connect(&m_presenter, &HistoryPresenter::checked, this, [this](const workspace::HistoryCheck &check) {
        (new HistoryCheckDialog(m_presenter.place(), check, this))->open();
    });
    connect(&m_presenter, &HistoryPresenter::exported, this, [this](const QString &file, quint64 lines) {
        m_bar->present(
            {widgets::NewsKind::Good,
             counted(static_cast<qint64>(lines), tr("1 entry exported"), tr("%1 entries exported")),
             file,
             {},
             {}});
    });
    connect(&m_presenter, &HistoryPresenter::failed, this, &HistoryWindow::showError);
    connect(&m_presenter, &HistoryPresenter::busyChanged, this, [this] {
        if (!m_presenter.isBusy()) {
            m_check->setBusy(false);
        }
    });
}

void HistoryWindow::makeShortcuts() {
    const auto bind = [this](const QKeySequence &keys, auto act) {
        connect(new QShortcut(keys, this), &QShortcut::activated, this, act);
    };
    bind(QKeySequence(Qt::Key_F5), [this] { refresh(); });
    bind(QKeySequence::Find, [this] { m_filter->lineEdit()->setFocus(); });
    bind(QKeySequence::Save, [this] { exportEntries(); });
    bind(QKeySequence::Close, [this] { close(); });
    bind(QKeySequence(Qt::Key_Escape), [this] { close(); });
}

HistoryQuery HistoryWindow::query() const {
    HistoryQuery query = HistoryQuery::parse(m_filter->query());
    query.filter.changesOnly = m_changesOnly->isChecked();
    query.filter.openOnly = m_openOnly->isChecked();
    return query;
}

void HistoryWindow::refresh() {
    m_typing->stop();
    const HistoryQuery asked = query();
    m_filterProblem->setText(asked.problem);
    m_filterProblem->setVisible(!asked.problem.isEmpty());
    if (asked.problem.isEmpty()) {
        m_presenter.list(asked.filter);
    }
}

void HistoryWindow::showList(const workspace::HistoryList &list) {
    const std::uint64_t kept =
        m_table->currentIndex().isValid() ? m_model->at(m_table->currentIndex().row()).sequence : 0;
    m_model->setEntries(list.entries);
    m_pages->setCurrentIndex(0);
    m_check->setEnabled(true);
    m_export->setEnabled(list.matching > 0);
    const QString all = counted(static_cast<qint64>(list.matching), tr("1 entry"), tr("%1 entries"));
    m_count->setText(
        list.matching == 0 ? tr("No entry fits the filter.")
        : list.matching > list.entries.size()
            ? tr("%1; the newest %2 are shown.").arg(all, QLocale().toString(qulonglong(list.entries.size())))
            : all);
    if (list.damage) {
        m_bar->present({widgets::NewsKind::Danger,
                        tr("The history is damaged"),
                        tr("What is shown still holds; what stands behind it does not. \u201cCheck the "
                           "chain\u201d says more. %1")
                            .arg(fromUtf8(list.damage->detail)),
                        {},
                        {}});
    }
    int row = 0;
    for (int i = 0; kept != 0 && i < m_model->rowCount(); ++i) {
        row = m_model->at(i).sequence == kept ? i : row;
    }
    if (m_model->rowCount() > 0) {
        m_table->selectRow(row);
    }
    showFacts();
}

void HistoryWindow::showFacts() {
    m_facts->clear();
    const QModelIndex current = m_table->currentIndex();
    if (!current.isValid() || current.row() >= m_model->rowCount()) {
        return;
    }
    for (const auto &[name, value] : HistoryModel::facts(m_model->at(current.row()))) {
        auto *item = new QTreeWidgetItem(m_facts, {name, value});
        item->setToolTip(1, value);
    }
}

void HistoryWindow::exportEntries() {
    if (!m_export->isEnabled()) {
        return;
    }
    const HistoryQuery asked = query();
    requestSaveFile(
        this, tr("Export the history"),
        QStringLiteral("keyturn-history-%1.jsonl").arg(QDate::currentDate().toString(Qt::ISODate)),
        [this, filter = asked.filter](const std::filesystem::path &file) {
            m_presenter.exportTo(filter, file);
        });
}

void HistoryWindow::showError(const Error &error) {
    if (error.code == ErrorCode::Cancelled) {
        return;
    }
    m_bar->present(newsFor(error, {}, false));
}

bool HistoryWindow::event(QEvent *event) {
    if (event->type() == QEvent::WindowActivate && isVisible() && !m_presenter.isBusy()) {
        refresh(); // something was done meanwhile
    }
    return QWidget::event(event);
}

} // namespace keyturn::ui
