// SPDX-License-Identifier: Apache-2.0
// The program under the fault sweep: container_act create|put|passphrase|backup|rotate VAULT KEYHEX
// does one act on a vault. Exit code 0: done and locked; 3: refused or failed, the error's name on standard
// error; 4: done, but locking failed.
#include "base/encoding.h"
#include "vault/container.h"
#include "vault/write_transaction.h"

#include <cstdio>
#include <cstring>
#include <string>

using namespace keyturn;
using namespace keyturn::vault;

namespace {

constexpr crypto::Argon2idParams cheap{19 * 1024, 1};

int failed(const Error &error, int exitCode) {
    std::fprintf(stderr, "%s: %s\n", std::string(errorCodeName(error.code)).c_str(), error.detail.c_str());
    return exitCode;
}

Status put(Container &container) {
    auto transaction = container.begin();
    if (!transaction) {
        return failFrom(transaction);
    }
    chainlog::Record record;
    record.action = "CreateKey";
    const Bytes large(20'000, 'n');
    auto done = transaction->put(Table::Keys, asBytes("key 0"), asBytes("new"));
    done = done ? transaction->put(Table::Materials, asBytes("large"), large) : done;
    done = done ? transaction->appendLog(std::span(&record, 1)) : done;
    return done ? transaction->commit() : done;
}

/// The secrets are what the test knows them by.
Status rotate(Container &container) {
    KeyRotation wish;
    wish.passphrase = SecretBytes::copyOf(std::string_view("correct horse battery staple"));
    wish.keychainSecret = SecretBytes::copyOf(Bytes(keychainSecretBytes, 2));
    auto code = RecoveryCode::parse("00000-00000-00000-00000-00000-00000-00000-000S8");
    if (!code) {
        return failFrom(code);
    }
    wish.recoveryCode = std::move(*code);
    chainlog::Record record;
    record.action = "RotateVaultKey";
    auto rotated = container.rotateKey(std::move(wish), {&record, 1});
    return rotated ? Status{} : failFrom(rotated);
}

Status act(const std::string &what, Container &container) {
    if (what == "put") {
        return put(container);
    }
    if (what == "passphrase") {
        auto slots = container.slots();
        auto changed = slots ? container.changePassphrase(slots->front().id,
                                                          SecretBytes::copyOf(std::string_view("new")), cheap)
                             : failFrom(slots);
        return changed ? Status{} : failFrom(changed);
    }
    if (what == "rotate") {
        return rotate(container);
    }
    return container.backup(container.path().string() + ".copy", true);
}

Result<Container> openOrCreate(const std::string &what, const char *file, const char *keyHex) {
    if (what == "create") {
        CreateOptions options;
        options.kdf = cheap;
        options.account = "111122223333";
        options.region = "us-east-1";
        return Container::create(file, SecretBytes::copyOf(std::string_view("new")), options);
    }
    auto container = Container::open(file, {});
    auto key = fromHex(keyHex);
    if (!container || !key) {
        return container;
    }
    auto unlocked = container->unlockWithVaultKey(SecretBytes::copyOf(*key));
    return unlocked ? std::move(container) : failFrom(unlocked);
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 4) {
        return 2;
    }
    auto container = openOrCreate(argv[1], argv[2], argv[3]);
    if (!container) {
        return failed(container.error(), 3);
    }
    if (std::strcmp(argv[1], "create") != 0) {
        if (auto done = act(argv[1], *container); !done) {
            return failed(done.error(), 3);
        }
    }
    auto locked = container->lock();
    return locked ? 0 : failed(locked.error(), 4);
}
