// SPDX-License-Identifier: Apache-2.0
#include "workspace/journal_keys.h"

#include "base/atomic_file.h"
#include "base/platform/file.h"
#include "base/platform/identity.h"
#include "base/text.h"
#include "crypto/random.h"
#include "keychain/blocking_keychain.h"
#include "workspace/journal_key_file.h"
#include "workspace/vault_access.h"

#include <charconv>
#include <system_error>

namespace keyturn::workspace {
namespace {

using keychain::Availability;
using keychain::ItemId;
using keychain::ItemKind;
using Done = UniqueFunction<void(Result<JournalKey>)>;

constexpr std::string_view vaultSource = "vault ";
constexpr std::string_view keychainSource = "keychain ";
constexpr std::string_view stateFileSource = "file";
constexpr std::string_view namedFileSource = "key file";
constexpr std::size_t idFileBytesMax = 128;

class OverKeychain final : public JournalKeychain {
public:
    OverKeychain(keychain::Keychain &keychain, keychain::CallOptions options)
        : m_keychain(keychain)
        , m_options(std::move(options)) {}
    void probe(UniqueFunction<void(keychain::KeychainState)> done) override {
        m_keychain.probe(std::move(done));
    }
    void read(const ItemId &id, UniqueFunction<void(Result<SecretBytes>)> done) override {
        m_keychain.read(id, m_options, std::move(done));
    }
    void write(const ItemId &id, SecretBytes secret, UniqueFunction<void(Status)> done) override {
        m_keychain.write(id, std::move(secret), m_options, std::move(done));
    }

private:
    keychain::Keychain &m_keychain;
    keychain::CallOptions m_options;
};

class OverBlockingKeychain final : public JournalKeychain {
public:
    explicit OverBlockingKeychain(keychain::BlockingKeychain &keychain)
        : m_keychain(keychain) {}
    void probe(UniqueFunction<void(keychain::KeychainState)> done) override { done(m_keychain.probe()); }
    void read(const ItemId &id, UniqueFunction<void(Result<SecretBytes>)> done) override {
        done(m_keychain.read(id));
    }
    void write(const ItemId &id, SecretBytes secret, UniqueFunction<void(Status)> done) override {
        done(m_keychain.write(id, std::move(secret)));
    }

private:
    keychain::BlockingKeychain &m_keychain;
};

tl::unexpected<Error> needed(const JournalKeyWish &wish, std::string what) {
    const std::string subject = wish.subject.empty() ? "The journal of this job" : wish.subject;
    return fail(ErrorCode::Configuration, subject + " is authenticated by " + std::move(what));
}

std::filesystem::path stateFile(const JournalKeyWish &wish, std::string_view name) {
    return (wish.stateFolder.empty() ? platform::stateDirectory() : wish.stateFolder) / name;
}

/// "vault <id>", and the number of the vault's key where it is not the first.
struct VaultSource {
    std::string id;
    std::uint32_t keyEpoch = 1;
};

std::optional<VaultSource> vaultOf(std::string_view source) {
    source.remove_prefix(vaultSource.size());
    const std::size_t end = source.find(' ');
    VaultSource vault{std::string(source.substr(0, end))};
    if (end != std::string_view::npos) {
        const std::string_view number = source.substr(end + 1);
        const auto read = std::from_chars(number.data(), number.data() + number.size(), vault.keyEpoch);
        if (read.ec != std::errc() || read.ptr != number.data() + number.size() || vault.keyEpoch < 2) {
            return std::nullopt;
        }
    }
    return vault;
}

Result<JournalKey> ofVault(const JournalKeyWish &wish) {
    auto epoch = wish.vault->keyEpoch();
    auto key = epoch ? wish.vault->journalKey(*epoch) : failFrom(epoch);
    if (!key) {
        return failFrom(key);
    }
    std::string source = std::string(vaultSource) + wish.vault->vaultId();
    source += *epoch == 1 ? std::string() : " " + std::to_string(*epoch);
    return JournalKey{std::move(*key), std::move(source), {}};
}

Result<JournalKey> ofVaultSource(const JournalKeyWish &wish) {
    const auto vault = vaultOf(wish.source);
    if (!vault || !wish.vault || wish.vault->vaultId() != vault->id) {
        return needed(wish, "the vault " + (vault ? vault->id : std::string("of that name")) +
                                ". Name that vault.");
    }
    auto key = wish.vault->journalKey(vault->keyEpoch);
    if (!key && key.error().code == ErrorCode::NotFound) {
        return needed(wish, "a later key of the vault " + vault->id +
                                ". This file of the vault is older than the journal.");
    }
    return key ? Result<JournalKey>(JournalKey{std::move(*key), wish.source, {}}) : failFrom(key);
}

Result<JournalKey> ofNewNamedFile(const JournalKeyWish &wish) {
    bool made = false;
    auto key = ensureJournalKeyFile(wish.keyFile, made);
    if (!key) {
        return failFrom(key);
    }
    std::string notice = made ? "A key for journals was made in " + wish.keyFile.string() +
                                    ". Keep it: without it the job can neither go on nor be undone."
                              : std::string();
    return JournalKey{std::move(*key), std::string(namedFileSource), std::move(notice)};
}

Result<JournalKey> ofNewStateFile(const JournalKeyWish &wish, const std::string &why) {
    const auto file = stateFile(wish, "journal.key");
    if (auto folder = platform::createPrivateDirectory(file.parent_path()); !folder) {
        return failFrom(folder);
    }
    bool made = false;
    auto key = ensureJournalKeyFile(file, made);
    if (!key) {
        return failFrom(key);
    }
    return JournalKey{std::move(*key), std::string(stateFileSource),
                      "There is no keychain here (" + why +
                          "), so the key of this job's journal lies in the file " + file.string() + "."};
}

Result<JournalKey> ofFile(const std::filesystem::path &file, std::string_view source) {
    auto key = readJournalKeyFile(file);
    if (!key) {
        return failFrom(key);
    }
    return JournalKey{std::move(*key), std::string(source), {}};
}

/// Of a journal that exists, except those in the keychain.
Result<JournalKey> ofSource(const JournalKeyWish &wish) {
    const std::string &source = wish.source;
    if (source == namedFileSource) {
        return wish.keyFile.empty()
                   ? Result<JournalKey>(
                         needed(wish, "a key file of your own. Name it with --journal-key-file FILE."))
                   : ofFile(wish.keyFile, source);
    }
    if (!wish.keyFile.empty()) {
        return needed(wish, "another source than a key file (" + source + "). Leave --journal-key-file out.");
    }
    if (source.starts_with(vaultSource)) {
        return ofVaultSource(wish);
    }
    if (source == stateFileSource) {
        return ofFile(stateFile(wish, "journal.key"), source);
    }
    return needed(wish, "a source that this Keyturn does not know. Use the version that began the job.");
}

std::string rememberedId(const JournalKeyWish &wish) {
    const auto content = readFile(stateFile(wish, "journal-key.id"), idFileBytesMax);
    const std::string id(content ? trimmed(asText(*content)) : std::string_view());
    return keychain::itemKey({ItemKind::Journal, id}) ? id : std::string();
}

Status rememberId(const JournalKeyWish &wish, const std::string &id) {
    const auto file = stateFile(wish, "journal-key.id");
    if (auto folder = platform::createPrivateDirectory(file.parent_path()); !folder) {
        return folder;
    }
    return writeFileAtomically(file, asBytes(id + "\n"), {});
}

Result<JournalKey> ofItem(const JournalKeyWish &wish, Result<SecretBytes> item, const std::string &id) {
    if (item && item->size() != journalKeyBytes) {
        return needed(wish, "an item of the keychain that holds something else now.");
    }
    return item ? Result<JournalKey>(JournalKey{std::move(*item), std::string(keychainSource) + id, {}})
                : failFrom(item);
}

/// The key of a new journal in the keychain. A fresh one gets a name of its own, so that a keychain that
/// hides an item (it cannot tell missing from locked) never has one replaced.
class NewInKeychain : public std::enable_shared_from_this<NewInKeychain> {
public:
    NewInKeychain(JournalKeyWish wish, std::shared_ptr<JournalKeychain> keychain, Done done)
        : m_wish(std::move(wish))
        , m_keychain(std::move(keychain))
        , m_done(std::move(done)) {}

