// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/icons.h"

#include "ui/theme/icon_engine.h"
#include "ui/theme/metrics.h"

#include <QFile>
#include <QHash>
#include <QPainter>
#include <QSvgRenderer>

#include <algorithm>
#include <array>

// The resources stand in a static library: the linker keeps them only when somebody asks by name.
static void keepIconResources() {
    Q_INIT_RESOURCE(keyturn_icons);
}

namespace keyturn::theme {
namespace {

constexpr std::array iconNames{
    "state-enabled",
    "state-disabled",
    "state-pending-deletion",
    "state-pending-import",
    "state-unavailable",
    "state-changing",
    "key",
    "create-key",
    "rotate",
    "enable",
    "disable",
    "delete",
    "cancel-deletion",
    "encrypt",
    "decrypt",
    "re-encrypt",
    "data-key",
    "inspect",
    "alias",
    "material",
    "import",
    "vault",
    "folder",
    "file",
    "profile",
    "connect",
    "server",
    "history",
    "calendar",
    "clock",
    "copy",
    "copy-command",
    "paste",
    "save",
    "open",
    "edit",
    "swap",
    "lock",
    "unlock",
    "reveal",
    "hide",
    "search",
    "filter",
    "columns",
    "refresh",
    "settings",
    "warning",
    "error",
    "info",
    "success",
    "help",
    "close",
    "cancel",
    "add",
    "remove",
    "more",
    "back",
    "forward",
    "check",
    "chevron-down",
    "chevron-up",
    "chevron-right",
    "mark",
};
static_assert(iconNames.size() == static_cast<std::size_t>(Icon::Count_));

constexpr const char *strokeOf16 = "stroke-width=\"1.5\"";
constexpr const char *strokeOf16At24 = "stroke-width=\"1\"";

QByteArray readSource(const QString &name) {
    keepIconResources();
    QFile file(u":/keyturn/icons/" % name % u".svg");
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The drawing for a size: the 24 grid where there is one and the size calls for it.
QByteArray source(Icon icon, double size) {
    static QHash<QString, QByteArray> cache;
    const auto cached = [](const QString &name) {
        auto found = cache.constFind(name);
        return found != cache.constEnd() ? *found : *cache.insert(name, readSource(name));
    };
    if (size >= metric::iconLarge) {
        const QByteArray large = cached(iconName(icon) % u"-24");
        if (!large.isEmpty()) {
            return large;
        }
    }
    QByteArray svg = cached(iconName(icon));
    if (size >= metric::iconLarge) {
        svg.replace(strokeOf16, strokeOf16At24); // as thin as on the 24 grid
    }
    return svg;
}

} // namespace

QString iconName(Icon icon) {
    return QString::fromLatin1(iconNames.at(static_cast<std::size_t>(icon)));
}

QIcon icon(Icon icon, ColorRole role) {
    return QIcon(new IconEngine(icon, role));
}

QIcon applicationIcon() {
    keepIconResources();
    QIcon mark;
    for (const int side : {16, 24, 32, 48, 64, 128, 256}) {
        QPixmap pixmap(side, side);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        QSvgRenderer(QStringLiteral(":/keyturn/mark/mark.svg")).render(&painter);
        painter.end();
        mark.addPixmap(pixmap);
    }
    return mark;
}

void paintIcon(QPainter &painter, const QRectF &rect, Icon icon, const QColor &color) {
    const double side = std::min(rect.width(), rect.height());
    QByteArray svg = source(icon, side);
    svg.replace("currentColor", color.name(QColor::HexRgb).toLatin1());
    QSvgRenderer renderer(svg);
    QRectF square(0, 0, side, side);
    square.moveCenter(rect.center());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    renderer.render(&painter, square);
    painter.restore();
}

} // namespace keyturn::theme
