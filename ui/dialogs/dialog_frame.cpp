// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/dialog_frame.h"

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QDialog>
#include <QEvent>
#include <QLayout>
#include <QScreen>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>

#include <algorithm>

namespace keyturn::ui {
namespace {

void collect(QLayout &layout, QList<QWidget *> &order);

void collect(QWidget &widget, QList<QWidget *> &order) {
    if (auto *scroll = qobject_cast<QScrollArea *>(&widget);
        scroll != nullptr && scroll->widget() != nullptr) {
        return collect(*scroll->widget(), order);
    }
    if (auto *tabs = qobject_cast<QTabWidget *>(&widget)) {
        order.append(tabs->tabBar());
        for (int i = 0; i < tabs->count(); ++i) {
            collect(*tabs->widget(i), order);
        }
        return;
    }
    if (auto *pages = qobject_cast<QStackedWidget *>(&widget)) {
        for (int i = 0; i < pages->count(); ++i) {
            collect(*pages->widget(i), order);
        }
        return;
    }
    if (!(widget.focusPolicy() & Qt::TabFocus) && widget.layout() != nullptr) {
        return collect(*widget.layout(), order);
    }
    const bool isWhole = qobject_cast<QComboBox *>(&widget) != nullptr ||
                         qobject_cast<QAbstractSpinBox *>(&widget) != nullptr ||
                         qobject_cast<QAbstractScrollArea *>(&widget) != nullptr;
    if (widget.focusPolicy() & Qt::TabFocus) {
        order.append(&widget);
    }
    if (!isWhole) { // buttons that stand inside a field
        for (QWidget *inner : widget.findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly)) {
            if ((inner->focusPolicy() & Qt::TabFocus) && inner->focusProxy() == nullptr) {
                order.append(inner);
            }
        }
    }
}

void collect(QLayout &layout, QList<QWidget *> &order) {
    for (int i = 0; i < layout.count(); ++i) {
        QLayoutItem *item = layout.itemAt(i);
        if (item->widget() != nullptr) {
            collect(*item->widget(), order);
        } else if (item->layout() != nullptr) {
            collect(*item->layout(), order);
        }
    }
}

void grow(QDialog &dialog, int needed) {
    const int most = dialog.screen()->availableGeometry().height();
    if (needed > dialog.height()) {
        dialog.resize(dialog.width(), std::max(dialog.height(), std::min(needed, most)));
    }
}

/// Watches one widget's layout; its owner.
class Grower final : public QObject {
public:
    Grower(QDialog *dialog, QScrollArea *content)
        : QObject(dialog)
        , m_dialog(dialog)
        , m_content(content) {
        dialog->installEventFilter(this);
        if (content != nullptr) {
            content->widget()->installEventFilter(this);
        }
    }

    bool eventFilter(QObject *watched, QEvent *event) override {
        const bool shown = watched == m_dialog && event->type() == QEvent::Show;
        const bool own = watched == m_dialog && m_content == nullptr;
        if (shown) {
            m_shown = true;
            settleLayout();
        }
        if (shown || (own && event->type() == QEvent::LayoutRequest) ||
            (m_shown && watched != m_dialog && event->type() == QEvent::Resize)) {
            m_content == nullptr ? followLayout() : followScroll();
        }
        return false;
    }

private:
    /// Rows that were hidden before the dialog was shown still count in the hints of what holds them.
    void settleLayout() {
        for (QWidget *each : m_dialog->findChildren<QWidget *>()) {
            each->updateGeometry();
        }
        QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    }
    void followLayout() {
        QLayout *layout = m_dialog->layout();
        grow(*m_dialog, layout->hasHeightForWidth() ? layout->totalHeightForWidth(m_dialog->width())
                                                    : layout->totalMinimumSize().height());
    }
    void followScroll() {
        // Nothing is scrolled sideways: what does not fit would be cut off.
        const QMargins margins = m_content->contentsMargins();
        m_content->setMinimumWidth(m_content->widget()->minimumSizeHint().width() + margins.left() +
                                   margins.right());
        grow(*m_dialog, m_dialog->height() + m_content->widget()->height() - m_content->viewport()->height());
    }

    QDialog *m_dialog;
    QScrollArea *m_content;
    bool m_shown = false; ///< sizes from before that are of no layout
};

} // namespace

void orderTabsAsLaidOut(QWidget &root) {
    QList<QWidget *> order;
    collect(*root.layout(), order);
    for (qsizetype i = 1; i < order.size(); ++i) {
        QWidget::setTabOrder(order[i - 1], order[i]);
    }
}

void growWithContent(QDialog &dialog) {
    new Grower(&dialog, nullptr);
}

void growWithContent(QDialog &dialog, QScrollArea &content) {
    new Grower(&dialog, &content);
}

} // namespace keyturn::ui
