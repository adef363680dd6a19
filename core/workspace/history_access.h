// SPDX-License-Identifier: Apache-2.0
// Where the history lies, what opens it, and whether contexts stand in it in the clear. Its key comes from
// where journals' keys come from (journal_keys.h): the OS keychain, and only where there is none at all a
// file of mode 0600 in the state folder; the history names its source and is opened with a key of that source
// only. Thread rule: that of the keychain for whatever takes one; else any thread that may block on a file.
// Errors: those of journal_keys.h and chainlog/log_file.h.
#pragma once

#include "chainlog/log_file.h"
#include "history/recorder.h"
#include "workspace/journal_keys.h"

#include <filesystem>
#include <memory>
#include <string>

class QObject;

namespace keyturn::workspace {

struct HistoryPlace {
    std::filesystem::path file;          ///< `history.ktlog` in the state folder
    std::filesystem::path contextSwitch; ///< `history-context` in the configuration folder
    std::filesystem::path stateFolder;   ///< of the key
};
HistoryPlace defaultHistoryPlace();

/// Off unless switched on.
bool contextInTheClear(const HistoryPlace &place);
Status setContextInTheClear(const HistoryPlace &place, bool clear);

/// The keychain for these functions; null: as on a machine that has none.
std::shared_ptr<JournalKeychain> journalKeychainOrNone(keychain::Keychain *keychain);

/// The key of the history that exists, or of the one to be made. `done` is called once.
void obtainHistoryKey(const HistoryPlace &place, std::shared_ptr<JournalKeychain> keychain,
                      UniqueFunction<void(Result<history::HistoryKey>)> done);
/// "the OS keychain, item <uuid>", "the file <path>, for there is no keychain": for people.
std::string sealedBy(const HistoryPlace &place, const std::string &keySource);

history::RecorderOptions recorderOptions(const HistoryPlace &place, std::string program);

/// For a window: fetches its key when it is first needed, on the thread of `window` (the GUI's) and not after
/// its death. The keychain may be null, and outlives the window.
std::shared_ptr<history::Recorder> windowHistory(const HistoryPlace &place, keychain::Keychain *keychain,
                                                 QObject *window);

} // namespace keyturn::workspace
