// SPDX-License-Identifier: Apache-2.0
// DialogContext: what a dialog that acts on keys works with. Plain struct of borrowed parts, made by the main
// window; all outlive every dialog. GUI thread.
#pragma once

namespace keyturn::workspace {
class Session;
}

namespace keyturn::ui {

class KeyCatalog;
class KnownContexts;
class RecentKeys;
class SessionConsents;

struct DialogContext {
    workspace::Session *session = nullptr;
    KeyCatalog *catalog = nullptr;
    RecentKeys *recentKeys = nullptr;
    KnownContexts *knownContexts = nullptr;
    SessionConsents *consents = nullptr;
};

} // namespace keyturn::ui
