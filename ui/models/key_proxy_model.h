// SPDX-License-Identifier: Apache-2.0
// KeyProxyModel: the key table narrowed by a tree node and a filter, sorted by any column with ties broken by
// alias and id, so that rows do not jump. GUI thread.
#pragma once

#include "ui/models/key_filter.h"

#include <QSortFilterProxyModel>

namespace keyturn::ui {

class KeyTableModel;

class KeyProxyModel : public QSortFilterProxyModel {
    Q_OBJECT

public:
    explicit KeyProxyModel(KeyTableModel *table, QObject *parent = nullptr);

    void setFilter(const KeyFilter &filter);
    void setTreePath(const QString &path);
    const KeyFilter &filter() const { return m_filter; }

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    KeyTableModel *m_table;
    KeyFilter m_filter;
    QString m_treePath = QStringLiteral("all");
};

} // namespace keyturn::ui
