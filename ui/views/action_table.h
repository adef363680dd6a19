// SPDX-License-Identifier: Apache-2.0
// The table of actions: one row each, with id, text, icon, shortcut, place in the menus and when it applies.
// Menus, tool bar, context menu, command palette and shortcut sheet are made from it; nothing else makes a
// QAction for an act. ActionSet: the rows as QActions of a window, greyed out with the reason in tooltip and
// status bar. GUI thread.
#pragma once

#include "ui/theme/icons.h"
#include "workspace/applicability.h"

#include <QList>
#include <QObject>

#include <cstdint>
#include <optional>
#include <span>

class QAction;
class QWidget;

namespace keyturn::ui {

enum class ActionId : std::uint8_t {
    NewVault,
    OpenVault,
    OpenVaultReadOnly,
    Profiles,
    TakeCopy,
    OfflineCopies,
    Lock,
    CloseSession,
    ChangePassphrase,
    RecoveryCode,
    RenewVaultKey,
    RememberInKeychain,
    BackUp,
    VerifyVault,
    Serve,
    Quit,
    CreateKey,
    RotateNow,
    Enable,
    Disable,
    ScheduleDeletion,
    CancelDeletion,
    CreateAlias,
    CopyArn,
    CopyAsCommand,
    Encrypt,
    Decrypt,
    ReEncrypt,
    ReEncryptInBulk,
    BulkJobs,
    DataKey,
    Sign,
    Verify,
    Inspect,
    CallOperation,
    Refresh,
    FocusFilter,
    CommandPalette,
    History,
    ShortcutSheet,
    ThemeSystem,
    ThemeLight,
    ThemeDark,
    About,
    Count_
};

enum class ActionMenu : std::uint8_t { File, Key, Cryptography, View, Help };

/// What must hold besides an Act's own rule.
enum class ActionNeeds : std::uint8_t { Nothing, AnySession, Endpoint, UnlockedVault, WritableVault, OneKey };

struct ActionRow {
    ActionId id;
    const char *name; ///< object name of the QAction, "action.createKey"
    const char *text; ///< as in menus
    theme::Icon icon;
    const char *shortcut; ///< portable text; empty: none
    ActionMenu menu;
    std::optional<workspace::Act> act; ///< its rule says when it applies
    ActionNeeds needs = ActionNeeds::Nothing;
    bool inToolBar = false;
    bool inContextMenu = false;
    bool startsGroup = false; ///< a separator before it
};

std::span<const ActionRow> actionRows();
const ActionRow &actionRow(ActionId id);

/// What the actions depend on.
struct ActionSituation {
    workspace::Situation work;
    bool unlockedVault = false;
    bool readOnly = false;
    bool offlineCopy = false; ///< what is open is one
};

/// Nothing when the action applies, else why not. Pure.
std::optional<std::string> whyActionNot(const ActionRow &row, const ActionSituation &situation);

class ActionSet : public QObject {
    Q_OBJECT

public:
    explicit ActionSet(QWidget *window);

    QAction *action(ActionId id) const { return m_actions[static_cast<std::size_t>(id)]; }
    void update(const ActionSituation &situation);

Q_SIGNALS:
    void triggered(keyturn::ui::ActionId id);

private:
    QList<QAction *> m_actions; ///< in the order of ActionId; owned by the window
};

} // namespace keyturn::ui
