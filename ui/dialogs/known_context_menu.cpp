// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/known_context_menu.h"

#include "ui/dialogs/context_pairs.h"
#include "ui/models/key_words.h"
#include "ui/presenters/known_contexts.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/icons.h"
#include "ui/widgets/context_grid.h"

#include <QMenu>
#include <QPushButton>

namespace keyturn::ui {
namespace {

constexpr int longestLine = 60;

QString lineOf(const KnownContext &known) {
    QStringList pairs;
    for (const auto &[name, value] : known.context) {
        pairs += fromUtf8(name) + u'=' + fromUtf8(value);
    }
    QString line = pairs.join(QStringLiteral(", "));
    if (line.size() > longestLine) {
        line = line.left(longestLine - 1) + u'\u2026';
    }
    return line.replace(u'&', QStringLiteral("&&"));
}

void fill(QMenu &menu, widgets::ContextGrid &grid, const KnownContexts &known) {
    menu.clear();
    for (const KnownContext &each : known.all()) {
        if (each.context.empty()) {
            continue;
        }
        QAction *act = menu.addAction(lineOf(each));
        act->setToolTip(each.origin);
        QObject::connect(act, &QAction::triggered, &grid,
                         [&grid, pairs = pairsOf(each.context)] { grid.setPairs(pairs); });
    }
    if (menu.isEmpty()) {
        menu.addAction(QMenu::tr("None was used in this session yet"))->setEnabled(false);
    }
}

} // namespace

void offerKnownContexts(widgets::ContextGrid &grid, const KnownContexts &known) {
    auto *button = new QPushButton(&grid);
    button->setAccessibleName(QPushButton::tr("Known contexts"));
    button->setObjectName(QStringLiteral("contextKnown"));
    button->setIcon(theme::icon(theme::Icon::History));
    button->setToolTip(
        QPushButton::tr("Fills in a context that was used in this session or read from a record"));
    auto *menu = new QMenu(button);
    menu->setToolTipsVisible(true);
    QObject::connect(menu, &QMenu::aboutToShow, &grid, [menu, &grid, &known] { fill(*menu, grid, known); });
    button->setMenu(menu);
    theme::setButtonKind(*button, theme::ButtonKind::Quiet);
    grid.addAct(button);
}

} // namespace keyturn::ui
