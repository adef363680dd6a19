// SPDX-License-Identifier: Apache-2.0
// Runtime: what only some commands need, made when it is needed: the Qt application object (keychain,
// network) and the keychain. Most vault commands never make them, which keeps the start fast. One thread;
// lives in main.
#pragma once

#include "credentials/session_cache.h"
#include "history/recorder.h"
#include "keychain/blocking_keychain.h"
#include "workspace/worker.h"

#include <memory>

class QCoreApplication;

namespace keyturn::cli {

class Runtime {
public:
    Runtime(int &argumentCount, char **arguments);
    ~Runtime();

    void needApplication();
    keychain::BlockingKeychain &keychain();
    /// In the same one; answers through the event loop.
    std::shared_ptr<credentials::SessionCache> sessionCache();
    /// What is done on profiles and endpoints is recorded there. Its key is fetched at the first call of
    /// this.
    std::shared_ptr<history::Recorder> history();
    /// Until all of it is on disk; why not, where something is missing.
    Status finishHistory();
    /// Until what was renewed in the middle of work, when no event loop ran, lies in the keychain.
    void finishSaving();
    /// Asks the questions of a call that is under way. Here, because it ends last: whatever asked is released
    /// on it.
    workspace::Worker &terminalThread();

private:
    int &m_argumentCount;
    char **m_arguments;
    std::unique_ptr<QCoreApplication> m_application;
    keychain::CallOptions m_options;
    std::unique_ptr<keychain::Keychain> m_keychain;
    std::unique_ptr<keychain::BlockingKeychain> m_blocking;
    std::shared_ptr<credentials::SessionCache> m_sessions;
    std::unique_ptr<workspace::Worker> m_terminal;
    std::shared_ptr<history::Recorder> m_history;
};

} // namespace keyturn::cli
