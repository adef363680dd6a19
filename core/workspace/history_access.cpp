// SPDX-License-Identifier: Apache-2.0
#include "workspace/history_access.h"

#include "base/atomic_file.h"
#include "base/platform/file.h"
#include "base/platform/identity.h"
#include "base/text.h"
#include "kms/call.h"

namespace keyturn::workspace {
namespace {

constexpr std::size_t switchBytesMax = 64;
constexpr std::string_view keychainWord = "keychain ";

/// A machine without a keychain, for a window that was given none.
class NoKeychain final : public JournalKeychain {
public:
    void probe(UniqueFunction<void(keychain::KeychainState)> done) override {
        keychain::KeychainState state;
        state.availability = keychain::Availability::NoSecretService;
        done(std::move(state));
    }
    void read(const keychain::ItemId &, UniqueFunction<void(Result<SecretBytes>)> done) override {
        done(none());
    }
    void write(const keychain::ItemId &, SecretBytes, UniqueFunction<void(Status)> done) override {
        done(none());
    }

private:
    static tl::unexpected<Error> none() {
        return fail(ErrorCode::KeychainUnavailable, "this machine has no keychain that Keyturn can use");
    }
};

} // namespace

HistoryPlace defaultHistoryPlace() {
    const auto state = platform::stateDirectory();
    return {state / "history.ktlog", platform::configDirectory() / "history-context", state};
}

bool contextInTheClear(const HistoryPlace &place) {
    const auto content = readFile(place.contextSwitch, switchBytesMax);
    return content && trimmed(asText(*content)) == "clear";
}

Status setContextInTheClear(const HistoryPlace &place, bool clear) {
    if (auto folder = platform::createPrivateDirectory(place.contextSwitch.parent_path()); !folder) {
        return folder;
    }
    return writeFileAtomically(place.contextSwitch, asBytes(clear ? "clear\n" : "hashed\n"), {});
}

std::shared_ptr<JournalKeychain> journalKeychainOrNone(keychain::Keychain *keychain) {
    return keychain == nullptr ? std::make_shared<NoKeychain>() : journalKeychain(*keychain, {});
}

void obtainHistoryKey(const HistoryPlace &place, std::shared_ptr<JournalKeychain> keychain,
                      UniqueFunction<void(Result<history::HistoryKey>)> done) {
    auto head = chainlog::LogFile::readHead(place.file);
    if (!head && head.error().code != ErrorCode::FileNotFound) {
        return done(failFrom(head));
    }
    JournalKeyWish wish;
    wish.source = head ? head->keySource : std::string();
    wish.stateFolder = place.stateFolder;
    wish.subject = "The history";
    obtainJournalKey(std::move(wish), std::move(keychain),
                     [done = std::move(done)](Result<JournalKey> key) mutable {
                         if (!key) {
                             return done(failFrom(key));
                         }
                         done(history::HistoryKey{std::move(key->key), std::move(key->source)});
                     });
}

std::string sealedBy(const HistoryPlace &place, const std::string &keySource) {
    if (keySource.starts_with(keychainWord)) {
        return "the OS keychain, item v1/journal/" + keySource.substr(keychainWord.size());
    }
    return keySource == "file"
               ? "the file " + (place.stateFolder / "journal.key").string() + ", for there was no keychain"
               : keySource;
}

history::RecorderOptions recorderOptions(const HistoryPlace &place, std::string program) {
    history::RecorderOptions options;
    options.file = place.file;
    options.program = std::move(program);
    options.contextInTheClear = contextInTheClear(place);
    return options;
}

std::shared_ptr<history::Recorder> windowHistory(const HistoryPlace &place, keychain::Keychain *keychain,
                                                 QObject *window) {
    // The question comes from any thread, the answer from the keychain's, and either may find the other gone.
    const auto asker = std::make_shared<std::weak_ptr<history::Recorder>>();
    auto options = recorderOptions(place, "console");
    options.askForKey = [asker, place, keychain, delivery = kms::Delivery(window)] {
        delivery.post([asker, place, keychain] {
            obtainHistoryKey(place, journalKeychainOrNone(keychain),
                             [asker](Result<history::HistoryKey> key) {
                                 if (const auto recorder = asker->lock()) {
                                     recorder->provideKey(std::move(key));
                                 }
                             });
        });
    };
    auto recorder = std::make_shared<history::Recorder>(std::move(options));
    *asker = recorder;
    return recorder;
}

} // namespace keyturn::workspace
