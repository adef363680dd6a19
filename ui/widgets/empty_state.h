// SPDX-License-Identifier: Apache-2.0
// EmptyState: where there is nothing yet: one sentence and the act that fills it. GUI thread.
#pragma once

#include "ui/theme/icons.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace keyturn::widgets {

class IconLabel;

class EmptyState final : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(QWidget *parent = nullptr);
    /// `act` is the button's verb; empty shows no button.
    void setContent(theme::Icon icon, const QString &sentence, const QString &act = {});

Q_SIGNALS:
    void actTriggered();

private:
    IconLabel *m_icon;
    QLabel *m_sentence;
    QPushButton *m_act;
};

} // namespace keyturn::widgets
