// SPDX-License-Identifier: Apache-2.0
// FakeKeychain: a keychain in memory that fails when told to. It answers as the port promises: through the
// event loop, never before the call has returned. Main thread, event loop needed.
#pragma once

#include "keychain/keychain.h"

#include <QObject>

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace keyturn::test {

class FakeKeychain final : public keychain::Keychain {
public:
    std::map<std::string, SecretBytes> items; ///< by item key
    std::optional<Error> nextError;           ///< the next call fails with it
    keychain::KeychainState state;
    int calls = 0;

    void read(const keychain::ItemId &id, keychain::CallOptions, ReadDone done) override {
        answer(id, std::move(done), [this](const std::string &key) -> Result<SecretBytes> {
            const auto found = items.find(key);
            if (found == items.end()) {
                return fail(ErrorCode::KeychainNotFoundOrLocked, "no such item", ErrorOrigin::System);
            }
            return found->second.clone();
        });
    }
    void write(const keychain::ItemId &id, SecretBytes secret, keychain::CallOptions, Done done) override {
        answer(id, std::move(done),
               [this, secret = std::move(secret)](const std::string &key) mutable -> Status {
                   items[key] = std::move(secret);
                   return {};
               });
    }
    void remove(const keychain::ItemId &id, keychain::CallOptions, Done done) override {
        answer(id, std::move(done), [this](const std::string &key) -> Status {
            items.erase(key);
            return {};
        });
    }
    void probe(ProbeDone done) override {
        post([this, done = std::move(done)]() mutable { done(state); });
    }

private:
    template <class Done, class Act>
    void answer(const keychain::ItemId &id, Done done, Act act) {
        ++calls;
        post([this, key = keychain::itemKey(id), done = std::move(done), act = std::move(act)]() mutable {
            if (nextError) {
                Error error = std::move(*nextError);
                nextError.reset();
                done(fail(std::move(error)));
            } else if (!key) {
                done(failFrom(key));
            } else {
                done(act(*key));
            }
        });
    }
    template <class Task>
    void post(Task task) {
        auto shared = std::make_shared<Task>(std::move(task));
        QMetaObject::invokeMethod(
            &m_context, [shared] { (*shared)(); }, Qt::QueuedConnection);
    }

    QObject m_context; ///< dies with us, and with it every answer still on its way
};

} // namespace keyturn::test
