// SPDX-License-Identifier: Apache-2.0
#include "gui/endpoint/endpoint_window.h"

#include "ui/views/key_browser.h"

#include <QCoreApplication>

namespace keyturn::gui_test {
namespace {

widgets::News newsOf(const widgets::InlineBar *bar) {
    return bar != nullptr && bar->isVisible() ? bar->news() : widgets::News{};
}

} // namespace

EndpointWindow::EndpointWindow(const char *name) {
    for (const char *variable :
         {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "HOME"}) {
        qputenv(variable, m_home.path().toUtf8());
    }
    QCoreApplication::setOrganizationName(QStringLiteral("keyturn-test"));
    QCoreApplication::setApplicationName(QString::fromLatin1(name));
    auto keys = std::make_shared<test::FixedAccessKeys>();
    keys->add("ASIASSO", "secret-CANARY");
    for (int session = 1; session <= 200; ++session) {
        keys->add("ASIA" + std::to_string(session), "secret/CANARY&" + std::to_string(session));
    }
    for (const char *alias : {"alias/shop/orders", "alias/shop/customers", "alias/billing/invoices"}) {
        kms->addKey(alias);
    }
    auto server = endpoint::Server::start(kms, std::move(keys), {.region = "eu-central-1"});
    if (!server) {
        qFatal("no endpoint: %s", server.error().detail.c_str());
    }
    m_server = std::move(*server);
    auto profiles =
        workspace::ProfileStore::load(m_home.filePath(QStringLiteral("profiles.json")).toStdString());
    m_profiles = std::make_unique<workspace::ProfileStore>(std::move(*profiles));
}

EndpointWindow::~EndpointWindow() {
    window.reset();
    m_server->stop();
}

workspace::Profile EndpointWindow::profile(const std::string &name) const {
    workspace::Profile made;
    made.id = workspace::newProfileId();
    made.name = name;
    made.service = workspace::EndpointService::Aws;
    made.endpointUrl = m_server->url();
    made.region = "eu-central-1";
    made.environment = workspace::Environment::Staging;
    return made;
}

void EndpointWindow::store(const workspace::Profile &profile) {
    if (!m_profiles->add(profile)) {
        qFatal("the profile is not taken");
    }
}

void EndpointWindow::open() {
    window.reset();
    window = std::make_unique<ui::MainWindow>(
        ui::MainWindowParts{.profiles = m_profiles.get(), .keychain = &keychain});
    if (!Stage::show(*window, {1280, 800})) {
        qFatal("no window");
    }
}

QAction *EndpointWindow::action(ui::ActionId id) const {
    return window->findChild<ui::ActionSet *>()->action(id);
}

widgets::InlineBar *EndpointWindow::newsBar() const {
    for (widgets::InlineBar *bar : window->findChildren<widgets::InlineBar *>()) {
        if (bar->isVisible() && bar->window() == window.get() &&
            !window->findChild<ui::KeyBrowser *>()->isAncestorOf(bar)) {
            return bar;
        }
    }
    return nullptr;
}

widgets::News EndpointWindow::news() const {
    return newsOf(newsBar());
}

widgets::News EndpointWindow::listNews() const {
    return newsOf(window->findChild<ui::KeyBrowser *>()->findChild<widgets::InlineBar *>());
}

} // namespace keyturn::gui_test
