// SPDX-License-Identifier: Apache-2.0
#include "workspace/vault_opening.h"

#include <QUuid>

#include <thread>

namespace keyturn::workspace {

std::string uuidText(const vault::VaultUuid &id) {
    const QByteArray bytes(reinterpret_cast<const char *>(id.data()), qsizetype(id.size()));
    return QUuid::fromRfc4122(bytes).toString(QUuid::WithoutBraces).toStdString();
}

Result<vault::Container> openPatiently(const std::filesystem::path &file, vault::Access access,
                                       const Patience &patience, const CancelToken &cancel) {
    constexpr std::chrono::milliseconds pause{100};
    const auto deadline = std::chrono::steady_clock::now() + patience.atMost;
    bool told = !patience.waits;
    while (true) {
        auto container = vault::Container::open(file, {.access = access});
        const bool inUse = !container && container.error().code == ErrorCode::VaultInUse;
        if (!inUse || std::chrono::steady_clock::now() >= deadline) {
            return container;
        }
        if (!told) {
            patience.waits(container.error());
            told = true;
        }
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped waiting for the vault");
        }
        std::this_thread::sleep_for(pause);
    }
}

Status unlock(vault::Container &container, UnlockWith with, const SecretBytes &secret,
              const CancelToken &cancel) {
    switch (with) {
    case UnlockWith::Passphrase:
        return container.unlockWithPassphrase(secret, cancel);
    case UnlockWith::KeychainSecret:
        return container.unlockWithKeychainSecret(secret);
    case UnlockWith::RecoveryCode: {
        auto code = vault::RecoveryCode::parse(secret.text());
        return code ? container.unlockWithRecoveryCode(*code) : Status(failFrom(code));
    }
    }
    return fail(ErrorCode::Usage, "unknown way to unlock");
}

} // namespace keyturn::workspace
