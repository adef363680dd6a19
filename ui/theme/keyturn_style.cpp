// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/keyturn_style.h"

#include "ui/theme/control_kind.h"
#include "ui/theme/icons.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

#include <QAbstractScrollArea>
#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>
#include <QToolTip>

// What is drawn. Sizes and hints stand in keyturn_style_metrics.cpp.
namespace keyturn::theme {
namespace {

void paintTipOrMenu(QPainter &painter, const QStyleOption &option) {
    painter.fillRect(option.rect, color(ColorRole::Base));
    for (const Qt::Edge where : {Qt::TopEdge, Qt::BottomEdge, Qt::LeftEdge, Qt::RightEdge}) {
        paint::edge(painter, option.rect, where, color(ColorRole::Outline));
    }
}

} // namespace

KeyturnStyle::KeyturnStyle()
    : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {
    setObjectName(QStringLiteral("keyturn"));
}

void KeyturnStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                                 const QWidget *widget) const {
    switch (element) {
    case PE_PanelButtonCommand:
        return paint::buttonPanel(*painter, *option, widget);
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        return paint::checkBox(*painter, *option);
    case PE_IndicatorRadioButton:
        return paint::radioButton(*painter, *option);
    case PE_PanelLineEdit: {
        const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
        if (frame != nullptr && frame->lineWidth > 0) {
            paint::fieldPanel(*painter, *option);
        }
        return;
    }
    case PE_FrameLineEdit:
        return;
    case PE_Frame:
        if (paint::frame(*painter, *option, widget)) {
            return;
        }
        break;
    case PE_PanelItemViewRow:
        return paint::row(*painter, *option);
    case PE_PanelItemViewItem:
        return paint::rowItem(*painter, *option, widget);
    case PE_FrameFocusRect:
        if (qstyleoption_cast<const QStyleOptionViewItem *>(option) != nullptr ||
            qobject_cast<const QAbstractScrollArea *>(widget) != nullptr) {
            paint::itemFocus(*painter, *option);
        }
        return; // everything else has the ring outside of it
    case PE_IndicatorBranch:
        return paint::branch(*painter, *option);
    case PE_IndicatorHeaderArrow:
        return paint::headerArrow(*painter, *option);
    case PE_FrameTabBarBase:
        return paint::edge(*painter, option->rect, Qt::BottomEdge, color(ColorRole::Hairline));
    case PE_FrameTabWidget:
        return paint::edge(*painter, option->rect, Qt::TopEdge, color(ColorRole::Hairline));
    case PE_FrameStatusBarItem:
    case PE_PanelToolBar:
    case PE_PanelMenuBar:
        return;
    case PE_PanelStatusBar:
        return paint::edge(*painter, option->rect, Qt::TopEdge, color(ColorRole::Hairline));
    case PE_PanelTipLabel:
    case PE_FrameMenu:
    case PE_PanelMenu:
        return paintTipOrMenu(*painter, *option);
    default:
        break;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void KeyturnStyle::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                               const QWidget *widget) const {
    switch (element) {
    case CE_PushButtonBevel:
        return paint::buttonPanel(*painter, *option, widget);
    case CE_PushButtonLabel:
        return paint::buttonLabel(*painter, *option, widget, *this);
    case CE_HeaderSection:
    case CE_HeaderEmptyArea:
        return paint::headerSection(*painter, *option);
    case CE_TabBarTabShape:
        return paint::tab(*painter, *option);
    case CE_ProgressBarGroove:
        return;
    case CE_ProgressBarContents:
        if (paint::progress(*painter, *option)) {
            return;
        }
        break;
    case CE_MenuItem:
        return paint::menuItem(*painter, *option, *this, widget);
    case CE_MenuEmptyArea:
        return painter->fillRect(option->rect, color(ColorRole::Base));
    case CE_MenuBarItem:
        return paint::menuBarItem(*painter, *option, *this);
    case CE_MenuBarEmptyArea:
        return painter->fillRect(option->rect, color(ColorRole::Window));
    case CE_FocusFrame:
        return paint::focusRing(*painter, *option, widget);
    case CE_ToolBar:
        return paint::edge(*painter, option->rect, Qt::BottomEdge, color(ColorRole::Hairline));
    case CE_Splitter: {
        const bool columns = option->state.testFlag(State_Horizontal);
        return paint::edge(*painter, option->rect, columns ? Qt::LeftEdge : Qt::TopEdge,
                           color(ColorRole::Hairline));
    }
    default:
        break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void KeyturnStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option,
                                      QPainter *painter, const QWidget *widget) const {
    switch (control) {
    case CC_ToolButton:
        return paint::toolButton(*painter, *option, widget, *this);
    case CC_ComboBox:
        return paint::comboBox(*painter, *option, *this, widget);
    case CC_SpinBox:
        return paint::spinBox(*painter, *option, *this, widget);
    case CC_ScrollBar:
        return paint::scrollBar(*painter, *option, *this, widget);
    default:
        break;
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QIcon KeyturnStyle::standardIcon(StandardPixmap pixmap, const QStyleOption *option,
                                 const QWidget *widget) const {
    switch (pixmap) {
    case SP_MessageBoxWarning:
        return icon(Icon::Warning, ColorRole::Attention);
    case SP_MessageBoxCritical:
        return icon(Icon::Error, ColorRole::Danger);
    case SP_MessageBoxInformation:
        return icon(Icon::Info, ColorRole::Accent);
    case SP_MessageBoxQuestion:
        return icon(Icon::Help, ColorRole::Accent);
    case SP_LineEditClearButton:
    case SP_TitleBarCloseButton:
    case SP_DockWidgetCloseButton:
    case SP_TabCloseButton:
        return icon(Icon::Close, ColorRole::MutedText);
    case SP_ToolBarHorizontalExtensionButton:
    case SP_ToolBarVerticalExtensionButton:
        return icon(Icon::More);
    default:
        break;
    }
    return QProxyStyle::standardIcon(pixmap, option, widget);
}

} // namespace keyturn::theme
