// SPDX-License-Identifier: Apache-2.0
// FilterBar: free words and tokens (state:disabled -alias:legacy "tag:team=pay"). A finished token becomes a
// chip that can be removed; field names complete. The bar knows which fields there are, not what they mean:
// it hands the whole query on as text and whoever filters reads it. GUI thread.
#pragma once

#include <QFrame>
#include <QStringList>

class QBoxLayout;
class QLineEdit;
class QToolButton;

namespace keyturn::widgets {

class FilterBar final : public QFrame {
    Q_OBJECT
public:
    explicit FilterBar(QWidget *parent = nullptr);

    /// Field names with their usual values: "state" with "enabled", "disabled", ... Values may be empty.
    void addField(const QString &field, const QStringList &values = {});
    /// Chips, then words: what the person asks for.
    QString query() const;
    void setQuery(const QString &query);
    QStringList chips() const { return m_chips; }
    void setPlaceholderText(const QString &text);
    QLineEdit *lineEdit() const { return m_edit; }

public Q_SLOTS:
    void clear();

Q_SIGNALS:
    void queryChanged(const QString &query);
    void leftDownward(); ///< Down was pressed: the list may take the focus

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    bool isToken(const QString &word) const;
    void foldTokens(bool lastToo);
    void removeChip(const QString &chip);
    void rebuildChips();
    void announce();

    QBoxLayout *m_row;
    QWidget *m_glass;
    QBoxLayout *m_chipRow;
    QLineEdit *m_edit;
    QToolButton *m_clear;
    QStringList m_fields;
    QStringList m_completions;
    QStringList m_chips;
    QString m_lastQuery;
};

/// Splits a query at white space; quotes keep a part together.
QStringList splitQuery(const QString &query);

} // namespace keyturn::widgets
