// SPDX-License-Identifier: Apache-2.0
// render_mark SVG SIZE PNG: writes the product's mark as a square PNG. A build step, not installed.
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QImage>
#include <QPainter>
#include <QStringList>
#include <QSvgRenderer>

#include <cstdio>

namespace {

constexpr int smallestSize = 8;
constexpr int largestSize = 1024;

int failWith(const char *what) {
    std::fprintf(stderr, "render_mark: %s\n", what);
    return 1;
}

} // namespace

int main(int argc, char **argv) {
    const QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() != 4) {
        return failWith("usage: render_mark SVG SIZE PNG");
    }
    const int size = arguments.at(2).toInt();
    if (size < smallestSize || size > largestSize) {
        return failWith("SIZE takes 8 to 1024");
    }
    QSvgRenderer renderer(arguments.at(1));
    if (!renderer.isValid()) {
        return failWith("the SVG cannot be read");
    }
    QImage image(size, size, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    renderer.render(&painter, QRectF(0, 0, size, size));
    painter.end();
    QDir().mkpath(QFileInfo(arguments.at(3)).path());
    return image.save(arguments.at(3), "PNG") ? 0 : failWith("the PNG cannot be written");
}
