// SPDX-License-Identifier: Apache-2.0
// KeyturnStyle's sizes, hints and rectangles.
#include "ui/theme/keyturn_style.h"

#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"

#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QStyleOption>
#include <QTableView>
#include <QToolButton>

#include <algorithm>
#include <array>
#include <optional>

namespace keyturn::theme {
namespace {

struct FixedMetric {
    QStyle::PixelMetric which;
    int pixels;
};

/// Sizes that no widget and no state changes.
constexpr std::array fixedMetrics{
    FixedMetric{QStyle::PM_ButtonShiftHorizontal, 0},
    FixedMetric{QStyle::PM_ButtonShiftVertical, 0},
    FixedMetric{QStyle::PM_ButtonDefaultIndicator, 0},
    FixedMetric{QStyle::PM_TabBarTabShiftHorizontal, 0},
    FixedMetric{QStyle::PM_TabBarTabShiftVertical, 0},
    FixedMetric{QStyle::PM_TabBarBaseOverlap, 0},
    FixedMetric{QStyle::PM_MenuBarPanelWidth, 0},
    FixedMetric{QStyle::PM_ToolBarFrameWidth, 0},
    FixedMetric{QStyle::PM_IndicatorWidth, metric::checkBox},
    FixedMetric{QStyle::PM_IndicatorHeight, metric::checkBox},
    FixedMetric{QStyle::PM_ExclusiveIndicatorWidth, metric::checkBox},
    FixedMetric{QStyle::PM_ExclusiveIndicatorHeight, metric::checkBox},
    FixedMetric{QStyle::PM_CheckBoxLabelSpacing, metric::related},
    FixedMetric{QStyle::PM_RadioButtonLabelSpacing, metric::related},
    FixedMetric{QStyle::PM_LayoutHorizontalSpacing, metric::related},
    FixedMetric{QStyle::PM_LayoutVerticalSpacing, metric::related},
    FixedMetric{QStyle::PM_ScrollBarExtent, metric::scrollBar},
    FixedMetric{QStyle::PM_ScrollBarSliderMin, metric::controlHeight},
    FixedMetric{QStyle::PM_ButtonIconSize, metric::iconSmall},
    FixedMetric{QStyle::PM_SmallIconSize, metric::iconSmall},
    FixedMetric{QStyle::PM_ListViewIconSize, metric::iconSmall},
    FixedMetric{QStyle::PM_TabBarIconSize, metric::iconSmall},
    FixedMetric{QStyle::PM_TabBarTabHSpace, 2 * metric::inside},
    FixedMetric{QStyle::PM_TabBarScrollButtonWidth, metric::group + metric::inside},
    FixedMetric{QStyle::PM_ToolBarIconSize, metric::iconSmall},
    FixedMetric{QStyle::PM_MenuButtonIndicator, metric::iconSmall},
    FixedMetric{QStyle::PM_LineEditIconSize, metric::iconSmall},
    FixedMetric{QStyle::PM_LargeIconSize, metric::iconLarge},
    FixedMetric{QStyle::PM_MessageBoxIconSize, metric::iconLarge},
    FixedMetric{QStyle::PM_HeaderMargin, metric::inside},
    FixedMetric{QStyle::PM_HeaderMarkSize, metric::iconSmall - 4},
    FixedMetric{QStyle::PM_MenuPanelWidth, metric::hairline},
    FixedMetric{QStyle::PM_MenuVMargin, metric::insideTight},
    FixedMetric{QStyle::PM_ToolBarItemSpacing, metric::insideTight},
    FixedMetric{QStyle::PM_ToolBarItemMargin, metric::insideTight},
    FixedMetric{QStyle::PM_SplitterWidth, metric::insideTight},
    FixedMetric{QStyle::PM_ToolTipLabelFrameWidth, metric::insideTight},
    FixedMetric{QStyle::PM_TreeViewIndentation, metric::group},
};

std::optional<int> fixedMetric(QStyle::PixelMetric which) {
    const auto *found = std::find_if(fixedMetrics.begin(), fixedMetrics.end(),
                                     [which](const FixedMetric &row) { return row.which == which; });
    return found != fixedMetrics.end() ? std::optional(found->pixels) : std::nullopt;
}

bool isTextArea(const QWidget *widget) {
    return qobject_cast<const QAbstractScrollArea *>(widget) != nullptr &&
           qobject_cast<const QAbstractItemView *>(widget) == nullptr;
}

/// A field inside another control has that control's frame.
bool isInnerField(const QWidget *widget) {
    const QWidget *parent = widget != nullptr ? widget->parentWidget() : nullptr;
    return qobject_cast<const QComboBox *>(parent) != nullptr ||
           qobject_cast<const QAbstractSpinBox *>(parent) != nullptr;
}

} // namespace

int KeyturnStyle::pixelMetric(PixelMetric which, const QStyleOption *option, const QWidget *widget) const {
    switch (which) {
    case PM_FocusFrameHMargin:
    case PM_FocusFrameVMargin:
        if (qstyleoption_cast<const QStyleOptionViewItem *>(option) != nullptr ||
            qobject_cast<const QAbstractItemView *>(widget) != nullptr) {
            // Qt adds one: cells of a table start where their header's words do; beside icons half is enough.
            return (qobject_cast<const QTableView *>(widget) != nullptr ? metric::inside
                                                                        : metric::insideTight) -
                   1;
        }
        return metric::focusGap + metric::focusWidth;
    case PM_DefaultFrameWidth:
        return isTextArea(widget) ? metric::insideTight : metric::hairline;
    case PM_LayoutLeftMargin:
    case PM_LayoutRightMargin:
    case PM_LayoutTopMargin:
    case PM_LayoutBottomMargin:
        return widget != nullptr && widget->isWindow() ? metric::dialogMargin : metric::related;
    default:
        break;
    }
    const auto fixed = fixedMetric(which);
    return fixed ? *fixed : QProxyStyle::pixelMetric(which, option, widget);
}

int KeyturnStyle::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                            QStyleHintReturn *data) const {
    switch (hint) {
    case SH_FocusFrame_AboveWidget:
    case SH_ItemView_ShowDecorationSelected:
    case SH_EtchDisabledText:
    case SH_DialogButtonBox_ButtonsHaveIcons:
    case SH_ComboBox_Popup:
    case SH_Menu_SloppySubMenus:
        return hint == SH_FocusFrame_AboveWidget || hint == SH_ItemView_ShowDecorationSelected ||
               hint == SH_Menu_SloppySubMenus;
    case SH_FormLayoutLabelAlignment:
        return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
    case SH_FormLayoutFormAlignment:
        return static_cast<int>(Qt::AlignLeft | Qt::AlignTop);
    case SH_FormLayoutFieldGrowthPolicy:
        return 1; // QFormLayout::ExpandingFieldsGrow
    case SH_TabBar_Alignment:
        return static_cast<int>(Qt::AlignLeft);
    case SH_TabBar_ElideMode:
        return static_cast<int>(Qt::ElideNone);
    case SH_ToolTip_WakeUpDelay:
        return 500;
    case SH_Widget_Animation_Duration: // people who switch effects off get none of ours either
        return QApplication::isEffectEnabled(Qt::UI_General)
                   ? QProxyStyle::styleHint(hint, option, widget, data)
                   : 0;
    default:
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QSize KeyturnStyle::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                                     const QWidget *widget) const {
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    switch (type) {
    case CT_PushButton: {
        const bool hasText = option == nullptr || size.width() > metric::iconLarge;
        const int icon = metric::insideTight; // Qt reserves 4 beside an icon, we leave 8
        result = QSize(size.width() + 2 * metric::buttonPadding + icon, controlHeight(widget));
        if (hasText) {
            result.setWidth(std::max(result.width(), metric::buttonMinWidth));
        }
        return result;
    }
    case CT_LineEdit:
        return isInnerField(widget) ? result
                                    : QSize(size.width() + 2 * metric::inside, controlHeight(widget));
    case CT_ComboBox:
        return QSize(size.width() + 3 * metric::inside + metric::iconSmall, controlHeight(widget));
    case CT_SpinBox:
        return QSize(size.width() + 3 * metric::inside + metric::iconSmall, controlHeight(widget));
    case CT_CheckBox:
    case CT_RadioButton:
        return QSize(result.width(), std::max(result.height(), metric::compactHeight));
    case CT_ToolButton: {
        const int height = controlHeight(widget);
        const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option);
        const bool iconOnly = button == nullptr || button->toolButtonStyle == Qt::ToolButtonIconOnly;
        const int padding = iconOnly ? metric::inside : 3 * metric::inside + metric::insideTight;
        return QSize(std::max(height, size.width() + padding), height);
    }
    case CT_ItemViewItem:
        return QSize(result.width() + metric::inside, std::max(result.height(), metric::tableRow));
    case CT_HeaderSection: {
        const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option);
        const bool vertical = header != nullptr && header->orientation == Qt::Vertical;
        return QSize(result.width(), vertical ? metric::tableRow : metric::tableHeader);
    }
    case CT_TabBarTab:
        return QSize(size.width(), metric::controlHeight + metric::insideTight);
    case CT_MenuItem: {
        const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option);
        if (item != nullptr && item->menuItemType == QStyleOptionMenuItem::Separator) {
            return QSize(size.width(), metric::inside + metric::hairline);
        }
        const int icons = 2 * (metric::inside + metric::iconSmall + metric::inside);
        const bool keys = item != nullptr && item->text.contains(u'\t');
        return QSize(size.width() + icons + (keys ? metric::group : 0), metric::tableRow);
    }
    case CT_MenuBarItem:
        return QSize(size.width() + 2 * metric::inside, metric::controlHeight);
    case CT_ProgressBar:
        return QSize(result.width(), metric::group);
    default:
        return result;
    }
}

