// SPDX-License-Identifier: Apache-2.0
// Text fits and can be read.
#include "gui/harness/design_rules.h"

#include "ui/theme/roles.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QCheckBox>
#include <QComboBox>
#include <QHash>
#include <QHeaderView>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QPixmap>
#include <QRadioButton>
#include <QStyle>
#include <QStyleOption>
#include <QTabBar>
#include <QTextDocument>
#include <QToolButton>

#include <algorithm>

namespace keyturn::gui_test {
namespace {

constexpr int headerPadding = 16;
constexpr int cellPadding = 8;

QList<QWidget *> shown(QWidget &root) {
    QList<QWidget *> found;
    for (QWidget *child : root.findChildren<QWidget *>()) {
        if (child->isVisibleTo(&root) && !child->size().isEmpty() && child->window() == root.window()) {
            found << child;
        }
    }
    found << &root;
    return found;
}

QString tooNarrow(const QWidget &widget, const QString &text, int needs, int has) {
    return QStringLiteral("%1: \"%2\" needs %3 px and has %4")
        .arg(nameOf(widget), text.left(60))
        .arg(needs)
        .arg(has);
}

bool toolTipHas(const QWidget &widget, const QString &text) {
    return !text.isEmpty() && widget.toolTip().contains(text);
}

void checkLabel(const QLabel &label, QStringList &faults) {
    if (label.text().isEmpty() || !label.pixmap(Qt::ReturnByValue).isNull()) {
        return;
    }
    const QSize has = label.contentsRect().size();
    const bool wraps = label.wordWrap();
    const int needsWidth = wraps ? label.minimumSizeHint().width() : label.sizeHint().width();
    if (needsWidth > label.width()) {
        faults << tooNarrow(label, label.text(), needsWidth, has.width());
    }
    const int needsHeight = wraps ? label.heightForWidth(label.width()) : label.sizeHint().height();
    if (needsHeight > label.height()) {
        faults << QStringLiteral("%1 needs a height of %2 px and has %3")
                      .arg(nameOf(label))
                      .arg(needsHeight)
                      .arg(label.height());
    }
}

void checkButton(const QAbstractButton &button, QStringList &faults) {
    if (button.text().isEmpty() || button.inherits("QToolButton")) {
        return;
    }
    const int needs =
        button.minimumSizeHint().isValid() ? button.minimumSizeHint().width() : button.sizeHint().width();
    if (needs > button.width() && !toolTipHas(button, button.text())) {
        faults << tooNarrow(button, button.text(), needs, button.width());
    }
}

void checkCombo(const QComboBox &combo, QStringList &faults) {
    QStyleOptionComboBox option;
    option.initFrom(&combo);
    option.editable = combo.isEditable();
    const QRect field =
        combo.style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, &combo);
    const int needs = combo.fontMetrics().horizontalAdvance(combo.currentText());
    if (needs > field.width() && !toolTipHas(combo, combo.currentText())) {
        faults << tooNarrow(combo, combo.currentText(), needs, field.width());
    }
}

void checkLine(const QLineEdit &line, QStringList &faults) {
    QStyleOptionFrame option;
    option.initFrom(&line);
    option.lineWidth = line.hasFrame() ? 1 : 0;
    const QRect field = line.style()->subElementRect(QStyle::SE_LineEditContents, &option, &line);
    const int needs = line.fontMetrics().horizontalAdvance(line.placeholderText());
    if (line.text().isEmpty() && needs > field.width() && !toolTipHas(line, line.placeholderText())) {
        faults << tooNarrow(line, line.placeholderText(), needs, field.width());
    }
    const int written = line.fontMetrics().horizontalAdvance(line.text());
    if (line.isReadOnly() && written > field.width() && !toolTipHas(line, line.text())) {
        faults << tooNarrow(line, line.text(), written, field.width());
    }
}

void checkHeader(const QHeaderView &header, QStringList &faults) {
    if (header.orientation() != Qt::Horizontal || header.model() == nullptr) {
        return;
    }
    for (int section = 0; section < header.count(); ++section) {
        const QString text = header.model()->headerData(section, Qt::Horizontal).toString();
        const int needs = header.fontMetrics().horizontalAdvance(text) + headerPadding;
        if (!header.isSectionHidden(section) && needs > header.sectionSize(section)) {
            faults << tooNarrow(header, text, needs, header.sectionSize(section));
        }
    }
}

void checkCells(const QAbstractItemView &view, QStringList &faults) {
    if (view.model() == nullptr || view.inherits("QHeaderView")) {
        return;
    }
    const QRect window = view.viewport()->rect();
    for (int row = 0; row < view.model()->rowCount(view.rootIndex()); ++row) {
        for (int column = 0; column < view.model()->columnCount(view.rootIndex()); ++column) {
            const QModelIndex index = view.model()->index(row, column, view.rootIndex());
            const QRect cell = view.visualRect(index);
            if (!cell.isValid() || !window.contains(cell) || view.indexWidget(index) != nullptr) {
                continue;
            }
            const QString text = index.data(Qt::DisplayRole).toString();
            const int needs = view.fontMetrics().horizontalAdvance(text) + cellPadding;
            if (needs > cell.width() && !index.data(Qt::ToolTipRole).toString().contains(text)) {
                faults << tooNarrow(view, text, needs, cell.width());
            }
        }
    }
}

void checkTabs(const QTabBar &tabs, QStringList &faults) {
    for (int tab = 0; tab < tabs.count(); ++tab) {
        const int needs = tabs.fontMetrics().horizontalAdvance(tabs.tabText(tab));
        if (tabs.isTabVisible(tab) && needs > tabs.tabRect(tab).width()) {
            faults << tooNarrow(tabs, tabs.tabText(tab), needs, tabs.tabRect(tab).width());
        }
    }
}

/// A widget that is smaller than it says it can be cuts something off.
void checkLeastSize(const QWidget &widget, QStringList &faults) {
    const QSize least = widget.minimumSizeHint().expandedTo(QSize(0, 0)).boundedTo(widget.maximumSize());
    if (widget.parentWidget() != nullptr && !widget.inherits("QAbstractScrollArea") &&
        !widget.inherits("QHeaderView") && !widget.inherits("QScrollBar") &&
        (widget.width() < least.width() || widget.height() < least.height())) {
        faults << QStringLiteral("%1 is %2 x %3 and needs at least %4 x %5")
                      .arg(nameOf(widget))
                      .arg(widget.width())
                      .arg(widget.height())
                      .arg(least.width())
                      .arg(least.height());
    }
}

/// Where the words of a widget stand, without its outline; empty for widgets without words of their own.
QRect wordsOf(const QWidget &widget) {
    constexpr int outline = 3;
    if (const auto *label = qobject_cast<const QLabel *>(&widget)) {
        const bool words = !label->text().isEmpty() && label->pixmap(Qt::ReturnByValue).isNull();
        return words ? label->contentsRect() : QRect();
    }
    if (const auto *button = qobject_cast<const QAbstractButton *>(&widget)) {
        if (button->text().isEmpty()) {
            return {};
        }
        const bool marked = qobject_cast<const QCheckBox *>(button) != nullptr ||
                            qobject_cast<const QRadioButton *>(button) != nullptr;
        return widget.rect().adjusted(marked ? 24 : outline, outline, -outline, -outline);
    }
    if (const auto *combo = qobject_cast<const QComboBox *>(&widget)) {
        return combo->currentText().isEmpty() ? QRect() : widget.rect().adjusted(8, 4, -26, -4);
    }
    if (const auto *line = qobject_cast<const QLineEdit *>(&widget)) {
        return line->text().isEmpty() && line->placeholderText().isEmpty()
                   ? QRect()
                   : widget.rect().adjusted(4, 4, -4, -4);
    }
    // What our own widgets paint themselves is what they are called.
    const QMetaObject *type = widget.metaObject();
    const bool painted = QByteArrayView(type->className()).startsWith("keyturn::") &&
                         type->superClass() == &QWidget::staticMetaObject && widget.layout() == nullptr;
    const bool hasWords = !widget.accessibleName().isEmpty() && widget.height() > outline * 4;
    return painted && hasWords ? widget.rect().adjusted(1, 1, -1, -1) : QRect();
}

void addCells(const QAbstractItemView &view, QList<QRect> &areas) {
    const QAbstractItemModel *model = view.model();
    if (model == nullptr || view.inherits("QHeaderView")) {
        return;
    }
    for (int row = 0; row < model->rowCount(view.rootIndex()); ++row) {
        for (int column = 0; column < model->columnCount(view.rootIndex()); ++column) {
            const QModelIndex index = model->index(row, column, view.rootIndex());
            const QRect cell = view.visualRect(index);
            const bool words = !index.data(Qt::DisplayRole).toString().isEmpty();
            if (words && cell.isValid() && view.viewport()->rect().contains(cell)) {
                areas << cell.translated(view.viewport()->pos()).adjusted(4, 4, -4, -4);
            }
        }
    }
}

/// The places of a widget that have words of their own each: cells, tabs, titles of columns.
QList<QRect> separateWords(const QWidget &widget) {
    QList<QRect> areas;
    if (const auto *view = qobject_cast<const QAbstractItemView *>(&widget)) {
        addCells(*view, areas);
    } else if (const auto *tabs = qobject_cast<const QTabBar *>(&widget)) {
        for (int tab = 0; tab < tabs->count(); ++tab) {
            const QRect place = tabs->tabRect(tab);
            const auto covers = [&](const QToolButton *scroller) {
                return scroller->isVisible() && scroller->geometry().intersects(place);
            };
            const auto scrollers = tabs->findChildren<QToolButton *>();
            if (tabs->isTabVisible(tab) && tabs->rect().contains(place) &&
                std::ranges::none_of(scrollers, covers)) { // else it is scrolled away
                areas << place.adjusted(2, 2, -2, -4);
            }
        }
    }
    if (const auto *header = qobject_cast<const QHeaderView *>(&widget)) {
        for (int section = 0; header->orientation() == Qt::Horizontal && section < header->count();
             ++section) {
            const QRect place(header->sectionViewportPosition(section), 0, header->sectionSize(section),
                              header->height());
            if (!header->isSectionHidden(section) && header->rect().contains(place) &&
                !header->model()->headerData(section, Qt::Horizontal).toString().isEmpty()) {
                areas << place.adjusted(2, 2, -4, -4);
            }
        }
    }
    return areas;
}

} // namespace

