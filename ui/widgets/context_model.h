// SPDX-License-Identifier: Apache-2.0
// ContextModel: the rows of a ContextGrid: the pairs, one empty row to type into, and, while a comparison
// is on, what the other side has and this one has not. GUI thread; owned by the grid.
#pragma once

#include "ui/widgets/context_text.h"

#include <QAbstractTableModel>

#include <optional>

namespace keyturn::widgets {

class ContextModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { NameColumn, ValueColumn, VerdictColumn };
    enum Role { VerdictRole = Qt::UserRole + 1, DuplicateRole, EmptyRowRole };

    explicit ContextModel(QObject *parent = nullptr);

    ContextPairs pairs() const { return m_pairs; }
    void setPairs(const ContextPairs &pairs);
    /// Puts pairs after those that are there.
    void append(const ContextPairs &pairs);
    void removePair(int row);
    void setWritable(bool writable);
    void compareWith(const ContextPairs &other);
    void endComparison();
    bool isComparing() const { return m_other.has_value(); }
    const std::vector<ContextDifference> &differences() const { return m_differences; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

Q_SIGNALS:
    void pairsChanged();

private:
    int emptyRow() const { return m_writable ? static_cast<int>(m_pairs.size()) : -1; }
    const ContextDifference *differenceAt(int row) const;
    QVariant textAt(const QModelIndex &index) const;
    bool isDuplicate(int row) const;
    void judgeAgain();

    ContextPairs m_pairs;
    std::optional<ContextPairs> m_other;
    std::vector<ContextDifference> m_differences;
    bool m_writable = true;
};

/// "Differs by case only: "Prod" there".
QString verdictWords(const ContextDifference &difference);

} // namespace keyturn::widgets
