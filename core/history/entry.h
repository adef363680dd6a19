// SPDX-License-Identifier: Apache-2.0
// HistoryEntry: one line of the history, to and from a record of the chain (FORMAT.md "Records"). Plain
// values, any thread. Errors of reading: VaultDamaged.
#pragma once

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "chainlog/record.h"

#include <cstdint>
#include <string>

namespace keyturn::history {

enum class Stage : std::uint8_t { Call, Intent, Outcome, Sum };

struct HistoryEntry {
    Timestamp time{};
    std::uint64_t monotonicMicroseconds = 0;
    std::string program;
    std::string operation;
    Stage stage = Stage::Call;
    std::string callId;
    std::string profile;
    std::string jobId;
    std::uint64_t calls = 1;
    std::string key;
    std::string material;
    std::string destinationKey; ///< of ReEncrypt
    std::string destinationMaterial;
    std::string outcome; ///< "Success", "Intent", "NotSent", the error's name
    std::string requestId;
    bool dryRun = false;
    std::string detail;
    std::string context; ///< in the clear, JSON; only where that is switched on
    Bytes contextDigest; ///< empty or 32 bytes
    Bytes destinationContextDigest;

    bool operator==(const HistoryEntry &) const = default;
};

inline constexpr std::string_view beganAction = "HistoryBegan";
inline constexpr std::string_view gapAction = "HistoryGap";

/// Texts that are too long or not UTF-8 are replaced by words that say so: a record never fails for them.
chainlog::Record toRecord(const HistoryEntry &entry);
Result<HistoryEntry> toEntry(const chainlog::Record &record);

std::string_view stageName(Stage stage); ///< "call", "intent", "outcome", "sum"

} // namespace keyturn::history
