// SPDX-License-Identifier: Apache-2.0
// What every dialog needs whatever it is about: Tab in the order of the layout, and a height that follows the
// content, so that news and faults never squeeze the fields. GUI thread.
#pragma once

class QDialog;
class QScrollArea;
class QWidget;

namespace keyturn::ui {

/// Makes Tab go through the widgets as they are laid out. Call it when all parts are in place.
void orderTabsAsLaidOut(QWidget &root);

/// Lets the dialog grow, up to the screen's height, when its layout needs more than before: by what the
/// layout asks for, not by the height that its parts happen to have. It gives back only what it has grown.
void growWithContent(QDialog &dialog);
/// The same for a dialog whose content stands in a scroll area: only what the screen cannot hold scrolls.
void growWithContent(QDialog &dialog, QScrollArea &content);

} // namespace keyturn::ui
