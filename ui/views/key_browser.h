// SPDX-License-Identifier: Apache-2.0
// KeyBrowser: tree of aliases, filter, table of keys (features-and-screens.md 3.2). Rows appear page by page;
// a refused row keeps its place with its reason; column choice, order and sorting are kept between runs. GUI
// thread.
#pragma once

#include "kms/structures.h"

#include <QWidget>

#include <vector>

class QLabel;
class QProgressBar;
class QSettings;
class QStackedWidget;
class QTableView;
class QTreeView;

namespace keyturn::widgets {
class EmptyState;
class FilterBar;
class InlineBar;
} // namespace keyturn::widgets

namespace keyturn::ui {

class AliasTreeModel;
class KeyCatalog;
class KeyProxyModel;
class KeyTableModel;

class KeyBrowser : public QWidget {
    Q_OBJECT

public:
    /// Catalog and settings are borrowed and outlive the browser.
    KeyBrowser(KeyCatalog *catalog, QSettings *settings, QWidget *parent = nullptr);

    /// Rows of the catalog, in the order of the table.
    std::vector<int> selectedRows() const;
    void selectKey(const std::string &keyId);
    void focusFilter();
    void clearFilter();
    void showPendingDeletion();
    void saveLayout();
    /// Whether "Create key" may be offered in an empty list; otherwise the reason stands there.
    void setMayCreate(bool mayCreate);

Q_SIGNALS:
    void selectionChanged();
    void activated(); ///< Enter or double click on a row
    void createRequested();
    void contextMenuRequested(const QPoint &globalPosition);

private:
    QWidget *makeTree();
    QWidget *makeList();
    void connectModels();
    void restoreLayout();
    void showColumnMenu(const QPoint &position);
    void applyFilter(const QString &query);
    void refreshState();
    void prioritiseVisibleRows();
    bool eventFilter(QObject *watched, QEvent *event) override;

    KeyCatalog *m_catalog;
    QSettings *m_settings;
    KeyTableModel *m_tableModel;
    KeyProxyModel *m_proxy;
    AliasTreeModel *m_treeModel;
    QTreeView *m_tree = nullptr;
    QTableView *m_table = nullptr;
    widgets::FilterBar *m_filter = nullptr;
    widgets::InlineBar *m_news = nullptr;
    widgets::EmptyState *m_empty = nullptr;
    QStackedWidget *m_stack = nullptr;
    QProgressBar *m_progress = nullptr;
    QLabel *m_count = nullptr;
    QString m_treePath = QStringLiteral("all");
    bool m_mayCreate = false;
};

} // namespace keyturn::ui
