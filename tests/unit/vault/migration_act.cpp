// SPDX-License-Identifier: Apache-2.0
// The program under the fault sweep: migration_act VAULT migrates the golden vault to the format of tests,
// its copy beside it as VAULT.bak. Exit code 0: done and locked; 3: failed.
#include "vault/next_format.h"

using namespace keyturn;
using namespace keyturn::vault;

int main(int argc, char **argv) {
    if (argc != 2) {
        return 2;
    }
    OpenOptions options;
    options.formats = &test::nextFormat();
    auto container = Container::open(argv[1], options);
    auto done =
        container
            ? container->unlockWithPassphrase(SecretBytes::copyOf(std::string_view("golden passphrase")))
            : Status(failFrom(container));
    done = done ? container->migrate(std::string(argv[1]) + ".bak") : std::move(done);
    done = done ? container->lock() : std::move(done);
    return done ? 0 : 3;
}
