// SPDX-License-Identifier: Apache-2.0
#include "ui/models/key_table_model.h"

#include "kms/error_text.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"

#include <QDateTime>

namespace keyturn::ui {
namespace {

template <class E>
std::string_view wireText(const std::optional<kms::Open<E>> &value) {
    return value ? value->text() : std::string_view();
}

QString aliasText(const CatalogKey &key) {
    if (key.aliases.empty()) {
        return {};
    }
    const QString first = fromUtf8(key.displayName());
    return key.aliases.size() == 1
               ? first
               : KeyTableModel::tr("%1 (+%2)").arg(first).arg(int(key.aliases.size()) - 1);
}

QString tagsText(const CatalogKey &key) {
    QStringList texts;
    for (const kms::Tag &tag : key.tags.value_or(std::vector<kms::Tag>{})) {
        texts += fromUtf8(tag.tagKey.value_or("") + "=" + tag.tagValue.value_or(""));
    }
    return texts.join(QStringLiteral(", "));
}

QString rotationText(const CatalogKey &key) {
    if (!key.rotationKnown) {
        return {};
    }
    return key.nextRotation ? dayText(*key.nextRotation) : KeyTableModel::tr("Off");
}

/// A call of its own fills the cell, and that call was refused.
QVariant cellRefused(const CatalogKey &key, int column) {
    const std::optional<Error> &error = column == KeyTableModel::Tags           ? key.tagsRefused
                                        : column == KeyTableModel::NextRotation ? key.rotationRefused
                                                                                : key.refused;
    const bool own = column == KeyTableModel::Tags || column == KeyTableModel::NextRotation;
    if (!own || !error || key.refused) {
        return {};
    }
    const char *needed = column == KeyTableModel::Tags ? "kms:ListResourceTags" : "kms:GetKeyRotationStatus";
    const bool permission = error->code == ErrorCode::AccessDenied;
    return permission ? KeyTableModel::tr("Not allowed: %1").arg(QLatin1String(needed))
                      : fromUtf8(kms::describe(*error).title);
}

QVariant daysLeft(const CatalogKey &key) {
    if (!key.metadata || !key.metadata->deletionDate) {
        return {};
    }
    return daysUntil(*key.metadata->deletionDate, systemClock()->now());
}

} // namespace

KeyTableModel::KeyTableModel(KeyCatalog *catalog, QObject *parent)
    : QAbstractTableModel(parent)
    , m_catalog(catalog) {
    connect(catalog, &KeyCatalog::aboutToReset, this, &KeyTableModel::beginResetModel);
    connect(catalog, &KeyCatalog::reset, this, &KeyTableModel::endResetModel);
    connect(catalog, &KeyCatalog::aboutToAddRows, this,
            [this](int first, int last) { beginInsertRows({}, first, last); });
    connect(catalog, &KeyCatalog::rowsAdded, this, &KeyTableModel::endInsertRows);
    connect(catalog, &KeyCatalog::aboutToRemoveRows, this,
            [this](int first, int last) { beginRemoveRows({}, first, last); });
    connect(catalog, &KeyCatalog::rowsRemoved, this, &KeyTableModel::endRemoveRows);
    connect(catalog, &KeyCatalog::rowChanged, this,
            [this](int row) { Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1)); });
}

int KeyTableModel::rowCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : m_catalog->count();
}

int KeyTableModel::columnCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant KeyTableModel::data(const QModelIndex &index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const CatalogKey &key = m_catalog->at(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case CopyRole:
        return text(index.row(), index.column());
    case Qt::ToolTipRole:
        return toolTip(index.row(), index.column());
    case Qt::TextAlignmentRole:
        return int(
            Qt::AlignVCenter |
            (index.column() == Created || index.column() == NextRotation ? Qt::AlignRight : Qt::AlignLeft));
    case SortRole:
        return text(index.row(), index.column()).toString().toCaseFolded();
    case StateRole:
        return key.metadata ? fromUtf8(wireText(key.metadata->keyState)) : QString();
    case DaysLeftRole:
        return daysLeft(key);
    case RefusedRole:
        return key.refused ? fromUtf8(kms::describe(*key.refused).title) : QVariant();
    case AliasCountRole:
        return int(key.aliases.size());
    case CachedRole:
        return key.cachedAt ? tr("as of %1").arg(minuteText(*key.cachedAt)) : QVariant();
    case CellRefusedRole:
        return cellRefused(key, index.column());
    default:
        return {};
    }
}

QVariant KeyTableModel::text(int row, int column) const {
    const CatalogKey &key = m_catalog->at(row);
    if (column == Alias) {
        return aliasText(key);
    }
    if (column == KeyId) {
        return fromUtf8(key.keyId);
    }
    if (column == Tags) {
        return tagsText(key);
    }
    if (column == NextRotation) {
        return rotationText(key);
    }
    if (!key.metadata) {
        return {};
    }
    const kms::KeyMetadata &metadata = *key.metadata;
    switch (column) {
    case State:
        return stateWord(wireText(metadata.keyState));
    case Spec:
        return specWord(wireText(metadata.keySpec));
    case Usage:
        return usageWord(wireText(metadata.keyUsage));
    case Origin:
        return originWord(wireText(metadata.origin));
    case Created:
        return metadata.creationDate ? dayText(*metadata.creationDate) : QString();
    default:
        return {};
    }
}

QVariant KeyTableModel::toolTip(int row, int column) const {
    const CatalogKey &key = m_catalog->at(row);
    if (key.refused) {
        return data(index(row, column), RefusedRole);
    }
    if (const QVariant refused = cellRefused(key, column); refused.isValid()) {
        return refused;
    }
    if (key.cachedAt) {
        const QString whole = text(row, column).toString();
        return QVariant((whole.isEmpty() ? whole : whole + u'\n') +
                        data(index(row, column), CachedRole).toString());
    }
    if (column == Alias && key.aliases.size() > 1) {
        QStringList names;
        for (const std::string &alias : key.aliases) {
            names += fromUtf8(alias);
        }
        return names.join(u'\n');
    }
    return column == KeyId ? fromUtf8(key.arn.empty() ? key.keyId : key.arn) : text(row, column);
}

QVariant KeyTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case State:
        return tr("State");
    case Alias:
        return tr("Alias");
    case KeyId:
        return tr("Key id");
    case Spec:
        return tr("Spec");
    case Usage:
        return tr("Usage");
    case Origin:
        return tr("Origin");
    case Created:
        return tr("Created");
    case NextRotation:
        return tr("Next rotation");
    case Tags:
        return tr("Tags");
    default:
        return {};
    }
}

} // namespace keyturn::ui
