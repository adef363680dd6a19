// SPDX-License-Identifier: Apache-2.0
// KeyDetail: one key in full (features-and-screens.md 3.3): header with state, then tabs Overview, Aliases,
// Rotation and key material, Tags. A tab loads when it is first looked at; an error stays in its tab. GUI
// thread.
#pragma once

#include "ui/presenters/dialog_context.h"

#include <QWidget>

#include <string>

class QLabel;
class QPushButton;
class QTabWidget;

namespace keyturn::widgets {
class CopyButton;
class EmptyState;
class StateBadge;
} // namespace keyturn::widgets

namespace keyturn::ui {

class AliasesTab;
class KeyActsPresenter;
class OverviewTab;
class RotationTab;
class TagsTab;
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
    OverviewTab *m_overview = nullptr;
    AliasesTab *m_aliases = nullptr;
    RotationTab *m_rotation = nullptr;
    TagsTab *m_tags = nullptr;
};

} // namespace keyturn::ui
