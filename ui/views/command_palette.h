// SPDX-License-Identifier: Apache-2.0
// CommandPalette (Ctrl+K): every action that applies now, every key by alias or id and every operation by
// name, in one list that narrows while typing. ShortcutSheet (Ctrl+/): the shortcuts, from the same table of
// actions. GUI thread.
#pragma once

#include <QDialog>

class QLineEdit;
class QListWidget;

namespace keyturn::ui {

class ActionSet;
class KeyCatalog;

class CommandPalette : public QDialog {
    Q_OBJECT

public:
    CommandPalette(const ActionSet &actions, const KeyCatalog &catalog, QWidget *parent = nullptr);

Q_SIGNALS:
    void keyChosen(const QString &keyId);
    /// A kms::OperationId.
    void operationChosen(int operation);

private:
    void refill();
    void addOperations(const QStringList &words);
    void choose();
    bool eventFilter(QObject *watched, QEvent *event) override;

    const ActionSet &m_actions;
    const KeyCatalog &m_catalog;
    QLineEdit *m_edit;
    QListWidget *m_list;
};

class ShortcutSheet : public QDialog {
    Q_OBJECT

public:
    explicit ShortcutSheet(const ActionSet &actions, QWidget *parent = nullptr);
};

} // namespace keyturn::ui
