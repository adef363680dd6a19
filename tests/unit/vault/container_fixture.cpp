// SPDX-License-Identifier: Apache-2.0
#include "vault/container_fixture.h"

#include "base/encoding.h"
#include "chainlog/json_lines.h"
#include "sqlite/database.h"
#include "vault/passphrase.h"

#include <QtGlobal>

namespace keyturn::test {

using namespace keyturn::vault;

SecretBytes secretText(const char *text) {
    return SecretBytes::copyOf(std::string_view(text));
}

ContainerFixture::ContainerFixture() {
    if (!m_folder.isValid()) {
        qFatal("no temporary folder");
    }
}

std::filesystem::path ContainerFixture::folder() const {
    return m_folder.path().toStdString();
}

CreateOptions ContainerFixture::cheapOptions() {
    CreateOptions options;
    options.kdf = cheapArgon2id;
    options.account = "111122223333";
    options.region = "us-east-1";
    options.program = "container-test";
    return options;
}

chainlog::Record logRecord(const std::string &action) {
    chainlog::Record record;
    record.actor = "test";
    record.action = action;
    record.outcome = "Success";
    return record;
}

Status putRows(Container &container, Table table, const std::string &prefix, int count,
               const std::string &payload) {
    auto transaction = container.begin();
    if (!transaction) {
        return failFrom(transaction);
    }
    for (int i = 0; i < count; ++i) {
        const std::string key = prefix + " " + std::to_string(i);
        if (auto put = transaction->put(table, asBytes(key), asBytes(payload + std::to_string(i))); !put) {
            return put;
        }
    }
    const std::vector<chainlog::Record> records{logRecord("Put" + prefix)};
    if (auto logged = transaction->appendLog(records); !logged) {
        return logged;
    }
    return transaction->commit();
}

Container ContainerFixture::createFilled() {
    auto container = Container::create(file(), secretText(fixturePassphrase), cheapOptions());
    if (!container) {
        qFatal("create: %s", container.error().detail.c_str());
    }
    const bool filled = putRows(*container, Table::Keys, "key", 3, std::string(120, 'k')) &&
                        putRows(*container, Table::Materials, "material", 4, std::string(32, 'm')) &&
                        putRows(*container, Table::Aliases, "alias", 2, "alias/");
    if (!filled) {
        qFatal("fill");
    }
    return std::move(*container);
}

Container ContainerFixture::openUnlocked(Access access) {
    auto container = Container::open(file(), {.access = access, .program = "container-test"});
    if (!container) {
        qFatal("open: %s", container.error().detail.c_str());
    }
    auto unlocked = container->unlockWithPassphrase(secretText(fixturePassphrase));
    if (!unlocked) {
        qFatal("unlock: %s", unlocked.error().detail.c_str());
    }
    return std::move(*container);
}

SecretBytes ContainerFixture::vaultKey() {
    auto container = Container::open(file(), {.access = Access::ReadOnly});
    const Slot slot = container->slots().value().front();
    const SecretBytes normalised = std::move(*normalisedPassphrase(secretText(fixturePassphrase)));
    const SecretBytes secret = std::move(*passphraseSlotSecret(slot, normalised, {}));
    return std::move(*unwrapVaultKey(container->vaultId(), slot, secret));
}

Result<std::string> contentOf(Container &container) {
    std::string content = toHex(container.vaultId());
    auto identity = container.identity();
    if (!identity) {
        return failFrom(identity);
    }
    content += identity->account + identity->region + formatIso8601(identity->created) + "\n";
    for (const Table table : {Table::Keys, Table::Materials, Table::Aliases, Table::Tags, Table::Settings}) {
        auto scanned = container.scan(table, [&](const OpenRow &row) -> Status {
            content += tableName(table) + " " + toHex(row.primaryKey) + " " + std::to_string(row.version) +
                       " " + toHex(row.payload) + "\n";
            return {};
        });
        if (!scanned) {
            return failFrom(scanned);
        }
    }
    auto walked = container.forEachLogRecord([&](const chainlog::StoredRecord &record) -> Status {
        chainlog::appendJsonLine(record, content);
        return {};
    });
    if (!walked) {
        return failFrom(walked);
    }
    return content;
}

void forge(const std::filesystem::path &file, const std::string &sql) {
    auto database = sqlite::Database::open(file);
    if (!database) {
        qFatal("forge: %s", database.error().detail.c_str());
    }
    if (auto done = database->execute(sql); !done) {
        qFatal("forge: %s", done.error().detail.c_str());
    }
}

} // namespace keyturn::test
