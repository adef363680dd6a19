// SPDX-License-Identifier: Apache-2.0
// IconLabel: one of our icons beside words, in the colour of a role, following the theme. It says nothing
// to a screen reader: the words beside it do. GUI thread.
#pragma once

#include "ui/theme/icons.h"

#include <QWidget>

namespace keyturn::widgets {

class IconLabel final : public QWidget {
    Q_OBJECT
public:
    explicit IconLabel(theme::Icon icon, theme::ColorRole role = theme::ColorRole::Text,
                       QWidget *parent = nullptr);
    void setIcon(theme::Icon icon, theme::ColorRole role);
    void setSize(int side);
    QSize sizeHint() const override { return {m_side, m_side}; }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    theme::Icon m_icon;
    theme::ColorRole m_role;
    int m_side;
};

} // namespace keyturn::widgets
