// SPDX-License-Identifier: Apache-2.0
// ReEncryptResults: one row for each ciphertext of the re-encrypt dialog: what it is, what became of it, its
// new key, size and digest. The rows stay where they are while outcomes arrive. GUI thread.
#pragma once

#include "ui/presenters/re_encrypt_presenter.h"

#include <QWidget>

class QLabel;
class QTableWidget;

namespace keyturn::ui {

class ReEncryptResults : public QWidget {
    Q_OBJECT

public:
    explicit ReEncryptResults(QWidget *parent = nullptr);

    void setItems(const std::vector<ReEncryptItem> &items);
    void setItem(int row, const ReEncryptItem &item);
    int currentRow() const;

Q_SIGNALS:
    void currentRowChanged(int row);

private:
    void summarise();

    QLabel *m_summary;
    QTableWidget *m_table;
    std::vector<ReEncryptItem::Outcome> m_outcomes;
};

QString outcomeWord(ReEncryptItem::Outcome outcome);

} // namespace keyturn::ui
