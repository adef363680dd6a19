// SPDX-License-Identifier: Apache-2.0
#include "ui/desktop/tray.h"

#include <QMenu>
#include <QSystemTrayIcon>

namespace keyturn::desktop {
namespace {

class SystemTray final : public Tray {
public:
    explicit SystemTray(QIcon icon)
        : m_icon(std::move(icon)) {}

    bool isThere() const override { return QSystemTrayIcon::isSystemTrayAvailable(); }
    void show(const QString &words) override {
        if (!m_tray) {
            make();
        }
        m_tray->setToolTip(words);
        m_tray->show();
    }
    void hide() override {
        if (m_tray) {
            m_tray->hide();
        }
    }

private:
    void make() {
        m_menu = std::make_unique<QMenu>();
        QObject::connect(m_menu->addAction(tr("Open Keyturn")), &QAction::triggered, this, &Tray::opened);
        m_menu->addSeparator();
        QObject::connect(m_menu->addAction(tr("Pause and quit")), &QAction::triggered, this,
                         &Tray::quitAsked);
        m_tray = std::make_unique<QSystemTrayIcon>(m_icon);
        m_tray->setContextMenu(m_menu.get());
        QObject::connect(m_tray.get(), &QSystemTrayIcon::activated, this,
                         [this](QSystemTrayIcon::ActivationReason reason) {
                             if (reason != QSystemTrayIcon::Context) {
                                 Q_EMIT opened();
                             }
                         });
    }

    QIcon m_icon;
    std::unique_ptr<QMenu> m_menu; ///< the tray's own would not own it
    std::unique_ptr<QSystemTrayIcon> m_tray;
};

} // namespace

std::unique_ptr<Tray> makeTray(const QIcon &icon) {
    return std::make_unique<SystemTray>(icon);
}

} // namespace keyturn::desktop
