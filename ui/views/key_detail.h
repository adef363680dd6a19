// SPDX-License-Identifier: Apache-2.0
// KeyDetail: one key in full (features-and-screens.md 3.3): header with state, then tabs for each side of it;
// one that says nothing about a kind of key is hidden for it. A tab loads when it is first looked at; an
// error stays in its tab. GUI thread.
#pragma once

#include "ui/presenters/dialog_context.h"

#include <QWidget>

#include <string>
#include <vector>

class QLabel;
class QPushButton;
class QTabWidget;

namespace keyturn::widgets {
class CopyButton;
class EmptyState;
class StateBadge;
} // namespace keyturn::widgets

namespace keyturn::ui {

class KeyActsPresenter;
class KeyTab;
class RegionsTab;
class PublicKeyTab;
class RotationTab;
struct CatalogKey;

class KeyDetail : public QWidget {
    Q_OBJECT

public:
    KeyDetail(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent = nullptr);

    /// Empty: nothing is selected.
    void setKey(const std::string &keyId);
    const std::string &keyId() const { return m_keyId; }
    void showTab(int index);

Q_SIGNALS:
    void rotateRequested();
    void createAliasRequested();
    void cancelDeletionRequested();

private:
    QWidget *makeHeader();
    void refresh();
    void showInTabs(const CatalogKey &key);
    void makeTabs(KeyActsPresenter *acts);
    void addTab(KeyTab *tab, const QString &title);
    void forget();
    void loadCurrentTab();

    DialogContext m_context;
    std::string m_keyId;
    QLabel *m_title = nullptr;
    QLabel *m_subtitle = nullptr;
    widgets::StateBadge *m_state = nullptr;
    QPushButton *m_cancelDeletion = nullptr;
    QWidget *m_content = nullptr;
    widgets::EmptyState *m_empty = nullptr;
    QTabWidget *m_tabs = nullptr;
    std::vector<KeyTab *> m_all; ///< in the order of the tab bar
    RotationTab *m_rotation = nullptr;
    PublicKeyTab *m_public = nullptr;
    RegionsTab *m_regions = nullptr;
};

} // namespace keyturn::ui
