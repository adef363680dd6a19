// SPDX-License-Identifier: Apache-2.0
// A job over files without a service: ciphertexts in the shape of AWS KMS whose move is a pure function, so
// that what a disturbed job leaves can be compared with what an undisturbed one would. Real journal, real
// files. One thread.
#pragma once

#include "base/atomic_file.h"
#include "base/encoding.h"
#include "crypto/sha256.h"
#include "reencrypt/files/file_lane.h"
#include "reencrypt/journal.h"
#include "unit/inspect/samples.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace keyturn::reencrypt::test {

namespace fs = std::filesystem;

/// The shape of AWS KMS; in its 32 bytes of key material group `state`: 'O' old key, 'N' new key, and `flag`:
/// 'S' under a stray key, 'B' does not prove.
constexpr std::size_t statePlace = 5;
constexpr std::size_t flagPlace = 6;
inline Bytes blobOf(const std::string &name, char state = 'O', char flag = '.') {
    const crypto::Sha256Digest seed = crypto::sha256(asBytes(name));
    Bytes blob = samples::awsBlob(2, 32);
    blob[statePlace] = static_cast<std::uint8_t>(state);
    blob[flagPlace] = static_cast<std::uint8_t>(flag);
    std::copy_n(seed.begin(), 30, blob.begin() + flagPlace + 1);
    return blob;
}
inline std::string textBlob(const std::string &name, char state = 'O', char flag = '.') {
    return toBase64(blobOf(name, state, flag));
}

class FakeMover final : public BlobMover {
public:
    std::function<void()> before; ///< runs once, before the first answer
    std::function<Status()> fault;
    std::uint64_t asked = 0;
    std::size_t largest = 0;

    Result<std::vector<MoveResult>> move(std::vector<MoveRequest> requests,
                                         const CancelToken &cancel) override {
        largest = std::max(largest, requests.size());
        if (before) {
            std::exchange(before, nullptr)();
        }
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped");
        }
        if (auto may = fault ? fault() : Status(); !may) {
            return failFrom(may);
        }
        std::vector<MoveResult> results;
        for (const MoveRequest &request : requests) {
            ++asked;
            results.push_back(one(request.ciphertext));
        }
        return results;
    }
    Result<std::vector<MoveResult>> prove(std::vector<MoveRequest> requests, const CancelToken &) override {
        std::vector<MoveResult> results;
        for (const MoveRequest &request : requests) {
            MoveResult result;
            const bool fine = request.ciphertext[statePlace] == 'N' && request.ciphertext[flagPlace] != 'B';
            result.state = fine ? ItemState::Verified : ItemState::Failed;
            results.push_back(std::move(result));
        }
        return results;
    }
    Result<std::vector<MoveResult>> rehearse(std::vector<MoveRequest>, const CancelToken &) override {
        return std::vector<MoveResult>();
    }
    std::uint64_t calls() const override { return asked; }

private:
    static MoveResult one(Bytes ciphertext) {
        MoveResult result;
        result.sourceKey = "key/old";
        result.destinationKey = "key/new";
        if (ciphertext[statePlace] == 'N') {
            result.state = ItemState::Skipped;
        } else if (ciphertext[flagPlace] == 'S') {
            result.cause = Cause::StrayKey;
            result.error = serviceError(ErrorCode::IncorrectKey);
        } else {
            ciphertext[statePlace] = 'N';
            result.state = ItemState::Verified;
            result.ciphertext = std::move(ciphertext);
        }
        return result;
    }
};

class LastRecords final : public LaneEvents {
public:
    std::map<std::string, ItemRecord> last; ///< by unit, and part where there is one
    std::uint64_t bytesTotal = 0;
    std::uint64_t bytesDone = 0;

    void items(const std::vector<ItemRecord> &items) override {
        for (const ItemRecord &item : items) {
            last[item.place.part.empty() ? item.place.unit : item.place.unit + "#" + item.place.part] = item;
        }
    }
    void at(std::string_view) override {}
    void total(std::uint64_t bytes, bool) override { bytesTotal = bytes; }
    void advanced(std::uint64_t bytes) override { bytesDone += bytes; }
    std::size_t count(ItemState state, Cause cause = Cause::None) const {
        return static_cast<std::size_t>(std::count_if(last.begin(), last.end(), [&](const auto &each) {
            return each.second.state == state && each.second.cause == cause;
        }));
    }
};

inline JobSpec fileJob(SourceKind kind = SourceKind::Files, std::vector<std::string> paths = {"files"}) {
    JobSpec spec;
    spec.name = "files";
    spec.source.kind = kind;
    spec.source.paths = std::move(paths);
    spec.destinationKey = "key/new";
    return spec;
}

/// One run of a program: the journal is made or opened, the lane does one thing.
struct FileRun {
    fs::path base;
    JobSpec spec = fileJob();
    FakeMover mover;
    LastRecords events;
    CancelSource cancel;

    fs::path journalFile() const { return base / "job.ktj"; }

    Status operator()(const std::string &act) {
        SecretBytes key(32);
        std::fill_n(key.data(), key.size(), std::uint8_t{7});
        auto journal = fs::exists(journalFile())
                           ? Journal::open(journalFile(), key, systemClock())
                           : Journal::create(journalFile(), spec, key, "file", systemClock());
        if (!journal) {
            return failFrom(journal);
        }
        const LaneParts parts{&spec, base, journal->get(), &mover, &events, systemClock()};
        const std::unique_ptr<Lane> lane = makeFileLane(parts);
        if (act == "verify") {
            return lane->verify(cancel.token());
        }
        if (act == "undo") {
            return lane->undo(cancel.token());
        }
        if (act == "finalise") {
            return lane->finalise();
        }
        if (auto recovered = lane->recover(); !recovered) {
            return recovered;
        }
        for (;;) {
            auto step = lane->step(cancel.token());
            if (!step || *step == Step::Finished) {
                return step ? Status() : Status(failFrom(step));
            }
            if (act == "one") {
                return {};
            }
        }
    }
};

inline void put(const fs::path &file, ByteView content) {
    fs::create_directories(file.parent_path());
    std::FILE *out = std::fopen(file.c_str(), "wb");
    std::fwrite(content.data(), 1, content.size(), out);
    std::fclose(out);
}
inline void put(const fs::path &file, const std::string &content) {
    put(file, asBytes(content));
}
inline std::string contentOf(const fs::path &file) {
    const auto content = readFile(file, 1 << 26);
    return content ? std::string(asText(*content)) : std::string("(none)");
}
/// Temporary names below a folder.
inline std::size_t copiesBelow(const fs::path &folder) {
    std::size_t count = 0;
    for (const auto &entry : fs::recursive_directory_iterator(folder)) {
        count += entry.path().filename().string().find(".kt-") != std::string::npos ? 1 : 0;
    }
    return count;
}

} // namespace keyturn::reencrypt::test
