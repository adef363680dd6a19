// SPDX-License-Identifier: Apache-2.0
// Pages that show every widget of ui/widgets, and Qt's own in our style, in their states. Each page is made
// whole and owned by the caller.
#pragma once

#include <QWidget>

#include <memory>

namespace keyturn::gui_test {

std::unique_ptr<QWidget> controlsPage();
std::unique_ptr<QWidget> viewsPage();
std::unique_ptr<QWidget> barsPage();
std::unique_ptr<QWidget> environmentsPage();
std::unique_ptr<QWidget> statesPage();
std::unique_ptr<QWidget> secretsPage();
std::unique_ptr<QWidget> contextPage();
std::unique_ptr<QWidget> blobsPage();
std::unique_ptr<QWidget> formPage();
std::unique_ptr<QWidget> filterPage();
std::unique_ptr<QWidget> emptyPage();
std::unique_ptr<QWidget> iconsPage();
std::unique_ptr<QWidget> menuPage();

} // namespace keyturn::gui_test
