// SPDX-License-Identifier: Apache-2.0
#include "ui/views/action_table.h"

#include "ui/models/key_words.h"

#include <QAction>
#include <QCoreApplication>
#include <QWidget>

#include <array>

namespace keyturn::ui {
namespace {

using theme::Icon;
using workspace::Act;
using Id = ActionId;
using Menu = ActionMenu;
using Needs = ActionNeeds;

constexpr std::optional<Act> none;

// clang-format off
constexpr std::array rows{
    ActionRow{Id::NewVault, "action.newVault", QT_TRANSLATE_NOOP("Actions", "New vault\u2026"), Icon::Vault, "", Menu::File, none},
    ActionRow{Id::OpenVault, "action.openVault", QT_TRANSLATE_NOOP("Actions", "Open vault\u2026"), Icon::Open, "Ctrl+O", Menu::File, none},
    ActionRow{Id::OpenVaultReadOnly, "action.openVaultReadOnly", QT_TRANSLATE_NOOP("Actions", "Open vault read-only\u2026"), Icon::Reveal, "", Menu::File, none},
    ActionRow{Id::Profiles, "action.profiles", QT_TRANSLATE_NOOP("Actions", "Profiles and connections\u2026"), Icon::Profile, "Ctrl+P", Menu::File, none},
    ActionRow{Id::TakeCopy, "action.takeCopy", QT_TRANSLATE_NOOP("Actions", "Take an offline copy\u2026"), Icon::Save, "", Menu::File, none, Needs::Endpoint, false, false, true},
    ActionRow{Id::OfflineCopies, "action.offlineCopies", QT_TRANSLATE_NOOP("Actions", "Offline copies\u2026"), Icon::Folder, "Ctrl+Shift+O", Menu::File, none},
    ActionRow{Id::Lock, "action.lock", QT_TRANSLATE_NOOP("Actions", "Lock"), Icon::Lock, "Ctrl+L", Menu::File, none, Needs::AnySession, true, false, true},
    ActionRow{Id::CloseSession, "action.close", QT_TRANSLATE_NOOP("Actions", "Close"), Icon::Close, "Ctrl+W", Menu::File, none, Needs::AnySession},
    ActionRow{Id::ChangePassphrase, "action.changePassphrase", QT_TRANSLATE_NOOP("Actions", "Change passphrase\u2026"), Icon::Edit, "", Menu::File, none, Needs::WritableVault, false, false, true},
    ActionRow{Id::RecoveryCode, "action.recoveryCode", QT_TRANSLATE_NOOP("Actions", "Make a recovery code\u2026"), Icon::Material, "", Menu::File, none, Needs::WritableVault},
    ActionRow{Id::RenewVaultKey, "action.renewVaultKey", QT_TRANSLATE_NOOP("Actions", "Renew vault key\u2026"), Icon::Rotate, "", Menu::File, none, Needs::WritableVault},
    ActionRow{Id::RememberInKeychain, "action.rememberInKeychain", QT_TRANSLATE_NOOP("Actions", "Unlock with the OS keychain\u2026"), Icon::Unlock, "", Menu::File, none, Needs::WritableVault},
    ActionRow{Id::BackUp, "action.backUp", QT_TRANSLATE_NOOP("Actions", "Back up vault\u2026"), Icon::Save, "", Menu::File, none, Needs::WritableVault},
    ActionRow{Id::VerifyVault, "action.verifyVault", QT_TRANSLATE_NOOP("Actions", "Verify vault"), Icon::Check, "", Menu::File, none, Needs::UnlockedVault},
    ActionRow{Id::Serve, "action.serve", QT_TRANSLATE_NOOP("Actions", "Serve on loopback\u2026"), Icon::Server, "", Menu::File, none, Needs::WritableVault, false, false, true},
    ActionRow{Id::Quit, "action.quit", QT_TRANSLATE_NOOP("Actions", "Quit"), Icon::Close, "Ctrl+Q", Menu::File, none, Needs::Nothing, false, false, true},

    ActionRow{Id::CreateKey, "action.createKey", QT_TRANSLATE_NOOP("Actions", "Create key\u2026"), Icon::CreateKey, "Ctrl+N", Menu::Key, Act::CreateKey, Needs::Nothing, true},
    ActionRow{Id::RotateNow, "action.rotateNow", QT_TRANSLATE_NOOP("Actions", "Rotate now\u2026"), Icon::Rotate, "", Menu::Key, Act::RotateNow, Needs::Nothing, false, true, true},
    ActionRow{Id::Enable, "action.enable", QT_TRANSLATE_NOOP("Actions", "Enable"), Icon::Enable, "", Menu::Key, Act::Enable, Needs::Nothing, false, true},
    ActionRow{Id::Disable, "action.disable", QT_TRANSLATE_NOOP("Actions", "Disable\u2026"), Icon::Disable, "", Menu::Key, Act::Disable, Needs::Nothing, false, true},
    ActionRow{Id::ScheduleDeletion, "action.scheduleDeletion", QT_TRANSLATE_NOOP("Actions", "Schedule deletion\u2026"), Icon::Delete, "Del", Menu::Key, Act::ScheduleDeletion, Needs::Nothing, false, true, true},
    ActionRow{Id::CancelDeletion, "action.cancelDeletion", QT_TRANSLATE_NOOP("Actions", "Cancel deletion and enable"), Icon::CancelDeletion, "", Menu::Key, Act::CancelDeletion, Needs::Nothing, false, true},
    ActionRow{Id::CreateAlias, "action.createAlias", QT_TRANSLATE_NOOP("Actions", "Add alias\u2026"), Icon::Alias, "", Menu::Key, Act::CreateAlias, Needs::Nothing, false, true, true},
    ActionRow{Id::CopyArn, "action.copyArn", QT_TRANSLATE_NOOP("Actions", "Copy key ARN"), Icon::Copy, "Ctrl+C", Menu::Key, none, Needs::OneKey, false, true, true},
    ActionRow{Id::CopyAsCommand, "action.copyAsCommand", QT_TRANSLATE_NOOP("Actions", "Copy as command"), Icon::CopyCommand, "Ctrl+Shift+C", Menu::Key, none, Needs::OneKey, false, true},

    ActionRow{Id::Encrypt, "action.encrypt", QT_TRANSLATE_NOOP("Actions", "Encrypt\u2026"), Icon::Encrypt, "Ctrl+E", Menu::Cryptography, Act::Encrypt, Needs::Nothing, true, true},
    ActionRow{Id::Decrypt, "action.decrypt", QT_TRANSLATE_NOOP("Actions", "Decrypt\u2026"), Icon::Decrypt, "Ctrl+D", Menu::Cryptography, Act::Decrypt, Needs::Nothing, true},
    ActionRow{Id::ReEncrypt, "action.reEncrypt", QT_TRANSLATE_NOOP("Actions", "Re-encrypt\u2026"), Icon::ReEncrypt, "Ctrl+R", Menu::Cryptography, Act::ReEncrypt, Needs::Nothing, true},
    ActionRow{Id::ReEncryptInBulk, "action.reEncryptInBulk", QT_TRANSLATE_NOOP("Actions", "Re-encrypt in bulk\u2026"), Icon::Material, "Ctrl+Shift+R", Menu::Cryptography, Act::ReEncrypt},
    ActionRow{Id::BulkJobs, "action.bulkJobs", QT_TRANSLATE_NOOP("Actions", "Bulk jobs"), Icon::History, "", Menu::Cryptography, none, Needs::AnySession},
    ActionRow{Id::DataKey, "action.dataKey", QT_TRANSLATE_NOOP("Actions", "Data key\u2026"), Icon::DataKey, "Ctrl+G", Menu::Cryptography, Act::GenerateDataKey, Needs::Nothing, true, true, true},
    ActionRow{Id::Sign, "action.sign", QT_TRANSLATE_NOOP("Actions", "Sign or make MAC\u2026"), Icon::Edit, "", Menu::Cryptography, Act::Sign, Needs::Nothing, false, true, true},
    ActionRow{Id::Verify, "action.verify", QT_TRANSLATE_NOOP("Actions", "Verify signature or MAC\u2026"), Icon::Check, "", Menu::Cryptography, Act::Verify, Needs::Nothing, false, true},
    ActionRow{Id::Inspect, "action.inspect", QT_TRANSLATE_NOOP("Actions", "Inspect\u2026"), Icon::Inspect, "Ctrl+I", Menu::Cryptography, none, Needs::Nothing, true, false, true},
    ActionRow{Id::CallOperation, "action.callOperation", QT_TRANSLATE_NOOP("Actions", "Call any operation\u2026"), Icon::More, "Ctrl+Shift+K", Menu::Cryptography, none, Needs::AnySession},

    ActionRow{Id::Refresh, "action.refresh", QT_TRANSLATE_NOOP("Actions", "Refresh"), Icon::Refresh, "F5", Menu::View, none, Needs::AnySession, true},
    ActionRow{Id::FocusFilter, "action.focusFilter", QT_TRANSLATE_NOOP("Actions", "Filter keys"), Icon::Filter, "Ctrl+F", Menu::View, none, Needs::AnySession},
    ActionRow{Id::CommandPalette, "action.commandPalette", QT_TRANSLATE_NOOP("Actions", "Command palette"), Icon::Search, "Ctrl+K", Menu::View, none},
    ActionRow{Id::History, "action.history", QT_TRANSLATE_NOOP("Actions", "History"), Icon::History, "Ctrl+H", Menu::View, none},
    ActionRow{Id::ShortcutSheet, "action.shortcutSheet", QT_TRANSLATE_NOOP("Actions", "Keyboard shortcuts"), Icon::Help, "Ctrl+/", Menu::Help, none},
    ActionRow{Id::ThemeSystem, "action.themeSystem", QT_TRANSLATE_NOOP("Actions", "Follow the system's colours"), Icon::Settings, "", Menu::View, none, Needs::Nothing, false, false, true},
    ActionRow{Id::ThemeLight, "action.themeLight", QT_TRANSLATE_NOOP("Actions", "Light"), Icon::Settings, "", Menu::View, none},
    ActionRow{Id::ThemeDark, "action.themeDark", QT_TRANSLATE_NOOP("Actions", "Dark"), Icon::Settings, "", Menu::View, none},
    ActionRow{Id::About, "action.about", QT_TRANSLATE_NOOP("Actions", "About Keyturn"), Icon::Info, "", Menu::Help, none, Needs::Nothing, false, false, true},
};
// clang-format on

constexpr bool inOrder() {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (static_cast<std::size_t>(rows[i].id) != i) {
            return false;
        }
    }
    return rows.size() == static_cast<std::size_t>(Id::Count_);
}
static_assert(inOrder(), "the rows stand in the order of ActionId");

std::optional<std::string> whyNeedsNot(ActionNeeds needs, const ActionSituation &situation) {
    switch (needs) {
    case Needs::Nothing:
        return std::nullopt;
    case Needs::AnySession:
        return situation.work.open ? std::nullopt : std::optional<std::string>("Nothing is open.");
    case Needs::Endpoint:
        return !situation.work.open      ? std::optional<std::string>("Connect to a profile first.")
               : situation.unlockedVault ? std::optional<std::string>("A vault needs no network.")
               : situation.offlineCopy
                   ? std::optional<std::string>("What is open is an offline copy already. Connect first.")
                   : std::nullopt;
    case Needs::UnlockedVault:
        return situation.unlockedVault ? std::nullopt : std::optional<std::string>("Unlock a vault first.");
    case Needs::WritableVault:
        return !situation.unlockedVault ? std::optional<std::string>("Unlock a vault first.")
               : situation.readOnly     ? std::optional<std::string>("The vault is open read-only.")
                                        : std::nullopt;
    case Needs::OneKey:
        return situation.work.selection.size() == 1 ? std::nullopt
                                                    : std::optional<std::string>("Select one key first.");
    }
    return std::nullopt;
}

} // namespace

