// SPDX-License-Identifier: Apache-2.0
// JobListModel: a person's bulk jobs, newest first: name, state, what was done, when. GUI thread. Owner: the
// view.
#pragma once

#include "reencrypt/journal.h"

#include <QAbstractTableModel>
#include <QString>

#include <filesystem>
#include <vector>

namespace keyturn::ui {

/// "Running", "Paused", ...
QString jobStateWord(reencrypt::JobState state);

struct JobEntry {
    std::filesystem::path journal;
    reencrypt::JournalHead head;
    QString heldBy; ///< another process works on it now; empty: nobody
};

class JobListModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Name, State, Items, Changed, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setEntries(std::vector<JobEntry> entries);
    const JobEntry &at(int row) const { return m_entries[static_cast<std::size_t>(row)]; }
    /// -1: none.
    int rowOf(const std::filesystem::path &journal) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const JobEntry &entry, int column) const;
    std::vector<JobEntry> m_entries;
};

} // namespace keyturn::ui
