// SPDX-License-Identifier: Apache-2.0
// Chain: makes pages of chained records and checks them. Holds the chain key (keyed HMAC, secure heap).
// Thread rule: const members from any number of threads. Follows FORMAT.md.
// Errors: Usage (no records, too many, one too long), VaultDamaged (a page that does not continue the chain).
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "chainlog/record.h"
#include "crypto/hmac_sha256.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace keyturn::chainlog {

using ChainHash = std::array<std::uint8_t, 32>;

/// Where a log ends. Whoever owns the log keeps this where nobody can change it unnoticed.
struct LogState {
    std::uint64_t pages = 0;
    std::uint64_t records = 0;
    ChainHash head{};

    bool operator==(const LogState &) const = default;
};

struct StoredRecord {
    std::uint64_t sequence = 0; ///< from 1
    ChainHash hash{};
    Record record;
};

inline constexpr std::size_t maxRecordsPerPage = 1024;

class Chain {
public:
    explicit Chain(ByteView key)
        : m_mac(key) {}

    /// The clear bytes of the next page; `state` moves on.
    Result<Bytes> buildPage(LogState &state, std::span<const Record> records) const;
    /// Checks that a page continues `state`, which moves on, and gives its records.
    Result<std::vector<StoredRecord>> readPage(LogState &state, ByteView page) const;
    /// The state that the page itself claims to continue: for reading a single page out of the middle.
    static Result<LogState> claimedStart(std::uint64_t pageNumber, ByteView page);

private:
    ChainHash next(std::uint64_t sequence, const ChainHash &previous, ByteView record) const;
    crypto::HmacSha256 m_mac;
};

} // namespace keyturn::chainlog
