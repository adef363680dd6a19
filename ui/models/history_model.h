// SPDX-License-Identifier: Apache-2.0
// HistoryModel: what was done through Keyturn, newest first: time, profile, operation, key, outcome, request
// id. HistoryQuery: what stands in the filter bar, as a filter. GUI thread. Owner: the view.
#pragma once

#include "history/reader.h"

#include <QAbstractTableModel>
#include <QString>
#include <QStringList>

#include <utility>
#include <vector>

namespace keyturn::ui {

/// "profile:prod outcome:Success since:2026-11-01 orders": fields and words; words are looked for in keys.
struct HistoryQuery {
    history::HistoryFilter filter;
    QString problem; ///< a sentence about what cannot be read; empty: nothing

    static HistoryQuery parse(const QString &text);
    /// What may stand before a colon.
    static QStringList fields();
};

/// "Succeeded", "Intended", "Not sent", "Refused: AccessDeniedException".
QString outcomeWord(const history::HistoryEntry &entry);

class HistoryModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Time, Profile, Operation, Key, Outcome, RequestId, ColumnCount };
    /// How the outcome is marked: see OutcomeKind.
    static constexpr int OutcomeRole = Qt::UserRole + 1;
    enum OutcomeKind { Succeeded, Open, Failed };

    using QAbstractTableModel::QAbstractTableModel;

    void setEntries(std::vector<history::StoredEntry> entries);
    const history::StoredEntry &at(int row) const { return m_entries[static_cast<std::size_t>(row)]; }
    /// Everything that is recorded of an entry, as name and value, for people.
    static std::vector<std::pair<QString, QString>> facts(const history::StoredEntry &stored);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const history::HistoryEntry &entry, int column) const;
    std::vector<history::StoredEntry> m_entries;
};

} // namespace keyturn::ui