QStringList textFaults(QWidget &root) {
    QStringList faults;
    for (QWidget *widget : shown(root)) {
        if (const auto *header = qobject_cast<const QHeaderView *>(widget)) {
            checkHeader(*header, faults);
        }
        if (isPart(*widget)) {
            continue;
        }
        if (const auto *label = qobject_cast<const QLabel *>(widget)) {
            checkLabel(*label, faults);
            continue;
        }
        if (const auto *button = qobject_cast<const QAbstractButton *>(widget)) {
            checkButton(*button, faults);
        } else if (const auto *combo = qobject_cast<const QComboBox *>(widget)) {
            checkCombo(*combo, faults);
        } else if (const auto *line = qobject_cast<const QLineEdit *>(widget)) {
            checkLine(*line, faults);
        } else if (const auto *view = qobject_cast<const QAbstractItemView *>(widget)) {
            checkCells(*view, faults);
        } else if (const auto *tabs = qobject_cast<const QTabBar *>(widget)) {
            checkTabs(*tabs, faults);
        }
        checkLeastSize(*widget, faults);
    }
    return faults;
}

double renderedContrast(const QImage &image, const QRect &area) {
    const QRect inside = area.intersected(image.rect());
    QHash<QRgb, int> count;
    for (int y = inside.top(); y <= inside.bottom(); ++y) {
        for (int x = inside.left(); x <= inside.right(); ++x) {
            ++count[image.pixel(x, y) | 0xFF000000U];
        }
    }
    QRgb ground = 0;
    int most = 0;
    for (auto entry = count.cbegin(); entry != count.cend(); ++entry) {
        if (entry.value() > most) {
            most = entry.value();
            ground = entry.key();
        }
    }
    double best = 1;
    for (auto entry = count.cbegin(); entry != count.cend(); ++entry) {
        best = std::max(best, theme::contrastRatio(QColor(ground), QColor(entry.key())));
    }
    return best;
}

QStringList contrastFaults(QWidget &root) {
    QStringList faults;
    const QPixmap picture = root.grab();
    const double ratio = picture.devicePixelRatio();
    const QImage image = picture.toImage().convertToFormat(QImage::Format_RGB32);
    for (const QWidget *widget : shown(root)) {
        // What lies outside of a scrolled area is not seen, so it is not judged.
        if (widget->visibleRegion().boundingRect() != widget->rect()) {
            continue;
        }
        QList<QRect> areas = separateWords(*widget);
        areas << (isPart(*widget) ? QRect() : wordsOf(*widget));
        for (const QRect &words : areas) {
            if (words.isEmpty()) {
                continue;
            }
            const QRect placed(widget->mapTo(&root, words.topLeft()) * ratio, words.size() * ratio);
            const double contrast = renderedContrast(image, placed);
            if (contrast < leastContrast) {
                faults << QStringLiteral("%1 has a contrast of %2")
                              .arg(nameOf(*widget))
                              .arg(contrast, 0, 'f', 1);
            }
        }
    }
    return faults;
}

} // namespace keyturn::gui_test
