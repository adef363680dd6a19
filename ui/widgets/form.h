// SPDX-License-Identifier: Apache-2.0
// Form: labels right-aligned to a common edge, fields on a common left edge, at most 720 wide however wide
// the window is. Gives each field its label as buddy and as accessible name. GUI thread; the form owns
// what is added.
#pragma once

#include <QWidget>

class QFormLayout;
class QLabel;

namespace keyturn::widgets {

class Form final : public QWidget {
    Q_OBJECT
public:
    explicit Form(QWidget *parent = nullptr);

    /// One labelled field; `hint` is a muted sentence under it.
    void addRow(const QString &label, QWidget *field, const QString &hint = {});
    /// A labelled row of several fields.
    void addRow(const QString &label, const QList<QWidget *> &fields, const QString &hint = {});
    /// Something on the fields' edge without a label (check boxes, buttons).
    void addField(QWidget *field);
    /// Something over the whole width (a grid, a bar).
    void addWide(QWidget *widget);
    void addSection(const QString &title);
    /// A sentence in danger under a field; empty takes it away. The field is described by it.
    void setFault(QWidget *field, const QString &fault);
    void setRowVisible(QWidget *field, bool visible);
    QString faultOf(const QWidget *field) const;

private:
    QWidget *makeCell(const QList<QWidget *> &fields, const QString &hint);
    QLabel *noteUnder(QWidget *field) const;

    QFormLayout *m_rows;
};

} // namespace keyturn::widgets
