// SPDX-License-Identifier: Apache-2.0
#include "ui/views/key_browser.h"

#include "kms/error_text.h"
#include "ui/models/alias_tree_model.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_proxy_model.h"
#include "ui/models/key_table_model.h"
#include "ui/models/key_words.h"
#include "ui/theme/metrics.h"
#include "ui/views/key_delegates.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/filter_bar.h"
#include "ui/widgets/inline_bar.h"

#include <QAction>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QProgressBar>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTreeView>
#include <QVBoxLayout>

#include <array>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
constexpr int leastTreeWidth = 180;
constexpr int treeWidth = 200; // the rest is the list's
using Column = KeyTableModel::Column;

constexpr std::array columnWidths{215, 200, 250, 110, 150, 90, 100, 110, 180};
const QString headerKey = QStringLiteral("browser/header");

} // namespace

KeyBrowser::KeyBrowser(KeyCatalog *catalog, QSettings *settings, QWidget *parent)
    : QWidget(parent)
    , m_catalog(catalog)
    , m_settings(settings)
    , m_tableModel(new KeyTableModel(catalog, this))
    , m_proxy(new KeyProxyModel(m_tableModel, this))
    , m_treeModel(new AliasTreeModel(catalog, this)) {
    setObjectName(QStringLiteral("keyBrowser"));
    auto *splitter = new QSplitter(this);
    splitter->setObjectName(QStringLiteral("keyBrowser.splitter"));
    splitter->addWidget(makeTree());
    splitter->addWidget(makeList());
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({treeWidth, 4 * treeWidth});
    splitter->setChildrenCollapsible(false);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);
    connectModels();
    restoreLayout();
    refreshState();
}

QWidget *KeyBrowser::makeTree() {
    m_tree = new QTreeView(this);
    m_tree->setObjectName(QStringLiteral("keyBrowser.tree"));
    m_tree->setAccessibleName(tr("Aliases and folders"));
    m_tree->setHeaderHidden(true);
    m_tree->setModel(m_treeModel);
    m_tree->setItemDelegate(new AliasTreeDelegate(m_tree));
    m_tree->setMinimumWidth(leastTreeWidth);
    m_tree->setUniformRowHeights(true);
    m_tree->setCurrentIndex(m_treeModel->indexOf(m_treePath));
    return m_tree;
}

QWidget *KeyBrowser::makeList() {
    auto *side = new QWidget(this);
    m_filter = new widgets::FilterBar(side);
    m_filter->setObjectName(QStringLiteral("keyBrowser.filter"));
    m_filter->setPlaceholderText(tr("Filter by alias, id or tag, or with state: spec: tag:"));
    m_filter->addField(QStringLiteral("state"), {QStringLiteral("enabled"), QStringLiteral("disabled"),
                                                 QStringLiteral("pendingdeletion")});
    m_filter->addField(QStringLiteral("rotation"), {QStringLiteral("on"), QStringLiteral("off")});
    for (const char *field : {"alias", "id", "origin", "spec", "tag", "usage"}) {
        m_filter->addField(QString::fromLatin1(field));
    }
    m_news = new widgets::InlineBar(side);
    m_news->hide();
    m_table = new QTableView(side);
    m_table->setObjectName(QStringLiteral("keyBrowser.table"));
    m_table->setAccessibleName(tr("Keys"));
    m_table->setModel(m_proxy);
    m_table->setItemDelegate(new KeyCellDelegate(m_table));
    m_table->setItemDelegateForColumn(Column::State, new KeyStateDelegate(m_table));
    m_table->setItemDelegateForColumn(Column::KeyId, new KeyIdDelegate(m_table));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSortingEnabled(true);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(metric::tableRow);
    m_table->horizontalHeader()->setSectionsMovable(true);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->installEventFilter(this);
    m_empty = new widgets::EmptyState(side);
    m_stack = new QStackedWidget(side);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_empty);
    m_progress = new QProgressBar(side);
    m_progress->setAccessibleName(tr("Loading keys"));
    m_progress->setTextVisible(false);
    m_progress->setRange(0, 0);
    QSizePolicy keepsItsPlace = m_progress->sizePolicy(); // nothing jumps when it comes or goes
    keepsItsPlace.setRetainSizeWhenHidden(true);
    m_progress->setSizePolicy(keepsItsPlace);
    m_count = new QLabel(side);
    m_count->setObjectName(QStringLiteral("keyBrowser.count"));
    auto *layout = new QVBoxLayout(side);
    layout->setContentsMargins(metric::related, metric::related, metric::related, metric::related);
    layout->setSpacing(metric::related);
    layout->addWidget(m_filter);
    layout->addWidget(m_news);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_progress);
    layout->addWidget(m_count);
    return side;
}

