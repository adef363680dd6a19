// SPDX-License-Identifier: Apache-2.0
// InspectionView: what the inspector says of a ciphertext, each fact with how sure it is. GUI thread.
#pragma once

#include "inspect/inspection.h"

#include <QWidget>

class QLabel;
class QTableWidget;

namespace keyturn::ui {

class InspectionView : public QWidget {
    Q_OBJECT

public:
    explicit InspectionView(QWidget *parent = nullptr);
    void setInspection(const inspect::Inspection &inspection);
    void clear();

private:
    QLabel *m_summary;
    QTableWidget *m_facts;
    QLabel *m_hints;
};

QString certaintyWord(inspect::Certainty certainty);

} // namespace keyturn::ui
