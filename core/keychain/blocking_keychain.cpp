// SPDX-License-Identifier: Apache-2.0
#include "keychain/blocking_keychain.h"

#include <QEventLoop>

#include <memory>
#include <optional>

namespace keyturn::keychain {

namespace {

/// Runs `start` with a callback that fills the answer, and the event loop until it is there. The answer is
/// shared: a keychain that dies with the call open must not write to a stack that is gone.
template <class Answer, class Start>
Answer waitFor(Start start) {
    auto answer = std::make_shared<std::optional<Answer>>();
    start([answer](Answer given) { answer->emplace(std::move(given)); });
    QEventLoop loop;
    while (!answer->has_value()) {
        loop.processEvents(QEventLoop::WaitForMoreEvents);
    }
    return std::move(**answer);
}

} // namespace

Result<SecretBytes> BlockingKeychain::read(const ItemId &id) {
    return waitFor<Result<SecretBytes>>([&](auto done) { m_keychain.read(id, m_options, std::move(done)); });
}

Status BlockingKeychain::write(const ItemId &id, SecretBytes secret) {
    return waitFor<Status>(
        [&](auto done) { m_keychain.write(id, std::move(secret), m_options, std::move(done)); });
}

Status BlockingKeychain::remove(const ItemId &id) {
    return waitFor<Status>([&](auto done) { m_keychain.remove(id, m_options, std::move(done)); });
}

KeychainState BlockingKeychain::probe() {
    return waitFor<KeychainState>([&](auto done) { m_keychain.probe(std::move(done)); });
}

} // namespace keyturn::keychain
