// SPDX-License-Identifier: Apache-2.0
// ImportDialog: what an import of profiles would bring, row by row with its warnings and the commands that it
// would want to run; only ticked rows are stored, all or none. GUI thread.
#pragma once

#include "workspace/profile_exchange.h"

#include <QDialog>

class QLabel;
class QPushButton;
class QTableWidget;

namespace keyturn::widgets {
class InlineBar;
class MonoText;
} // namespace keyturn::widgets

namespace keyturn::ui {

class ImportDialog : public QDialog {
    Q_OBJECT

public:
    /// The store is borrowed and outlives the dialog.
    ImportDialog(workspace::ProfileStore *store, workspace::ImportPreview preview, QWidget *parent = nullptr);

Q_SIGNALS:
    void imported(int count, const QString &firstName);

private:
    void makeTable();
    void fillTable();
    void showDetails();
    void refresh();
    std::vector<workspace::ImportRow> chosen() const;
    void import();

    workspace::ProfileStore *m_store;
    workspace::ImportPreview m_preview;
    widgets::InlineBar *m_bar;
    QTableWidget *m_table;
    QLabel *m_details;
    widgets::MonoText *m_command;
    QPushButton *m_import;
};

} // namespace keyturn::ui
