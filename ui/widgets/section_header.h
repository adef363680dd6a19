// SPDX-License-Identifier: Apache-2.0
// SectionHeader: the heading of a group, with an optional act at its right. GUI thread.
#pragma once

#include <QWidget>

class QLabel;
class QBoxLayout;

namespace keyturn::widgets {

class SectionHeader final : public QWidget {
    Q_OBJECT
public:
    explicit SectionHeader(const QString &title, QWidget *parent = nullptr);
    void setTitle(const QString &title);
    /// A muted sentence after the title: a count, where it comes from.
    void setNote(const QString &note);
    /// Puts a button at the right end; the header owns it then.
    void addAct(QWidget *button);

private:
    QLabel *m_title;
    QLabel *m_note;
    QBoxLayout *m_row;
};

} // namespace keyturn::widgets
