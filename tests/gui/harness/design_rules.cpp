// SPDX-License-Identifier: Apache-2.0
// Which widgets there are, tab order and accessible names. Text and contrast: design_rules_text.cpp.
#include "gui/harness/design_rules.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QCalendarWidget>
#include <QComboBox>
#include <QCoreApplication>
#include <QDialog>
#include <QEvent>
#include <QHeaderView>
#include <QLayout>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QSizeGrip>
#include <QTabBar>
#include <QToolBar>
#include <QWidget>

#include <algorithm>
#include <utility>

namespace keyturn::gui_test {
namespace {

constexpr int heightTolerance = 8;
constexpr int turnsToRest = 20; ///< each takes what the one before has asked for, a level higher

/// Tells whether a widget was asked for a new layout since it was asked last.
class LayoutWatch final : public QObject {
public:
    explicit LayoutWatch(QWidget &watched) { watched.installEventFilter(this); }
    bool takeAsked() { return std::exchange(m_asked, false); }

private:
    bool eventFilter(QObject *, QEvent *event) override {
        m_asked = m_asked || event->type() == QEvent::LayoutRequest;
        return false;
    }
    bool m_asked = false;
};

QList<QWidget *> visibleWidgets(QWidget &root) {
    QList<QWidget *> found{&root};
    for (QWidget *child : root.findChildren<QWidget *>()) {
        if (child->isVisibleTo(&root) && !child->size().isEmpty() && child->window() == root.window()) {
            found << child;
        }
    }
    return found;
}

QString accessibleName(QWidget &widget) {
    QAccessibleInterface *face = QAccessible::queryAccessibleInterface(&widget);
    return face != nullptr ? face->text(QAccessible::Name).trimmed() : QString();
}

QRect placeIn(const QWidget &root, const QWidget &widget) {
    return {widget.mapTo(&root, QPoint(0, 0)), widget.size()};
}

const QScrollArea *scrollAreaOf(const QWidget &widget) {
    const QWidget *above = widget.parentWidget();
    while (above != nullptr && qobject_cast<const QScrollArea *>(above) == nullptr) {
        above = above->parentWidget();
    }
    return static_cast<const QScrollArea *>(above);
}

/// Where it is seen: what a scroll area has scrolled away lies at the area's edge.
QRect seenIn(const QWidget &root, const QWidget &widget) {
    QRect place = placeIn(root, widget);
    for (const QWidget *above = widget.parentWidget(); above != nullptr && above != &root;
         above = above->parentWidget()) {
        if (const auto *area = qobject_cast<const QScrollArea *>(above); area != nullptr) {
            const QRect view = placeIn(root, *area->viewport());
            place.moveTop(std::clamp(place.top(), view.top(), view.bottom()));
            place.setBottom(std::min(place.bottom(), view.bottom()));
        }
    }
    return place;
}

bool takesTab(const QWidget &widget) {
    return widget.isEnabled() && (widget.focusPolicy() & Qt::TabFocus) == Qt::TabFocus;
}

/// Reading order: left to right in a row, then down; a column that starts to the right comes after.
bool goesBack(const QRect &from, const QRect &to) {
    const bool sameRow = from.top() <= to.bottom() && to.top() <= from.bottom();
    if (sameRow) {
        return to.right() < from.left();
    }
    return to.bottom() < from.top() && to.left() < from.right();
}

} // namespace

QString nameOf(const QWidget &widget) {
    QString text = widget.property("text").toString();
    text.truncate(40);
    const QString name = widget.objectName().isEmpty() ? QStringLiteral("(no name)") : widget.objectName();
    return QString::fromLatin1(widget.metaObject()->className()) % u" \"" % name % u'"' %
           (text.isEmpty() ? QString() : u" (" % text % u')');
}

bool isPart(const QWidget &widget) {
    if (qobject_cast<const QScrollBar *>(&widget) != nullptr ||
        qobject_cast<const QSizeGrip *>(&widget) != nullptr ||
        qobject_cast<const QHeaderView *>(&widget) != nullptr || widget.inherits("QTableCornerButton")) {
        return true;
    }
    if (widget.objectName().startsWith(u"qt_")) {
        return true;
    }
    for (const QWidget *above = widget.parentWidget(); above != nullptr; above = above->parentWidget()) {
        if (qobject_cast<const QComboBox *>(above) != nullptr ||
            qobject_cast<const QAbstractSpinBox *>(above) != nullptr ||
            qobject_cast<const QLineEdit *>(above) != nullptr ||
            qobject_cast<const QTabBar *>(above) != nullptr ||
            qobject_cast<const QCalendarWidget *>(above) != nullptr) {
            return true;
        }
    }
    return false;
}

bool isControl(const QWidget &widget) {
    if (isPart(widget) || widget.focusProxy() != nullptr) {
        return false;
    }
    return qobject_cast<const QAbstractButton *>(&widget) != nullptr ||
           qobject_cast<const QLineEdit *>(&widget) != nullptr ||
           qobject_cast<const QComboBox *>(&widget) != nullptr ||
           qobject_cast<const QAbstractSpinBox *>(&widget) != nullptr ||
           qobject_cast<const QTabBar *>(&widget) != nullptr ||
           (qobject_cast<const QAbstractScrollArea *>(&widget) != nullptr &&
            widget.focusPolicy() != Qt::NoFocus && !widget.inherits("QScrollArea")) ||
           (widget.focusPolicy() & Qt::TabFocus) == Qt::TabFocus;
}

QStringList accessibleNameFaults(QWidget &root) {
    QStringList faults;
    for (QWidget *widget : visibleWidgets(root)) {
        if (widget != &root && isControl(*widget) && accessibleName(*widget).isEmpty()) {
            faults << nameOf(*widget) % u" has no accessible name";
        }
    }
    return faults;
}

QStringList tabOrderFaults(QWidget &root) {
    QStringList faults;
    const QList<QWidget *> visible = visibleWidgets(root);
    for (const QWidget *widget : visible) {
        const bool onToolBar = qobject_cast<QToolBar *>(widget->parentWidget()) != nullptr;
        if (widget != &root && isControl(*widget) && widget->isEnabled() && !takesTab(*widget) &&
            !onToolBar) {
            faults << nameOf(*widget) % u" cannot be reached with Tab";
        }
    }
    const QWidget *before = nullptr;
    QWidget *widget = &root;
    do {
        const bool counts = widget != &root && visible.contains(widget) && takesTab(*widget) &&
                            !isPart(*widget) && isControl(*widget);
        if (counts) {
            const auto place =
                before != nullptr && scrollAreaOf(*before) == scrollAreaOf(*widget) ? &placeIn : &seenIn;
            if (before != nullptr && goesBack(place(root, *before), place(root, *widget))) {
                faults << u"Tab goes back from " % nameOf(*before) % u" to " % nameOf(*widget);
            }
            before = widget;
        }
        widget = widget->nextInFocusChain();
    } while (widget != nullptr && widget != &root);
    return faults;
}

QStringList cutFaults(QWidget &root) {
    QStringList faults;
    for (const QScrollArea *area : root.findChildren<QScrollArea *>()) {
        const bool scrolls = area->horizontalScrollBarPolicy() != Qt::ScrollBarAlwaysOff;
        if (area->isVisible() && !scrolls && area->widget() != nullptr &&
            area->widget()->width() > area->viewport()->width()) {
            faults << nameOf(*area) % u": its content is cut off at the side";
        }
    }
    return faults;
}

QStringList restFaults(QWidget &root) {
    LayoutWatch watch(*root.window());
    for (int turn = 0; turn < turnsToRest; ++turn) {
        QCoreApplication::processEvents();
        if (!watch.takeAsked()) {
            return {};
        }
    }
    return {u"the layout of " % nameOf(*root.window()) % u" does not come to rest"};
}

int neededHeight(QWidget &root) {
    for (const QScrollArea *area : root.findChildren<QScrollArea *>()) {
        if (area->isVisible() && area->widgetResizable() && area->widget() != nullptr) {
            const QWidget &page = *area->widget();
            const int content = page.hasHeightForWidth() ? page.heightForWidth(area->viewport()->width())
                                                         : page.minimumSizeHint().height();
            return root.height() - area->viewport()->height() + content;
        }
    }
    const QLayout *layout = root.layout();
    return layout->hasHeightForWidth() ? layout->totalHeightForWidth(root.width())
                                       : layout->totalSizeHint().height();
}

QStringList heightFaults(QWidget &root, bool mayBeTall) {
    if (qobject_cast<QDialog *>(&root) == nullptr || root.layout() == nullptr) {
        return {};
    }
    const int needs = neededHeight(root);
    const bool tooTall = root.height() > tallestDialog;
    if (!tooTall || (mayBeTall && root.height() <= needs + heightTolerance)) {
        return {};
    }
    return {QStringLiteral("%1 is %2 px high and needs %3; more than %4 px are only for what "
                           "tests/gui/tall_dialogs.txt lists, and then no more than it needs")
                .arg(nameOf(root))
                .arg(root.height())
                .arg(needs)
                .arg(tallestDialog)};
}

QStringList designFaults(QWidget &root) {
    return restFaults(root) + cutFaults(root) + textFaults(root) + contrastFaults(root) +
           tabOrderFaults(root) + accessibleNameFaults(root);
}

} // namespace keyturn::gui_test
