// SPDX-License-Identifier: Apache-2.0
// BlockingKeychain: the keychain for a program that has a QCoreApplication but nothing else to do meanwhile:
// the command line. It waits in a local event loop (QtKeychain answers through the
// event loop and must stay on the main thread, so no plain wait will do). Never use it where a window is
// open: its loop would deliver the window's events too. Main thread only. Errors: as keychain.h.
#pragma once

#include "keychain/keychain.h"

namespace keyturn::keychain {

class BlockingKeychain {
public:
    /// The keychain stays the caller's and must outlive this object.
    BlockingKeychain(Keychain &keychain, CallOptions options)
        : m_keychain(keychain)
        , m_options(std::move(options)) {}

    Result<SecretBytes> read(const ItemId &id);
    Status write(const ItemId &id, SecretBytes secret);
    Status remove(const ItemId &id);
    KeychainState probe();

private:
    Keychain &m_keychain;
    CallOptions m_options;
};

} // namespace keyturn::keychain