std::span<const ActionRow> actionRows() {
    return rows;
}

const ActionRow &actionRow(ActionId id) {
    return rows[static_cast<std::size_t>(id)];
}

std::optional<std::string> whyActionNot(const ActionRow &row, const ActionSituation &situation) {
    if (auto reason = whyNeedsNot(row.needs, situation)) {
        return reason;
    }
    return row.act ? workspace::whyNot(*row.act, situation.work) : std::nullopt;
}

ActionSet::ActionSet(QWidget *window)
    : QObject(window) {
    for (const ActionRow &row : rows) {
        auto *action =
            new QAction(theme::icon(row.icon), QCoreApplication::translate("Actions", row.text), window);
        action->setObjectName(QString::fromLatin1(row.name));
        action->setShortcut(QKeySequence(QString::fromLatin1(row.shortcut), QKeySequence::PortableText));
        action->setMenuRole(row.id == Id::Quit    ? QAction::QuitRole
                            : row.id == Id::About ? QAction::AboutRole
                                                  : QAction::NoRole);
        connect(action, &QAction::triggered, this, [this, id = row.id] { Q_EMIT triggered(id); });
        window->addAction(action);
        m_actions.append(action);
    }
}

void ActionSet::update(const ActionSituation &situation) {
    for (const ActionRow &row : rows) {
        const auto reason = whyActionNot(row, situation);
        QAction *each = action(row.id);
        each->setEnabled(!reason);
        const QString name = each->text().remove(u'\u2026');
        const QString keys = each->shortcut().toString(QKeySequence::NativeText);
        const QString plain = keys.isEmpty() ? name : name + QStringLiteral(" (") + keys + u')';
        each->setToolTip(reason ? plain + u'\n' + fromUtf8(*reason) : plain);
        each->setStatusTip(reason ? fromUtf8(*reason) : QString());
    }
}

} // namespace keyturn::ui