void KeyBrowser::connectModels() {
    connect(m_filter, &widgets::FilterBar::queryChanged, this, &KeyBrowser::applyFilter);
    connect(m_filter, &widgets::FilterBar::leftDownward, m_table, [this] {
        m_table->setFocus();
        if (!m_table->selectionModel()->hasSelection() && m_proxy->rowCount() > 0) {
            m_table->selectRow(0);
        }
    });
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex &index) {
                if (index.isValid()) {
                    m_treePath = index.data(AliasTreeModel::PathRole).toString();
                    m_proxy->setTreePath(m_treePath);
                    refreshState();
                }
            });
    connect(m_treeModel, &QAbstractItemModel::modelReset, this, [this] {
        m_tree->expandToDepth(0);
        const QModelIndex current = m_treeModel->indexOf(m_treePath);
        m_tree->setCurrentIndex(current.isValid() ? current : m_treeModel->indexOf(QStringLiteral("all")));
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &KeyBrowser::selectionChanged);
    connect(m_table, &QTableView::doubleClicked, this, &KeyBrowser::activated);
    connect(m_table, &QWidget::customContextMenuRequested, this, [this](const QPoint &position) {
        Q_EMIT contextMenuRequested(m_table->viewport()->mapToGlobal(position));
    });
    connect(m_table->horizontalHeader(), &QWidget::customContextMenuRequested, this,
            &KeyBrowser::showColumnMenu);
    for (const auto &signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved}) {
        connect(m_proxy, signal, this, [this] { refreshState(); });
    }
    connect(m_proxy, &QAbstractItemModel::modelReset, this, &KeyBrowser::refreshState);
    connect(m_catalog, &KeyCatalog::loadingChanged, this, [this] {
        refreshState();
        prioritiseVisibleRows();
    });
    connect(m_catalog, &KeyCatalog::rowChanged, this, [this](int row) {
        for (const int selected : selectedRows()) {
            if (selected == row) {
                Q_EMIT selectionChanged(); // its state, and so what applies to it, may have changed
            }
        }
    });
    connect(m_empty, &widgets::EmptyState::actTriggered, this, [this] {
        m_proxy->filter().terms().empty() && m_treePath == u"all" ? Q_EMIT createRequested() : clearFilter();
    });
    connect(m_news, &widgets::InlineBar::actionTriggered, m_catalog, &KeyCatalog::reload);
}

void KeyBrowser::restoreLayout() {
    QHeaderView *header = m_table->horizontalHeader();
    for (int column = 0; column < KeyTableModel::ColumnCount; ++column) {
        m_table->setColumnWidth(column, columnWidths[static_cast<std::size_t>(column)]);
    }
    m_table->sortByColumn(Column::Alias, Qt::AscendingOrder);
    header->restoreState(m_settings->value(headerKey).toByteArray());
    header->setStretchLastSection(true);
}

void KeyBrowser::saveLayout() {
    m_settings->setValue(headerKey, m_table->horizontalHeader()->saveState());
}

