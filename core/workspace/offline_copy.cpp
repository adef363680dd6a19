// SPDX-License-Identifier: Apache-2.0
#include "workspace/offline_copy.h"

#include "base/atomic_file.h"
#include "base/platform/file.h"
#include "base/platform/identity.h"
#include "base/secret_text.h"
#include "kms/json.h"
#include "snapshot/snapshot_file.h"
#include "snapshot/snapshot_kms.h"
#include "snapshot/take.h"

#include <algorithm>

namespace keyturn::workspace {
namespace {

constexpr std::string_view extension = ".ktsnap";
constexpr std::size_t stampLength = 18; ///< "2026-11-22T041700Z"

/// "...-2026-11-22T041700Z" in its two parts; no time where the name has none.
KeptCopy fromName(const std::filesystem::path &file) {
    const std::string name = file.stem().string();
    KeptCopy copy{file, name, std::nullopt};
    if (name.size() <= stampLength + 1 || name[name.size() - stampLength - 1] != '-') {
        return copy;
    }
    std::string stamp = name.substr(name.size() - stampLength);
    stamp.insert(15, ":").insert(13, ":");
    if (const auto time = parseIso8601(stamp)) {
        copy.taken = *time;
        copy.profile = name.substr(0, name.size() - stampLength - 1);
    }
    return copy;
}

std::size_t itemCount(const snapshot::Snapshot &taken, std::string_view operation) {
    const snapshot::SnapshotPart *part = taken.find(operation);
    return part == nullptr ? 0 : part->items.size();
}

OfflineCopyFacts factsOf(const std::filesystem::path &file, const snapshot::Snapshot &taken) {
    OfflineCopyFacts facts;
    facts.file = file;
    facts.profile = taken.facts.profile;
    facts.endpoint = taken.facts.endpoint;
    facts.region = taken.facts.region;
    facts.taken = taken.facts.began;
    facts.serviceTime = taken.facts.serviceTime;
    facts.keys = itemCount(taken, "ListKeys");
    facts.aliases = itemCount(taken, "ListAliases");
    for (const snapshot::MissingSum &sum : missingParts(taken)) {
        facts.missing.push_back({sum.operation, sum.why, sum.keys});
    }
    return facts;
}

void appendMember(std::string_view name, std::string_view value, SecretText &out) {
    kms::appendJsonString(name, out);
    out.append(": ");
    kms::appendJsonString(value, out);
    out.append(",\n");
}

void appendPart(const snapshot::Snapshot::Place &place, const snapshot::SnapshotPart &part, SecretText &out) {
    out.append("{\"Operation\": ");
    kms::appendJsonString(place.first, out);
    if (!place.second.empty()) {
        out.append(", \"KeyId\": ");
        kms::appendJsonString(place.second, out);
    }
    if (!part.isTaken()) {
        out.append(", \"Missing\": ");
        kms::appendJsonString(part.missing, out);
        out.append(", \"Why\": ");
        kms::appendJsonString(part.why, out);
    }
    out.append(", \"Items\": [");
    for (std::size_t i = 0; i < part.items.size(); ++i) {
        out.append(i == 0 ? "" : ", ");
        out.append(part.items[i]); // wire JSON as it was answered
    }
    out.append("]}");
}

} // namespace

std::filesystem::path offlineCopiesFolder() {
    return platform::dataDirectory() / "snapshots";
}

std::string offlineCopyName(const snapshot::SnapshotFacts &facts) {
    std::string name;
    for (const char c : facts.profile + "-" + formatIso8601(facts.began)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        name += plain || c == '-' || c == '_' ? std::string(1, c)
                : c == ':'                    ? std::string()
                                              : std::string("_");
    }
    return name + std::string(extension);
}

std::vector<KeptCopy> keptCopies(const std::filesystem::path &folder) {
    std::vector<KeptCopy> copies;
    std::error_code none;
    for (const auto &entry : std::filesystem::directory_iterator(folder, none)) {
        if (entry.path().extension() == extension) {
            copies.push_back(fromName(entry.path()));
        }
    }
    std::ranges::sort(copies, [](const KeptCopy &a, const KeptCopy &b) {
        return a.taken != b.taken ? a.taken > b.taken : a.file < b.file;
    });
    return copies;
}

Result<std::string> offlineCopyKeySource(const std::filesystem::path &file) {
    return snapshot::snapshotKeySource(file);
}

void obtainOfflineCopyKey(const std::string &source, std::shared_ptr<JournalKeychain> keychain,
                          UniqueFunction<void(Result<JournalKey>)> done) {
    JournalKeyWish wish;
    wish.source = source;
    wish.subject = "The offline copy";
    obtainJournalKey(std::move(wish), std::move(keychain), std::move(done));
}

Result<OfflineCopy> readOfflineCopy(const std::filesystem::path &file, ByteView key) {
    auto read = snapshot::readSnapshot(file, key);
    if (!read) {
        return failFrom(read);
    }
    OfflineCopyFacts facts = factsOf(file, *read);
    return OfflineCopy{std::move(facts), std::make_shared<snapshot::SnapshotKms>(std::move(*read))};
}

Result<OfflineCopyFacts> takeOfflineCopy(kms::KmsService &service, const OfflineCopyWish &wish,
                                         const JournalKey &key) {
    snapshot::SnapshotWish asked;
    asked.facts = wish.facts;
    asked.clockOffset = wish.clockOffset;
    asked.cancel = wish.cancel;
    asked.progress = wish.progress;
    auto taken = snapshot::takeSnapshot(service, asked);
    if (!taken) {
        return failFrom(taken);
    }
    if (auto folder = platform::createPrivateDirectory(wish.folder); !folder) {
        return failFrom(folder);
    }
    const std::filesystem::path file = wish.folder / offlineCopyName(taken->facts);
    if (auto written = snapshot::writeSnapshot(file, *taken, key.key.view(), key.source); !written) {
        return failFrom(written);
    }
    return factsOf(file, *taken);
}

Status exportOfflineCopy(const std::filesystem::path &copy, ByteView key, const std::filesystem::path &file) {
    auto read = snapshot::readSnapshot(copy, key);
    if (!read) {
        return failFrom(read);
    }
    const snapshot::SnapshotFacts &facts = read->facts;
    SecretText json;
    json.append("{\n");
    appendMember("Profile", facts.profile, json);
    appendMember("Endpoint", facts.endpoint, json);
    appendMember("Region", facts.region, json);
    appendMember("AccountId", facts.accountId, json);
    appendMember("Taken", formatIso8601(facts.began), json);
    appendMember("Ended", formatIso8601(facts.ended), json);
    appendMember("Clock", facts.serviceTime ? "the service's" : "this machine's", json);
    json.append("\"Parts\": [\n");
    bool first = true;
    for (const auto &[place, part] : read->parts) {
        json.append(std::exchange(first, false) ? "" : ",\n");
        appendPart(place, part, json);
    }
    json.append("\n]\n}\n");
    return writeFileAtomically(file, asBytes(json.view()), {.mode = 0600});
}

} // namespace keyturn::workspace
