// SPDX-License-Identifier: Apache-2.0
// Snapshot: what was found at a service at one time; to and from the bytes that are sealed (FORMAT.md
// "Content"). Plain values; any thread. Errors of reading: VaultDamaged.
#pragma once

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace keyturn::snapshot {

struct SnapshotFacts {
    std::string profile;
    std::string endpoint;
    std::string region;
    std::string accountId;
    std::string program;
    Timestamp began{};
    Timestamp ended{};
    bool serviceTime = false; ///< both by the service's clock; else by ours

    bool operator==(const SnapshotFacts &) const = default;
};

struct SnapshotPart {
    std::vector<std::string> items; ///< wire JSON: items of a paged operation, or one reply
    std::string missing;            ///< the error's name; empty: taken
    std::string why;                ///< for people

    bool isTaken() const { return missing.empty(); }
    bool operator==(const SnapshotPart &) const = default;
};

struct Snapshot {
    /// Operation on the wire and key id (empty: of the account).
    using Place = std::pair<std::string, std::string>;
    SnapshotFacts facts;
    std::map<Place, SnapshotPart> parts;

    const SnapshotPart *find(std::string_view operation, std::string_view keyId = {}) const;
    bool operator==(const Snapshot &) const = default;
};

/// How often something is missing, by operation and reason; for people.
struct MissingSum {
    std::string operation;
    std::string why;
    std::size_t keys = 0; ///< 0: of the account
};
std::vector<MissingSum> missingParts(const Snapshot &snapshot);

Bytes encodeSnapshot(const Snapshot &snapshot);
Result<Snapshot> decodeSnapshot(ByteView content);

} // namespace keyturn::snapshot
