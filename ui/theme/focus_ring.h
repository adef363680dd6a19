// SPDX-License-Identifier: Apache-2.0
// FocusRing: the ring in accent around the control that has the keyboard, drawn outside the control's own
// rectangle. Item views show their current row instead. GUI thread; the theme owns it.
#pragma once

#include <QObject>
#include <QPointer>

class QFocusFrame;
class QWidget;

namespace keyturn::theme {

class FocusRing final : public QObject {
    Q_OBJECT
public:
    explicit FocusRing(QObject *parent = nullptr);
    ~FocusRing() override;

    /// The control that is ringed now, or null.
    QWidget *target() const;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void moveTo(QWidget *control);
    void hide();

    QPointer<QFocusFrame> m_frame;
    bool m_byKeyboard = true; ///< the last thing the person did was on the keyboard
};

} // namespace keyturn::theme
