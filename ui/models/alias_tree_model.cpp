// SPDX-License-Identifier: Apache-2.0
#include "ui/models/alias_tree_model.h"

#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"

#include <QTimer>

#include <algorithm>
#include <set>
#include <vector>

namespace keyturn::ui {
namespace {

constexpr std::string_view aliasPrefix = "alias/";

std::string_view bareAlias(const std::string &alias) {
    return std::string_view(alias).substr(alias.starts_with(aliasPrefix) ? aliasPrefix.size() : 0);
}

std::string_view stateOf(const CatalogKey &key) {
    return key.metadata && key.metadata->keyState ? key.metadata->keyState->text() : std::string_view();
}

} // namespace

struct AliasTreeModel::Node {
    Kind kind = Kind::AliasFolder;
    QString name;
    QString path;
    int count = 0;
    Node *parent = nullptr;
    std::vector<std::unique_ptr<Node>> children;

    Node *add(Kind childKind, const QString &childName, const QString &childPath) {
        children.push_back(std::make_unique<Node>());
        Node *child = children.back().get();
        child->kind = childKind;
        child->name = childName;
        child->path = childPath;
        child->parent = this;
        return child;
    }
    Node *folder(const QString &childName) {
        for (const auto &child : children) {
            if (child->kind == Kind::AliasFolder && child->name == childName) {
                return child.get();
            }
        }
        const QString below = kind == Kind::AliasFolder ? path + u'/' : QStringLiteral("alias:");
        return add(Kind::AliasFolder, childName, below + childName);
    }
    int row() const {
        const auto &siblings = parent->children;
        const auto self = std::ranges::find(siblings, this, &std::unique_ptr<Node>::get);
        return static_cast<int>(self - siblings.begin());
    }
    void sortFolders() {
        std::ranges::stable_sort(children, [](const auto &a, const auto &b) {
            const bool bothFolders = a->kind == Kind::AliasFolder && b->kind == Kind::AliasFolder;
            return bothFolders && a->name.compare(b->name, Qt::CaseInsensitive) < 0;
        });
        for (const auto &child : children) {
            child->sortFolders();
        }
    }
    bool sameShape(const Node &other) const {
        return path == other.path &&
               std::ranges::equal(children, other.children,
                                  [](const auto &a, const auto &b) { return a->sameShape(*b); });
    }
};

AliasTreeModel::AliasTreeModel(KeyCatalog *catalog, QObject *parent)
    : QAbstractItemModel(parent)
    , m_catalog(catalog)
    , m_root(build(*catalog)) {
    // Many rows change at once while the catalog fills: one rebuild serves them all.
    const auto schedule = [this] {
        if (!m_scheduled) {
            m_scheduled = true;
            QTimer::singleShot(0, this, &AliasTreeModel::rebuild);
        }
    };
    connect(catalog, &KeyCatalog::reset, this, schedule);
    connect(catalog, &KeyCatalog::rowsAdded, this, schedule);
    connect(catalog, &KeyCatalog::rowsRemoved, this, schedule);
    connect(catalog, &KeyCatalog::rowChanged, this, schedule);
}

AliasTreeModel::~AliasTreeModel() = default;

std::unique_ptr<AliasTreeModel::Node> AliasTreeModel::build(const KeyCatalog &catalog) {
    auto root = std::make_unique<Node>();
    root->kind = Kind::AllKeys;
    const struct {
        Kind kind;
        QString name;
        QString path;
    } fixed[] = {
        {Kind::AllKeys, tr("All keys"), QStringLiteral("all")},
        {Kind::SmartFolder, stateWord("Disabled"), QStringLiteral("state:Disabled")},
        {Kind::SmartFolder, stateWord("PendingDeletion"), QStringLiteral("state:PendingDeletion")},
        {Kind::SmartFolder, tr("No rotation"), QStringLiteral("rotation:off")},
        {Kind::NoAlias, tr("No alias"), QStringLiteral("no-alias")},
    };
    for (const auto &each : fixed) {
        Node *node = root->add(each.kind, each.name, each.path);
        for (int row = 0; row < catalog.count(); ++row) {
            node->count += contains(each.path, catalog.at(row)) ? 1 : 0;
        }
    }
    for (int row = 0; row < catalog.count(); ++row) {
        std::set<Node *> counted; // a key with two aliases in a folder is one key
        for (const std::string &alias : catalog.at(row).aliases) {
            const QStringList parts = fromUtf8(bareAlias(alias)).split(u'/');
            Node *node = root.get();
            for (const QString &part : parts) {
                node = node->folder(part);
                node->count += counted.insert(node).second ? 1 : 0;
            }
        }
    }
    root->sortFolders();
    return root;
}

bool AliasTreeModel::contains(const QString &path, const CatalogKey &key) {
    if (path == u"all") {
        return true;
    }
    if (path == u"no-alias") {
        return key.aliases.empty();
    }
    if (path == u"rotation:off") {
        return key.rotationKnown && !key.rotationEnabled;
    }
    if (path.startsWith(u"state:")) {
        return path.mid(6) == fromUtf8(stateOf(key));
    }
    const QString folder = path.mid(6); // after "alias:"
    return std::ranges::any_of(key.aliases, [&](const std::string &alias) {
        const QString name = fromUtf8(bareAlias(alias));
        return name == folder || name.startsWith(folder + u'/');
    });
}

void AliasTreeModel::rebuild() {
    m_scheduled = false;
    auto fresh = build(*m_catalog);
    if (fresh->sameShape(*m_root)) {
        takeCounts(*fresh); // the selection and the open folders stay as they are
        return;
    }
    beginResetModel();
    m_root = std::move(fresh);
    endResetModel();
}

void AliasTreeModel::takeCounts(const Node &fresh) {
    const auto take = [this](auto &self, Node &old, const Node &next) -> void {
        if (old.count != next.count) {
            old.count = next.count;
            const QModelIndex changed = indexOfNode(&old);
            Q_EMIT dataChanged(changed, changed);
        }
        for (std::size_t i = 0; i < old.children.size(); ++i) {
            self(self, *old.children[i], *next.children[i]);
        }
    };
    take(take, *m_root, fresh);
}

AliasTreeModel::Node *AliasTreeModel::nodeOf(const QModelIndex &index) const {
    return index.isValid() ? static_cast<Node *>(index.internalPointer()) : m_root.get();
}

QModelIndex AliasTreeModel::indexOfNode(const Node *node) const {
    return node == m_root.get() ? QModelIndex() : createIndex(node->row(), 0, node);
}

QModelIndex AliasTreeModel::indexOf(const QString &path) const {
    const auto search = [&](auto &self, const Node &node) -> const Node * {
        for (const auto &child : node.children) {
            if (child->path == path) {
                return child.get();
            }
            if (const Node *found = self(self, *child); found != nullptr) {
                return found;
            }
        }
        return nullptr;
    };
    const Node *node = search(search, *m_root);
    return node == nullptr ? QModelIndex() : indexOfNode(node);
}

QModelIndex AliasTreeModel::index(int row, int column, const QModelIndex &parent) const {
    const Node *node = nodeOf(parent);
    if (column != 0 || row < 0 || row >= int(node->children.size())) {
        return {};
    }
    return createIndex(row, 0, node->children[static_cast<std::size_t>(row)].get());
}

QModelIndex AliasTreeModel::parent(const QModelIndex &index) const {
    return index.isValid() ? indexOfNode(nodeOf(index)->parent) : QModelIndex();
}

int AliasTreeModel::rowCount(const QModelIndex &parent) const {
    return int(nodeOf(parent)->children.size());
}

int AliasTreeModel::columnCount(const QModelIndex &) const {
    return 1;
}

QVariant AliasTreeModel::data(const QModelIndex &index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const Node *node = nodeOf(index);
    switch (role) {
    case Qt::DisplayRole:
        return node->name;
    case Qt::AccessibleTextRole:
        return QVariant(
            QString(node->name + QStringLiteral(", ") + counted(node->count, tr("1 key"), tr("%1 keys"))));
    case CountRole:
        return node->count;
    case PathRole:
        return node->path;
    case KindRole:
        return int(node->kind);
    default:
        return {};
    }
}

} // namespace keyturn::ui
