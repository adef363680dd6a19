// SPDX-License-Identifier: Apache-2.0
// HistoryWindow: what was done through Keyturn on any profile, newest first (features-and-screens.md 3.8):
// filter, the facts of one entry, a check of the chain, export. Needs nothing open. GUI thread. Owner: the
// main window, which closes it when a vault locks.
#pragma once

#include "ui/models/history_model.h"
#include "ui/presenters/history_presenter.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;
class QTimer;
class QTreeWidget;

namespace keyturn::widgets {
class BusyButton;
class FilterBar;
class InlineBar;
} // namespace keyturn::widgets

namespace keyturn::ui {

class HistoryWindow : public QWidget {
    Q_OBJECT

public:
    /// The keychain may be null; it outlives the window.
    HistoryWindow(workspace::HistoryPlace place, keychain::Keychain *keychain, QWidget *parent = nullptr);
    ~HistoryWindow() override;

    void refresh();

private:
    QWidget *makeTable();
    QWidget *makeEmpty();
    void makeFilter();
    void makeActs();
    void connectParts();
    void makeShortcuts();
    HistoryQuery query() const;
    void showList(const workspace::HistoryList &list);
    void showFacts();
    void exportEntries();
    void showError(const Error &error);
    bool event(QEvent *event) override;

    HistoryPresenter m_presenter; ///< a child, so that tests find it
    HistoryModel *m_model;
    widgets::InlineBar *m_bar;
    widgets::FilterBar *m_filter;
    QCheckBox *m_changesOnly;
    QCheckBox *m_openOnly;
    QLabel *m_filterProblem;
    QStackedWidget *m_pages;
    QTableView *m_table = nullptr;
    QTreeWidget *m_facts = nullptr;
    QLabel *m_count;
    QPushButton *m_refresh;
    QPushButton *m_export;
    widgets::BusyButton *m_check;
    QTimer *m_typing; ///< reads again only when the typing pauses
};

} // namespace keyturn::ui