    void start() {
        m_keychain->probe(
            [self = shared_from_this()](keychain::KeychainState state) { self->probed(state); });
    }

private:
    void probed(const keychain::KeychainState &state) {
        const Availability is = state.availability;
        if (is == Availability::NoSessionBus || is == Availability::NoSecretService) {
            return m_done(ofNewStateFile(m_wish, state.detail));
        }
        m_id = rememberedId(m_wish);
        if (m_id.empty()) {
            return makeKey();
        }
        m_keychain->read({ItemKind::Journal, m_id}, [self = shared_from_this(), is](Result<SecretBytes> key) {
            if (!key && key.error().code == ErrorCode::KeychainNotFoundOrLocked &&
                is != Availability::Locked) {
                return self->makeKey();
            }
            self->finish(std::move(key));
        });
    }

    void makeKey() {
        auto key = crypto::randomSecret(journalKeyBytes);
        if (!key) {
            return m_done(failFrom(key));
        }
        m_id = keychain::newItemUuid();
        SecretBytes copy = key->clone();
        m_keychain->write({ItemKind::Journal, m_id}, std::move(copy),
                          [self = shared_from_this(), key = std::move(*key)](Status written) mutable {
                              self->made(std::move(written), std::move(key));
                          });
    }

    void made(Status written, SecretBytes key) {
        if (!written) {
            Error error = std::move(written.error());
            error.detail +=
                !m_wish.subject.empty()
                    ? " " + m_wish.subject + " keeps its key in the keychain."
                    : " A job on a service keeps its journal's key in the keychain; --journal-key-file "
                      "FILE keeps it in a file of yours instead.";
            return m_done(fail(std::move(error)));
        }
        if (auto remembered = rememberId(m_wish, m_id); !remembered) {
            return m_done(failFrom(remembered));
        }
        finish(std::move(key));
    }