void KeyBrowser::showColumnMenu(const QPoint &position) {
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int column = 0; column < KeyTableModel::ColumnCount; ++column) {
        QAction *action =
            menu->addAction(m_tableModel->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        action->setCheckable(true);
        action->setChecked(!m_table->isColumnHidden(column));
        action->setEnabled(column != Column::KeyId); // one column always says which key a row is
        connect(action, &QAction::toggled, this, [this, column](bool shown) {
            m_table->setColumnHidden(column, !shown);
            saveLayout();
        });
    }
    menu->popup(m_table->horizontalHeader()->mapToGlobal(position));
}

void KeyBrowser::applyFilter(const QString &query) {
    m_proxy->setFilter(KeyFilter::parse(query.toStdString()));
    refreshState();
}

void KeyBrowser::refreshState() {
    const bool loading = m_catalog->isLoading();
    m_progress->setVisible(loading);
    const int shown = m_proxy->rowCount();
    const int all = m_catalog->count();
    const QString keys = counted(all, tr("1 key"), tr("%1 keys"));
    const int cached = m_catalog->cachedCount();
    const QString asOf =
        cached == 0 ? QString() : tr(" \u00b7 %1 from the last connection, not heard of yet").arg(cached);
    m_count->setText((shown == all ? keys : tr("%1 of %2").arg(shown).arg(keys)) + asOf);
    if (const auto &error = m_catalog->listError()) {
        const kms::ErrorText text = kms::describe(*error);
        m_news->present({widgets::NewsKind::Danger, fromUtf8(text.title), fromUtf8(text.explanation),
                         tr("Retry"), fromUtf8(kms::copyableDetails(*error))});
    } else if (m_news->isVisible()) {
        m_news->dismiss();
    }
    const bool filtered = !m_proxy->filter().terms().empty() || m_treePath != u"all";
    if (shown == 0 && filtered && all > 0) {
        m_empty->setContent(theme::Icon::Search, tr("No key matches."), tr("Clear filter"));
    } else if (shown == 0 && m_catalog->listError()) {
        m_empty->setContent(theme::Icon::Key, tr("The keys could not be listed."), QString());
    } else if (shown == 0 && !loading) {
        m_empty->setContent(theme::Icon::Key, tr("There are no keys here yet."),
                            m_mayCreate ? tr("Create key") : QString());
    }
    m_stack->setCurrentIndex(shown == 0 && (!loading || filtered) ? 1 : 0);
}

void KeyBrowser::prioritiseVisibleRows() {
    std::vector<int> rows;
    const int last = m_table->rowAt(m_table->viewport()->height() - 1);
    for (int row = std::max(0, m_table->rowAt(0)); row <= (last < 0 ? m_proxy->rowCount() - 1 : last);
         ++row) {
        rows.push_back(m_proxy->mapToSource(m_proxy->index(row, 0)).row());
    }
    m_catalog->prioritise(rows);
}

std::vector<int> KeyBrowser::selectedRows() const {
    std::vector<int> rows;
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows()) {
        rows.push_back(m_proxy->mapToSource(index).row());
    }
    return rows;
}

void KeyBrowser::selectKey(const std::string &keyId) {
    const int row = m_catalog->find(keyId);
    const QModelIndex index = row < 0 ? QModelIndex() : m_proxy->mapFromSource(m_tableModel->index(row, 0));
    if (index.isValid()) {
        m_table->selectRow(index.row());
        m_table->scrollTo(index);
    }
}

void KeyBrowser::focusFilter() {
    m_filter->lineEdit()->setFocus(Qt::ShortcutFocusReason);
}

void KeyBrowser::clearFilter() {
    m_filter->clear();
    m_tree->setCurrentIndex(m_treeModel->indexOf(QStringLiteral("all")));
}

void KeyBrowser::showPendingDeletion() {
    m_filter->clear();
    m_tree->setCurrentIndex(m_treeModel->indexOf(QStringLiteral("state:PendingDeletion")));
}

void KeyBrowser::setMayCreate(bool mayCreate) {
    m_mayCreate = mayCreate;
    refreshState();
}

bool KeyBrowser::eventFilter(QObject *watched, QEvent *event) {
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            Q_EMIT activated();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace keyturn::ui
