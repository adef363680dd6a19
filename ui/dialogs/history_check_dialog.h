// SPDX-License-Identifier: Apache-2.0
// HistoryCheckDialog: what a check of the history's chain has found: whether it holds, what seals it, what an
// intact chain does not prove. Shows; does nothing. GUI thread.
#pragma once

#include "workspace/history_reading.h"

#include <QDialog>

namespace keyturn::ui {

class HistoryCheckDialog : public QDialog {
    Q_OBJECT

public:
    HistoryCheckDialog(const workspace::HistoryPlace &place, const workspace::HistoryCheck &check,
                       QWidget *parent = nullptr);
};

} // namespace keyturn::ui
