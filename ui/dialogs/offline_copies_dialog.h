// SPDX-License-Identifier: Apache-2.0
// OfflineCopiesDialog: the copies that Keyturn keeps: of which profile, taken when, what they hold; open,
// export, delete. One that cannot be opened says why. Needs nothing open. GUI thread.
#pragma once

#include "ui/presenters/offline_copies_presenter.h"

#include <QDialog>

class QPushButton;
class QStackedWidget;
class QTreeWidget;

namespace keyturn::widgets {
class InlineBar;
}

namespace keyturn::ui {

class OfflineCopiesDialog : public QDialog {
    Q_OBJECT

public:
    /// The keychain may be null. An empty folder: Keyturn's.
    OfflineCopiesDialog(keychain::Keychain *keychain, std::filesystem::path folder,
                        QWidget *parent = nullptr);

Q_SIGNALS:
    void openRequested(const QString &file);
    /// One was deleted.
    void copiesChanged();

private:
    void makeTable();
    void connectParts();
    void showEntries(const std::vector<OfflineCopiesPresenter::Entry> &entries);
    void refresh();
    void openOther();
    void exportCurrent();
    void deleteCurrent();
    const OfflineCopiesPresenter::Entry *current() const;

    OfflineCopiesPresenter m_presenter;
    std::vector<OfflineCopiesPresenter::Entry> m_entries;
    widgets::InlineBar *m_bar;
    QStackedWidget *m_pages;
    QTreeWidget *m_table;
    QPushButton *m_other;
    QPushButton *m_delete;
    QPushButton *m_export;
    QPushButton *m_open;
};

} // namespace keyturn::ui
