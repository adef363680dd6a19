// SPDX-License-Identifier: Apache-2.0
// DesktopKeychain: the session's own keychain (Secret Service or KWallet) through QtKeychain, with a probe of
// ours beside it, because QtKeychain 0.13 cannot tell "no bus", "no service", "locked" and "no such item"
// apart. Never a plain-file fallback. A job that does not answer in time is left to itself, never deleted:
// QtKeychain runs jobs one at a time, and deleting a running one crashes. Main thread only, event loop
// needed. Errors: as keychain.h. Follows ecosystem.md 5.2 and reliability-security.md 0.6, 0.7.
#pragma once

#include "keychain/keychain.h"

#include <memory>

namespace keyturn::keychain {

class DesktopKeychain final : public Keychain {
public:
    /// `service` differs from serviceName in tests only.
    explicit DesktopKeychain(std::string service = std::string(serviceName));
    ~DesktopKeychain() override;

    void read(const ItemId &id, CallOptions options, ReadDone done) override;
    void write(const ItemId &id, SecretBytes secret, CallOptions options, Done done) override;
    void remove(const ItemId &id, CallOptions options, Done done) override;
    void probe(ProbeDone done) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace keyturn::keychain
