// SPDX-License-Identifier: Apache-2.0
#include "ui/models/key_proxy_model.h"

#include "ui/models/alias_tree_model.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_table_model.h"

#include <tuple>

namespace keyturn::ui {

KeyProxyModel::KeyProxyModel(KeyTableModel *table, QObject *parent)
    : QSortFilterProxyModel(parent)
    , m_table(table) {
    setSortRole(KeyTableModel::SortRole);
    setDynamicSortFilter(true);
    setSourceModel(table);
}

void KeyProxyModel::setFilter(const KeyFilter &filter) {
    m_filter = filter;
    invalidateFilter();
}

void KeyProxyModel::setTreePath(const QString &path) {
    m_treePath = path;
    invalidateFilter();
}

bool KeyProxyModel::filterAcceptsRow(int row, const QModelIndex &) const {
    const CatalogKey &key = m_table->catalog().at(row);
    return AliasTreeModel::contains(m_treePath, key) && m_filter.matches(key);
}

bool KeyProxyModel::lessThan(const QModelIndex &left, const QModelIndex &right) const {
    const QString a = left.data(sortRole()).toString();
    const QString b = right.data(sortRole()).toString();
    if (a.isEmpty() != b.isEmpty()) {
        // What is not known yet stands at the end, whichever way the rest is sorted.
        return sortOrder() == Qt::DescendingOrder ? a.isEmpty() : b.isEmpty();
    }
    if (a != b) {
        return a < b;
    }
    const auto rank = [this](const QModelIndex &index) {
        const CatalogKey &key = m_table->catalog().at(index.row());
        return std::make_tuple(key.aliases.empty(), key.displayName());
    };
    return rank(left) < rank(right);
}

} // namespace keyturn::ui
