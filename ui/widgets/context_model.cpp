// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/context_model.h"

#include <algorithm>

namespace keyturn::widgets {

QString verdictWords(const ContextDifference &difference) {
    const QString other = QString::fromStdString(difference.other);
    switch (difference.verdict) {
    case ContextVerdict::Same:
        return ContextModel::tr("Same");
    case ContextVerdict::ValueDiffers:
        return ContextModel::tr("Differs: \"%1\"").arg(other);
    case ContextVerdict::ValueDiffersByCase:
        return ContextModel::tr("Differs by case: \"%1\"").arg(other);
    case ContextVerdict::NameDiffersByCase:
        return ContextModel::tr("Name differs by case: \"%1\"").arg(other);
    case ContextVerdict::OnlyHere:
        return ContextModel::tr("Only here");
    case ContextVerdict::OnlyThere:
        break;
    }
    return ContextModel::tr("Missing here");
}

ContextModel::ContextModel(QObject *parent)
    : QAbstractTableModel(parent) {}

void ContextModel::setPairs(const ContextPairs &pairs) {
    beginResetModel();
    m_pairs = pairs;
    judgeAgain();
    endResetModel();
    Q_EMIT pairsChanged();
}

void ContextModel::append(const ContextPairs &pairs) {
    ContextPairs all = m_pairs;
    all.insert(all.end(), pairs.begin(), pairs.end());
    setPairs(all);
}

void ContextModel::removePair(int row) {
    if (row < 0 || row >= static_cast<int>(m_pairs.size())) {
        return;
    }
    ContextPairs left = m_pairs;
    left.erase(left.begin() + row);
    setPairs(left);
}

void ContextModel::setWritable(bool writable) {
    beginResetModel();
    m_writable = writable;
    endResetModel();
}

void ContextModel::compareWith(const ContextPairs &other) {
    beginResetModel();
    m_other = other;
    judgeAgain();
    endResetModel();
}

void ContextModel::endComparison() {
    beginResetModel();
    m_other.reset();
    m_differences.clear();
    endResetModel();
}

void ContextModel::judgeAgain() {
    if (m_other) {
        m_differences = compareContexts(m_pairs, *m_other);
    }
}

int ContextModel::rowCount(const QModelIndex &parent) const {
    if (parent.isValid()) {
        return 0;
    }
    const std::size_t own = std::max(m_pairs.size(), m_differences.size());
    return static_cast<int>(own) + (m_writable ? 1 : 0);
}

int ContextModel::columnCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : (m_other ? 3 : 2);
}

const ContextDifference *ContextModel::differenceAt(int row) const {
    // The row to type into stands between our pairs and those that are missing here.
    const int at = emptyRow() >= 0 && row > emptyRow() ? row - 1 : row;
    const bool known = row != emptyRow() && at < static_cast<int>(m_differences.size());
    return known ? &m_differences[static_cast<std::size_t>(at)] : nullptr;
}

bool ContextModel::isDuplicate(int row) const {
    if (row >= static_cast<int>(m_pairs.size())) {
        return false;
    }
    const std::string &name = m_pairs[static_cast<std::size_t>(row)].name;
    return std::count_if(m_pairs.begin(), m_pairs.end(),
                         [&name](const ContextPair &pair) { return pair.name == name; }) > 1;
}

QVariant ContextModel::textAt(const QModelIndex &index) const {
    const ContextDifference *difference = differenceAt(index.row());
    if (index.column() == VerdictColumn) {
        return difference != nullptr ? verdictWords(*difference) : QString();
    }
    const ContextPair *pair = nullptr;
    if (index.row() < static_cast<int>(m_pairs.size())) {
        pair = &m_pairs[static_cast<std::size_t>(index.row())];
    } else if (difference != nullptr) {
        pair = &difference->pair;
    }
    if (pair == nullptr) {
        return QString();
    }
    return QString::fromStdString(index.column() == NameColumn ? pair->name : pair->value);
}

QVariant ContextModel::data(const QModelIndex &index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const ContextDifference *difference = differenceAt(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
    case Qt::ToolTipRole:
        return textAt(index);
    case Qt::AccessibleTextRole:
        return index.row() == emptyRow() ? tr("New row") : textAt(index);
    case VerdictRole:
        return difference != nullptr ? QVariant(static_cast<int>(difference->verdict)) : QVariant();
    case DuplicateRole:
        return isDuplicate(index.row());
    case EmptyRowRole:
        return index.row() == emptyRow();
    default:
        return {};
    }
}

QVariant ContextModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case NameColumn:
        return tr("Name");
    case ValueColumn:
        return tr("Value");
    default:
        return tr("Compared");
    }
}

bool ContextModel::setData(const QModelIndex &index, const QVariant &value, int role) {
    if (role != Qt::EditRole || !index.isValid() || index.column() > ValueColumn) {
        return false;
    }
    ContextPairs changed = m_pairs;
    const bool isNew = index.row() == emptyRow();
    const std::string text = value.toString().toStdString();
    if (isNew) {
        if (text.empty()) {
            return false;
        }
        changed.emplace_back();
    } else if (index.row() >= static_cast<int>(m_pairs.size())) {
        return false;
    }
    ContextPair &pair = changed[static_cast<std::size_t>(index.row())];
    (index.column() == NameColumn ? pair.name : pair.value) = text;
    if (isNew) {
        beginInsertRows({}, index.row(), index.row());
        m_pairs = std::move(changed);
        judgeAgain();
        endInsertRows();
    } else {
        m_pairs = std::move(changed);
        judgeAgain();
    }
    Q_EMIT dataChanged(this->index(0, 0), this->index(rowCount() - 1, columnCount() - 1));
    Q_EMIT pairsChanged();
    return true;
}

Qt::ItemFlags ContextModel::flags(const QModelIndex &index) const {
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    const bool ours = index.row() <= emptyRow();
    if (m_writable && ours && index.column() <= ValueColumn) {
        flags |= Qt::ItemIsEditable;
    }
    return flags;
}

} // namespace keyturn::widgets
