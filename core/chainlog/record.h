// SPDX-License-Identifier: Apache-2.0
// Record: one line of a log, and its canonical bytes. Plain values and functions, any thread.
// Follows FORMAT.md "Record". Errors: Usage (a field too long, naming it), VaultDamaged (bytes of no record).
// Never put into a record: plaintext, key bytes, passphrase, Authorization header, session token.
#pragma once

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"

#include <cstdint>
#include <string>

namespace keyturn::chainlog {

struct Record {
    Timestamp time{};
    std::uint64_t monotonicMicroseconds = 0; ///< of one run of the program
    std::string actor;                       ///< "gui", "cli", a job id, an access key id
    std::string action;                      ///< "Encrypt", "VaultUnlocked", ...
    std::string keyId;
    std::string materialId;
    std::string outcome; ///< "Success" or the name of the error
    std::string requestId;
    std::string note;    ///< for people; counts of a job's hot zone, the clear context where that is wanted
    Bytes contextDigest; ///< empty or 32 bytes: keyed HMAC of the canonical encryption context

    bool operator==(const Record &) const = default;
};

inline constexpr std::size_t maxRecordBytes = 16384;

/// Appends the canonical bytes of a record to `out`.
Status encodeRecord(const Record &record, Bytes &out);
Result<Record> decodeRecord(ByteView bytes);

} // namespace keyturn::chainlog
