// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/focus_ring.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QEvent>
#include <QFocusEvent>
#include <QFocusFrame>
#include <QMenu>
#include <QTabBar>

namespace keyturn::theme {
namespace {

bool wantsRing(const QWidget *control) {
    return control != nullptr && !control->isWindow() && control->isVisible() &&
           qobject_cast<const QAbstractItemView *>(control) == nullptr &&
           qobject_cast<const QMenu *>(control) == nullptr;
}

/// A click needs no ring to say what was clicked; text that is being typed into always does.
bool isPressedByMouse(const QWidget *control) {
    return qobject_cast<const QAbstractButton *>(control) != nullptr ||
           qobject_cast<const QTabBar *>(control) != nullptr;
}

QWidget *outerControl(QWidget *focus) {
    QWidget *parent = focus->parentWidget();
    const bool inner =
        qobject_cast<QComboBox *>(parent) != nullptr || qobject_cast<QAbstractSpinBox *>(parent) != nullptr;
    // A composed control says that it is one by handing its focus on.
    const bool composed = parent != nullptr && parent->focusProxy() == focus &&
                          qobject_cast<QTabBar *>(focus) == nullptr; // a page is no part of its tabs
    return inner || composed ? parent : focus;
}

} // namespace

FocusRing::FocusRing(QObject *parent)
    : QObject(parent) {
    qApp->installEventFilter(this);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget *, QWidget *now) {
        if (now == nullptr) {
            hide();
        }
    });
}

FocusRing::~FocusRing() {
    delete m_frame.data();
}

QWidget *FocusRing::target() const {
    return m_frame && m_frame->isVisible() ? m_frame->widget() : nullptr;
}

bool FocusRing::eventFilter(QObject *watched, QEvent *event) {
    switch (event->type()) {
    case QEvent::FocusIn:
        if (auto *widget = qobject_cast<QWidget *>(watched)) {
            const auto reason = static_cast<QFocusEvent *>(event)->reason();
            m_byKeyboard = reason != Qt::MouseFocusReason;
            moveTo(widget);
        }
        break;
    case QEvent::KeyPress:
        if (!m_byKeyboard) {
            m_byKeyboard = true;
            if (QWidget *focus = QApplication::focusWidget()) {
                moveTo(focus);
            }
        }
        break;
    case QEvent::FocusOut:
        if (m_frame && m_frame->widget() == watched) {
            hide();
        }
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

void FocusRing::moveTo(QWidget *focus) {
    QWidget *control = outerControl(focus);
    if (!wantsRing(control) || (!m_byKeyboard && isPressedByMouse(control))) {
        hide();
        return;
    }
    if (!m_frame) {
        m_frame = new QFocusFrame;
        m_frame->setObjectName(QStringLiteral("focusRing"));
    }
    m_frame->setWidget(control);
}

void FocusRing::hide() {
    if (m_frame) {
        m_frame->setWidget(nullptr);
    }
}

} // namespace keyturn::theme