    void finish(Result<SecretBytes> key) { m_done(ofItem(m_wish, std::move(key), m_id)); }

    JournalKeyWish m_wish;
    std::shared_ptr<JournalKeychain> m_keychain;
    Done m_done;
    std::string m_id;
};

} // namespace

std::shared_ptr<JournalKeychain> journalKeychain(keychain::Keychain &keychain,
                                                 keychain::CallOptions options) {
    return std::make_shared<OverKeychain>(keychain, std::move(options));
}

std::shared_ptr<JournalKeychain> journalKeychain(keychain::BlockingKeychain &keychain) {
    return std::make_shared<OverBlockingKeychain>(keychain);
}

void obtainJournalKey(JournalKeyWish wish, std::shared_ptr<JournalKeychain> keychain, Done done) {
    if (wish.source.empty() && !wish.keyFile.empty()) {
        return done(ofNewNamedFile(wish));
    }
    if (wish.source.empty() && wish.vault) {
        return done(ofVault(wish));
    }
    if (wish.source.empty()) {
        return std::make_shared<NewInKeychain>(std::move(wish), std::move(keychain), std::move(done))
            ->start();
    }
    if (!wish.source.starts_with(keychainSource) || !wish.keyFile.empty()) {
        return done(ofSource(wish));
    }
    const std::string id = wish.source.substr(keychainSource.size());
    keychain->read({ItemKind::Journal, id},
                   [wish = std::move(wish), id, done = std::move(done)](Result<SecretBytes> key) mutable {
                       done(ofItem(wish, std::move(key), id));
                   });
}

} // namespace keyturn::workspace
