// SPDX-License-Identifier: Apache-2.0
// LogFile: a log in a file of its own, which several programs may append to, one after another. Every byte is
// authenticated: a bit changed, a part cut, moved or added is found. Thread rule: one thread at a time.
// Owner: whoever opened it; it owns chain and sealing keys, derived from the owner's key. Follows FORMAT.md
// "Log in a file of its own". Errors: FileNotFound, FileExists, FileNotRegular, PermissionDenied, DiskFull,
// IoFailed, TimedOut (another program holds the lock), VaultDamaged (names the place), Usage (no log file, a
// key of a wrong size).
#pragma once

#include "base/clock.h"
#include "base/platform/shared_file.h"
#include "base/progress.h"
#include "chainlog/chain.h"
#include "crypto/committing_aead.h"
#include "crypto/hmac_sha256.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::chainlog {

/// What the file says about itself before any key is at hand; proven by opening it.
struct LogFileHead {
    std::array<std::uint8_t, 16> id{};
    Timestamp created{};
    std::string keySource; ///< where the key is kept, in the owner's words
};

struct LogFileReport {
    std::uint64_t pages = 0;
    std::uint64_t records = 0;
    std::uint64_t sizeBytes = 0;
    ChainHash head{};                  ///< of the last record that held
    std::vector<std::string> findings; ///< none: the log is what was written
    std::vector<std::string> notes;    ///< traces of an append that was interrupted and never told as done
};

/// A record that the log makes itself, before others, where a state slot had to be made anew.
inline constexpr std::string_view repairedAction = "LogRepaired";

class LogFile {
public:
    static constexpr std::size_t keySizeBytes = 32;

    static Result<LogFileHead> readHead(const std::filesystem::path &file);
    /// A new, empty log under a name that is free.
    static Status create(const std::filesystem::path &file, ByteView key, const std::string &keySource,
                         Timestamp now);
    static Result<std::unique_ptr<LogFile>> open(const std::filesystem::path &file, ByteView key,
                                                 bool readOnly = false);

    const LogFileHead &head() const { return m_head; }

    /// Durable when it returns; a failure leaves what was there, and may be followed by another attempt. At
    /// most maxRecordsPerPage. Waits for other programs at most so long. FileNotFound: the file was moved
    /// away or replaced; open again.
    Status append(std::span<const Record> records, std::chrono::milliseconds atMost);

    /// All records in order, checked on the way; when it fails, those visited before still hold.
    Status forEach(const std::function<Status(const StoredRecord &)> &visit, const Progress &progress = {});
    /// Everything checked. Fails only where the file cannot be read.
    Result<LogFileReport> verify(const Progress &progress = {});

    /// A keyed hash that only whoever has the key can make: for what shall be compared and not be read.
    crypto::HmacSha256Tag digest(ByteView content) const { return m_digest.compute(content); }

private:
    struct State {
        std::uint64_t generation = 0;
        LogState log;
        std::uint64_t end = 0;
        bool operator==(const State &) const = default;
    };
    struct Keys;
    LogFile(platform::SharedFile file, LogFileHead head, const Keys &keys, std::string name);

    Result<Bytes> sealState(const State &state) const;
    static Result<Bytes> sealedState(const crypto::CommittingAead &seal, const LogFileHead &head,
                                     const State &state);
    Result<State> readSlot(std::uint64_t slot) const;
    struct Found {
        State state;
        std::string tornSlot; ///< what is wrong with the other slot; empty: nothing
    };
    Result<Found> findState() const;
    Result<Found> lockedState();
    Status appendLocked(std::span<const Record> records);
    Status appendPage(State &state, std::span<const Record> records);
    Result<Bytes> readFrame(const State &at, std::uint64_t end, std::uint64_t &next) const;
    Status walk(const State &target, State &reached, const std::function<Status(const StoredRecord &)> &visit,
                const Progress &progress) const;
    tl::unexpected<Error> damaged(std::string what) const;

    platform::SharedFile m_file;
    LogFileHead m_head;
    std::string m_name;
    crypto::CommittingAead m_seal;
    Chain m_chain;
    crypto::HmacSha256 m_digest;
};

} // namespace keyturn::chainlog
