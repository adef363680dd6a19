// SPDX-License-Identifier: Apache-2.0
// AliasTreeModel: all keys, smart folders (disabled, pending deletion, no rotation) and the aliases as
// folders by their path ("alias/team/app/x"), each with its number of keys. Picking a node narrows the table.
// GUI thread.
#pragma once

#include <QAbstractItemModel>

#include <memory>

namespace keyturn::ui {

struct CatalogKey;
class KeyCatalog;

class AliasTreeModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Role {
        CountRole = Qt::UserRole, ///< keys below this node
        PathRole,                 ///< "all", "state:Disabled", "alias:team/app"; kept between runs
        KindRole                  ///< Kind as int
    };
    enum class Kind { AllKeys, SmartFolder, AliasFolder, NoAlias };

    explicit AliasTreeModel(KeyCatalog *catalog, QObject *parent = nullptr);
    ~AliasTreeModel() override;

    /// Whether a key belongs to the node of that path.
    static bool contains(const QString &path, const CatalogKey &key);
    QModelIndex indexOf(const QString &path) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    struct Node;
    void rebuild();
    static std::unique_ptr<Node> build(const KeyCatalog &catalog);
    Node *nodeOf(const QModelIndex &index) const;
    QModelIndex indexOfNode(const Node *node) const;
    void takeCounts(const Node &fresh);

    KeyCatalog *m_catalog;
    std::unique_ptr<Node> m_root;
    bool m_scheduled = false;
};

} // namespace keyturn::ui
