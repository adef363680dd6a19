// SPDX-License-Identifier: Apache-2.0
// JobFaultModel: what failed in a job, grouped by cause: a row for each cause with its sentence and count,
// below it the items with place and message. Grows while the job runs. GUI thread. Owner: the view.
#pragma once

#include "reencrypt/item.h"

#include <QAbstractItemModel>

#include <cstdint>
#include <vector>

namespace keyturn::ui {

/// "users.jsonl, line 7": a file by its name, a row by its key.
QString placeText(const reencrypt::Place &place);
/// What happened, without the line that its place says already.
QString messageText(const reencrypt::ItemRecord &item);

class JobFaultModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Column { Where, Message, Key, ColumnCount };
    enum Role { CauseRole = Qt::UserRole, CountRole, StateRole };

    using QAbstractItemModel::QAbstractItemModel;

    void clear();
    void append(const reencrypt::ItemRecord *first, const reencrypt::ItemRecord *end);
    std::uint64_t countOf(reencrypt::Cause cause) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &) const override { return ColumnCount; }
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Group {
        reencrypt::Cause cause;
        std::vector<reencrypt::ItemRecord> items;
    };
    int groupOf(reencrypt::Cause cause) const;
    QVariant groupData(const Group &group, int column, int role) const;
    QVariant itemData(const reencrypt::ItemRecord &item, int column, int role) const;

    std::vector<Group> m_groups; ///< in order of first appearance
};

} // namespace keyturn::ui