QRect KeyturnStyle::subElementRect(SubElement element, const QStyleOption *option,
                                   const QWidget *widget) const {
    if (element == SE_LineEditContents && !isInnerField(widget)) {
        const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
        const int inset = frame != nullptr && frame->lineWidth > 0 ? metric::inside - 2 : 0;
        return option->rect.adjusted(inset, 1, -inset, -1);
    }
    if (element == SE_ProgressBarContents || element == SE_ProgressBarGroove) {
        return option->rect;
    }
    return QProxyStyle::subElementRect(element, option, widget);
}

QRect KeyturnStyle::subControlRect(ComplexControl control, const QStyleOptionComplex *option,
                                   SubControl subControl, const QWidget *widget) const {
    const QRect rect = option->rect;
    const int button = metric::iconSmall + metric::inside;
    if (control == CC_ComboBox) {
        if (subControl == SC_ComboBoxArrow) {
            return visualRect(option->direction, rect,
                              QRect(rect.right() - button + 1, rect.top(), button, rect.height()));
        }
        if (subControl == SC_ComboBoxEditField) {
            return visualRect(option->direction, rect, rect.adjusted(metric::inside - 2, 1, -button, -1));
        }
    }
    if (control == CC_SpinBox) {
        const QRect right(rect.right() - button, rect.top() + 2, button, rect.height() - 4);
        switch (subControl) {
        case SC_SpinBoxUp:
            return QRect(right.left(), right.top(), right.width(), right.height() / 2);
        case SC_SpinBoxDown:
            return QRect(right.left(), right.top() + right.height() / 2, right.width(), right.height() / 2);
        case SC_SpinBoxEditField:
            return rect.adjusted(metric::inside - 2, 1, -button - 1, -1);
        case SC_SpinBoxFrame:
            return rect;
        default:
            break;
        }
    }
    if (control == CC_ScrollBar) {
        return QProxyStyle::subControlRect(control, option, subControl, widget);
    }
    return QProxyStyle::subControlRect(control, option, subControl, widget);
}

void KeyturnStyle::polish(QWidget *widget) {
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton *>(widget) != nullptr ||
        qobject_cast<QHeaderView *>(widget) != nullptr || qobject_cast<QScrollBar *>(widget) != nullptr) {
        widget->setAttribute(Qt::WA_Hover);
    }
    if (auto *view = qobject_cast<QAbstractItemView *>(widget)) {
        view->viewport()->setAttribute(Qt::WA_Hover);
    }
    if (auto *table = qobject_cast<QTableView *>(widget)) {
        // A hidden header is never polished, so its rows get their height here.
        table->verticalHeader()->setMinimumSectionSize(metric::tableRow);
        table->verticalHeader()->setDefaultSectionSize(metric::tableRow);
    }
    auto *header = qobject_cast<QHeaderView *>(widget);
    if (header != nullptr && header->orientation() == Qt::Horizontal) {
        header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        header->setHighlightSections(false);
    }
}

} // namespace keyturn::theme
