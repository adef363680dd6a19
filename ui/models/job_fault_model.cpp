// SPDX-License-Identifier: Apache-2.0
#include "ui/models/job_fault_model.h"

#include "ui/models/key_words.h"

#include <QLocale>

namespace keyturn::ui {
namespace {

constexpr quintptr topLevel = 0; ///< internal id of groups; items have their group's row + 1

} // namespace

QString placeText(const reencrypt::Place &place) {
    QString text = fromUtf8(place.unit);
    if (text.startsWith(u'/')) {
        text = text.section(u'/', -1);
    }
    if (place.line > 0) {
        text += JobFaultModel::tr(", line %1").arg(place.line);
    } else if (!place.part.empty()) {
        text += QStringLiteral(", ") + fromUtf8(place.part);
    }
    return text;
}

QString messageText(const reencrypt::ItemRecord &item) {
    return fromUtf8(reencrypt::messageBehindPlace(item));
}

void JobFaultModel::clear() {
    beginResetModel();
    m_groups.clear();
    endResetModel();
}

int JobFaultModel::groupOf(reencrypt::Cause cause) const {
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        if (m_groups[i].cause == cause) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

void JobFaultModel::append(const reencrypt::ItemRecord *first, const reencrypt::ItemRecord *end) {
    for (; first != end; ++first) {
        int row = groupOf(first->cause);
        if (row < 0) {
            row = static_cast<int>(m_groups.size());
            beginInsertRows({}, row, row);
            m_groups.push_back({first->cause, {}});
            endInsertRows();
        }
        auto &items = m_groups[static_cast<std::size_t>(row)].items;
        const int at = static_cast<int>(items.size());
        beginInsertRows(index(row, 0), at, at);
        items.push_back(*first);
        endInsertRows();
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    }
}

std::uint64_t JobFaultModel::countOf(reencrypt::Cause cause) const {
    const int row = groupOf(cause);
    return row < 0 ? 0 : m_groups[static_cast<std::size_t>(row)].items.size();
}

QModelIndex JobFaultModel::index(int row, int column, const QModelIndex &parent) const {
    if (!hasIndex(row, column, parent)) {
        return {};
    }
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : topLevel);
}

QModelIndex JobFaultModel::parent(const QModelIndex &child) const {
    if (!child.isValid() || child.internalId() == topLevel) {
        return {};
    }
    return createIndex(static_cast<int>(child.internalId()) - 1, 0, topLevel);
}

int JobFaultModel::rowCount(const QModelIndex &parent) const {
    if (!parent.isValid()) {
        return static_cast<int>(m_groups.size());
    }
    if (parent.internalId() != topLevel || parent.column() != 0) {
        return 0;
    }
    return static_cast<int>(m_groups[static_cast<std::size_t>(parent.row())].items.size());
}

QVariant JobFaultModel::data(const QModelIndex &index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    if (index.internalId() == topLevel) {
        return groupData(m_groups[static_cast<std::size_t>(index.row())], index.column(), role);
    }
    const Group &group = m_groups[index.internalId() - 1];
    return itemData(group.items[static_cast<std::size_t>(index.row())], index.column(), role);
}

QVariant JobFaultModel::groupData(const Group &group, int column, int role) const {
    const auto count = static_cast<qulonglong>(group.items.size());
    switch (role) {
    case CauseRole:
        return fromUtf8(reencrypt::wireName(group.cause));
    case CountRole:
        return count;
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole:
    case Qt::DisplayRole:
        break;
    default:
        return {};
    }
    if (column != Where) {
        return {}; // the view spans the first
    }
    const QString items = count == 1 ? tr("1 item") : tr("%1 items").arg(QLocale().toString(count));
    return QString(items + QStringLiteral(": ") + fromUtf8(reencrypt::sentence(group.cause)));
}

QVariant JobFaultModel::itemData(const reencrypt::ItemRecord &item, int column, int role) const {
    if (role == CauseRole) {
        return fromUtf8(reencrypt::wireName(item.cause));
    }
    if (role == StateRole) {
        return fromUtf8(reencrypt::wireName(item.state));
    }
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole) {
        return {};
    }
    switch (column) {
    case Where:
        return role == Qt::ToolTipRole ? fromUtf8(item.place.unit) : placeText(item.place);
    case Message:
        return messageText(item);
    case Key:
        return fromUtf8(item.sourceKey);
    default:
        return {};
    }
}

QVariant JobFaultModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Where:
        return tr("Item");
    case Message:
        return tr("What happened");
    case Key:
        return tr("Key");
    default:
        return {};
    }
}

} // namespace keyturn::ui
