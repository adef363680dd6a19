// SPDX-License-Identifier: Apache-2.0
// KeyTableModel: the catalog as a table. Holds no icons and no colours: delegates take StateRole and the
// like. Dates are ISO days. Rows appear page by page as the catalog fills. GUI thread; the catalog must
// outlive it.
#pragma once

#include <QAbstractTableModel>

namespace keyturn::ui {

class KeyCatalog;

class KeyTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { State, Alias, KeyId, Spec, Usage, Origin, Created, NextRotation, Tags, ColumnCount };
    enum Role {
        SortRole = Qt::UserRole, ///< what a column sorts by
        StateRole,               ///< wire name of the key's state; empty until described
        DaysLeftRole,            ///< until deletion, int; absent otherwise
        RefusedRole,             ///< why a row has no description: a sentence; absent otherwise
        CopyRole,                ///< the whole text of an elided cell
        AliasCountRole,
        CachedRole,      ///< "as of 2026-11-22 08:12": from an earlier run; absent otherwise
        CellRefusedRole, ///< why this one cell is empty: a sentence; absent otherwise
    };

    explicit KeyTableModel(KeyCatalog *catalog, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    const KeyCatalog &catalog() const { return *m_catalog; }

private:
    QVariant text(int row, int column) const;
    QVariant toolTip(int row, int column) const;

    KeyCatalog *m_catalog;
};

} // namespace keyturn::ui
