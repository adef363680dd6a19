// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/dialog_frame.h"

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QDialog>
#include <QEvent>
#include <QLayout>
#include <QScopedValueRollback>
#include <QScreen>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QTimer>

#include <algorithm>
#include <utility>

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
    if (auto *split = qobject_cast<QSplitter *>(&widget)) {
        for (int i = 0; i < split->count(); ++i) {
            collect(*split->widget(i), order);
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

int levelsIn(const QWidget &widget) {
    int below = 0;
    for (const QWidget *each : widget.findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly)) {
        below = std::max(below, levelsIn(*each));
    }
    return below + 1;
}

/// Gives a dialog a height, as far as the screen has room for it and its title bar.
void setHeight(QDialog &dialog, int wanted) {
    const QRect room = dialog.screen()->availableGeometry();
    const int title = dialog.frameGeometry().height() - dialog.height();
    dialog.resize(dialog.width(), std::min(wanted, room.height() - title));
    const int below = dialog.frameGeometry().bottom() - room.bottom();
    if (below > 0) { // its buttons would stand outside of the screen
        dialog.move(dialog.x(), std::max(room.top(), dialog.y() - below));
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
        if (watched == m_dialog && event->type() == QEvent::Show) {
            m_shown = true;
            m_first = m_given = m_dialog->height();
            follow();
        } else if (m_shown && !m_following &&
                   (event->type() == QEvent::LayoutRequest ||
                    (watched != m_dialog && event->type() == QEvent::Resize))) {
            followSoon();
        }
        return false;
    }

private:
    /// Rows that were hidden before what holds them was shown still count in the hints of what holds them.
    void settleLayout() {
        for (QWidget *each : m_dialog->findChildren<QWidget *>()) {
            each->updateGeometry();
        }
        deliverRequests();
    }
    /// A layout that is worked off asks the one around it, and one delivery takes no request that it has
    /// itself caused: after as many as there are levels none is under way. One that was left would call for
    /// the next turn, and that for another, for ever.
    void deliverRequests() {
        for (int level = levelsIn(*m_dialog); level > 0; --level) {
            QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
        }
    }
    /// Once all parts have settled: what shows and hides rows may ask for more on its way.
    void followSoon() {
        if (!std::exchange(m_isDue, true)) {
            QTimer::singleShot(0, this, [this] {
                m_isDue = false;
                follow();
            });
        }
    }
    /// A need that is known already is not met again: a person may have made the dialog smaller.
    void follow() {
        const QScopedValueRollback following(m_following, true); // our own change of size is no news
        settleLayout();
        if (m_content != nullptr) {
            // Nothing is scrolled sideways: what does not fit would be cut off.
            const QMargins margins = m_content->contentsMargins();
            m_content->setMinimumWidth(m_content->widget()->minimumSizeHint().width() + margins.left() +
                                       margins.right());
        }
        const int need = m_content == nullptr ? needOfLayout() : needOfContent();
        if (std::exchange(m_need, need) != need &&
            (need > m_dialog->height() || m_dialog->height() == m_given)) {
            setHeight(*m_dialog, std::max(need, m_first));
            m_given = m_dialog->height();
        }
        deliverRequests();
    }
    int needOfLayout() const {
        QLayout *layout = m_dialog->layout();
        return layout->hasHeightForWidth() ? layout->totalHeightForWidth(m_dialog->width())
                                           : layout->totalMinimumSize().height();
    }
    /// What the content's layout asks for at its width, never the height that it has just now, and what
    /// stands around the scroll area.
    int needOfContent() const {
        m_dialog->layout()->activate();
        QWidget &page = *m_content->widget();
        const int around = m_dialog->height() - m_content->viewport()->height();
        return around + (page.layout()->hasHeightForWidth()
                             ? page.heightForWidth(m_content->maximumViewportSize().width())
                             : page.minimumSizeHint().height());
    }

    QDialog *m_dialog;
    QScrollArea *m_content;
    int m_need = 0;
    int m_first = 0;      ///< the height that it was shown with
    int m_given = 0;      ///< the height that it has from here; another is a person's
    bool m_shown = false; ///< sizes from before that are of no layout
    bool m_following = false;
    bool m_isDue = false;
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
