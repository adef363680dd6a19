// SPDX-License-Identifier: Apache-2.0
#include "runtime.h"

#include "console.h"
#include "credentials/obtain_and_wait.h"
#include "keychain/desktop_keychain.h"
#include "workspace/history_access.h"

#include <QCoreApplication>

namespace keyturn::cli {

Runtime::Runtime(int &argumentCount, char **arguments)
    : m_argumentCount(argumentCount)
    , m_arguments(arguments) {}

Runtime::~Runtime() = default;

void Runtime::needApplication() {
    if (!m_application) {
        m_application = std::make_unique<QCoreApplication>(m_argumentCount, m_arguments);
    }
}

keychain::BlockingKeychain &Runtime::keychain() {
    if (!m_blocking) {
        needApplication();
        m_keychain = std::make_unique<keychain::DesktopKeychain>();
        // With a terminal somebody may be typing the keyring's password; a script must not hang.
        m_options.timeout = canPrompt() ? std::chrono::seconds(120) : std::chrono::seconds(5);
        m_blocking = std::make_unique<keychain::BlockingKeychain>(*m_keychain, m_options);
    }
    return *m_blocking;
}

std::shared_ptr<credentials::SessionCache> Runtime::sessionCache() {
    if (!m_sessions) {
        static_cast<void>(keychain());
        m_sessions = credentials::keychainSessionCache(*m_keychain, m_options);
    }
    return m_sessions;
}

void Runtime::finishSaving() {
    if (m_sessions) {
        credentials::finishSaving(*m_sessions);
    }
}

std::shared_ptr<history::Recorder> Runtime::history() {
    if (!m_history) {
        const auto place = workspace::defaultHistoryPlace();
        m_history = std::make_shared<history::Recorder>(workspace::recorderOptions(place, "cli"));
        workspace::obtainHistoryKey(
            place, workspace::journalKeychain(keychain()),
            [this](Result<history::HistoryKey> key) { m_history->provideKey(std::move(key)); });
    }
    return m_history;
}

Status Runtime::finishHistory() {
    if (!m_history) {
        return {};
    }
    auto done = m_history->flush();
    return m_history->lostCalls() > 0 ? done : Status{};
}

workspace::Worker &Runtime::terminalThread() {
    if (!m_terminal) {
        m_terminal = std::make_unique<workspace::Worker>();
    }
    return *m_terminal;
}

} // namespace keyturn::cli
