// SPDX-License-Identifier: Apache-2.0
#include "vault/container.h"

#include "base/atomic_file.h"
#include "base/platform/file.h"
#include "crypto/random.h"
#include "vault/container_impl.h"
#include "vault/passphrase.h"

#include <utility>

namespace keyturn::vault {

namespace {

/// Everything that a new vault holds, in the order of its making.
struct NewVault {
    FileHeader header;
    SecretBytes vaultKey;
    Slot slot;
    Identity identity;
};

Result<NewVault> designVault(const SecretBytes &passphrase, const CreateOptions &options) {
    auto normalised = normalisedPassphrase(passphrase);
    auto key = crypto::randomSecret(vaultKeySizeBytes);
    if (!normalised) {
        return failFrom(normalised);
    }
    if (!key) {
        return failFrom(key);
    }
    NewVault vault;
    vault.vaultKey = std::move(*key);
    vault.identity = {options.account, options.region, options.clock->now()};
    vault.slot.id = 1;
    vault.slot.type = SlotType::Passphrase;
    vault.slot.rawType = static_cast<std::uint8_t>(SlotType::Passphrase);
    vault.slot.kdf = options.kdf;
    vault.slot.epoch = 1;
    vault.slot.created = vault.identity.created;
    vault.slot.label = options.slotLabel;
    for (const MutableByteView random :
         {MutableByteView(vault.header.vaultId), MutableByteView(vault.slot.salt)}) {
        if (auto filled = crypto::fillRandom(random); !filled) {
            return failFrom(filled);
        }
    }
    auto secret = passphraseSlotSecret(vault.slot, *normalised, options.cancel);
    if (!secret) {
        return failFrom(secret);
    }
    if (auto wrapped = wrapVaultKey(vault.header.vaultId, vault.slot, *secret, vault.vaultKey); !wrapped) {
        return failFrom(wrapped);
    }
    return vault;
}

Status insertBlob(sqlite::Database &database, std::string_view sql, ByteView blob) {
    auto statement = database.prepare(sql);
    if (!statement) {
        return failFrom(statement);
    }
    auto bound = statement->bind(1, blob);
    return bound ? statement->run() : bound;
}

/// The root of a vault that has no rows yet; the identity row comes with the first transaction.
Status insertEmptyRoot(sqlite::Database &database, const NewVault &vault, ByteView body) {
    const VaultKeys keys(vault.header.vaultId, vault.slot.epoch, vault.vaultKey);
    StateRoot root;
    root.header = vault.header;
    root.generation = 1;
    root.epoch = vault.slot.epoch;
    root.committed = vault.identity.created;
    root.add(static_cast<std::uint16_t>(Table::Slots), elementOfSlot(keys, vault.slot.id, body));

    const Bytes row = encodeIdentity(vault.identity);
    const RowPlace place{static_cast<std::uint16_t>(Table::Identity), identityPrimaryKey(), 1, root.epoch};
    Bytes sealed;
    if (auto done = keys.sealRow(place, row, sealed); !done) {
        return done;
    }
    root.add(place.table, keys.element(place, tagOf(sealed)));
    auto inserted = insertBlob(
        database,
        "INSERT INTO rows(tbl, pk, version, epoch, sealed) VALUES(1, CAST('identity' AS BLOB), 1, 1, ?1)",
        sealed);
    if (!inserted) {
        return inserted;
    }
    const RowPlace rootPlace{static_cast<std::uint16_t>(Table::State), asBytes("root"), 1, root.epoch};
    if (auto done = keys.sealRow(rootPlace, encodeStateRoot(root), sealed); !done) {
        return done;
    }
    return insertBlob(database, "INSERT INTO state(id, generation, epoch, sealed) VALUES(1, 1, 1, ?1)",
                      sealed);
}

/// The whole file of a new vault, made in memory: it is on disk entirely or not at all.
Result<Bytes> vaultImage(const NewVault &vault) {
    auto database = sqlite::Database::createInMemory();
    if (!database) {
        return failFrom(database);
    }
    const Bytes body = slotBody(vault.slot);
    Status done = createSchema(*database);
    done = done ? insertBlob(*database, "INSERT INTO header(id, body) VALUES(1, ?1)",
                             encodeFileHeader(vault.header))
                : done;
    done = done ? insertBlob(*database, "INSERT INTO slots(id, body) VALUES(1, ?1)", body) : done;
    done = done ? insertEmptyRoot(*database, vault, body) : done;
    return done ? database->image() : failFrom(done);
}

Status checkNames(const CreateOptions &options) {
    const bool account =
        options.account.size() == 12 && options.account.find_first_not_of("0123456789") == std::string::npos;
    if (!account) {
        return fail(ErrorCode::Usage, "account: it has 12 digits");
    }
    const bool region =
        !options.region.empty() && options.region.size() <= 64 &&
        options.region.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
    if (!region) {
        return fail(ErrorCode::Usage, "region: small letters, digits and hyphens, for example us-east-1");
    }
    if (options.slotLabel.size() > maxSlotLabelBytes) {
        return fail(ErrorCode::Usage, "slot label: at most 128 bytes");
    }
    return crypto::checkPasswordKdfBounds(options.kdf);
}

} // namespace

Result<Container> Container::create(const std::filesystem::path &path, const SecretBytes &passphrase,
                                    const CreateOptions &options) {
    if (auto checked = checkNames(options); !checked) {
        return failFrom(checked);
    }
    // Asked first, so that nobody waits for a key derivation in vain; the file's birth asks again.
    if (auto taken = base::platform::fileFacts(path)) {
        return fail(ErrorCode::FileExists,
                    path.filename().string() + " exists; a vault never replaces a file");
    }
    if (auto alone = refuseRemains(path); !alone) {
        return failFrom(alone);
    }
    auto vault = designVault(passphrase, options);
    auto image = vault ? vaultImage(*vault) : failFrom(vault);
    if (!image) {
        return failFrom(image);
    }
    if (auto written = writeFileAtomically(path, *image, {.mode = 0600, .mayReplace = false}); !written) {
        return failFrom(written);
    }
    auto impl = Impl::openFile(path, {Access::ReadWrite, options.program, options.clock});
    if (!impl) {
        return failFrom(impl);
    }
    if (auto unlocked = (*impl)->unlock(std::move(vault->vaultKey), vault->slot.id); !unlocked) {
        return failFrom(unlocked);
    }
    return Container(std::move(*impl));
}

Result<Container> Container::open(const std::filesystem::path &path, const OpenOptions &options) {
    auto impl = Impl::openFile(path, options);
    return impl ? Result<Container>(Container(std::move(*impl))) : failFrom(impl);
}

Container::Container(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl)) {}
Container::Container(Container &&) noexcept = default;
Container &Container::operator=(Container &&) noexcept = default;
Container::~Container() = default;

const std::filesystem::path &Container::path() const {
    return m_impl->path;
}
Access Container::access() const {
    return m_impl->access;
}
const VaultUuid &Container::vaultId() const {
    return m_impl->header.vaultId;
}
bool Container::isUnlocked() const {
    return m_impl->open != nullptr;
}
const std::vector<std::string> &Container::warnings() const {
    return m_impl->warnings;
}

Status Container::setServedUrl(const std::string &url) {
    if (!m_impl->lockFile) {
        return {};
    }
    return m_impl->lockFile->setNote(url.empty() ? m_impl->note : m_impl->note + ", serving " + url);
}

Status Container::lock() {
    return m_impl->lock();
}

} // namespace keyturn::vault
