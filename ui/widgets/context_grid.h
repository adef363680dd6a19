// SPDX-License-Identifier: Apache-2.0
// ContextGrid: the editor of an encryption context: a table of names and values with a row to type into,
// paste of JSON or name=value, duplicates refused in place, and a comparison with another context that
// also sees differences by case. GUI thread. A context is no secret: it stands in logs, and the grid says so.
#pragma once

#include "ui/widgets/context_text.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTableView;

namespace keyturn::widgets {

class ContextModel;

class ContextGrid final : public QWidget {
    Q_OBJECT
public:
    explicit ContextGrid(const QString &title, QWidget *parent = nullptr);

    ContextPairs pairs() const;
    void setPairs(const ContextPairs &pairs);
    /// What is wrong with the pairs as they stand (duplicate or empty name), empty when nothing is.
    QString problem() const;
    bool isValid() const { return problem().isEmpty(); }
    void setReadOnly(bool readOnly);
    /// Shows, row by row, how the pairs differ from `other`; `label` says what that is.
    void compareWith(const ContextPairs &other, const QString &label);
    void endComparison();
    /// Takes pasted text in: replaces the pairs if there are none, else adds. False: it was no context.
    bool pasteText(const QString &text);
    /// A button beside "Remove": "Copy from source", "Presets". The grid owns it then.
    void addAct(QWidget *button);
    /// A heading above the table, the note at its right, and no more than one row beside the one to type
    /// into: for dialogs where two contexts stand side by side.
    void setHeading(const QString &heading);

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void makeTable(const QString &title);
    void refresh();
    void removeSelected();
    void paste();
    void fitHeight();

    ContextModel *m_model;
    QTableView *m_table;
    QPushButton *m_paste;
    QPushButton *m_remove;
    QLabel *m_note;
    QLabel *m_problem;
    QLabel *m_compared;
    QString m_pasteProblem;
    QString m_comparedWith;
    bool m_readOnly = false;
    int m_leastRows = 3;
};

} // namespace keyturn::widgets
