// SPDX-License-Identifier: Apache-2.0
// CampaignRecord: what a rotation campaign is asked to do and how far it came, kept in a file of its own
// (YAML, 0600, FORMAT.md "The campaign file") so that every step may be taken on another day. Plain values;
// any thread. Errors of reading: those of readFile, Usage naming line and member, VaultNewer (a later
// format).
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::reencrypt {

enum class CampaignStep : std::uint8_t {
    Successor,
    Plan,
    DryRun,
    Run,
    Verify,
    MoveAlias,
    Watch,
    Disable,
    ScheduleDeletion,
    Count_
};
inline constexpr std::size_t campaignStepCount = static_cast<std::size_t>(CampaignStep::Count_);
std::string_view wireName(CampaignStep step); ///< "successor", "dry-run", ...
std::string_view title(CampaignStep step);    ///< for people

enum class StepState : std::uint8_t { Waiting, Begun, Done, Failed, NotNeeded };
std::string_view wireName(StepState state);

struct CampaignSpec {
    std::string name;
    std::string reason;            ///< "compromise" adds its warnings
    std::string oldKey;            ///< id or ARN, never an alias: that moves
    std::string alias;             ///< that names it; empty: none is moved
    bool newMaterial = false;      ///< new material for the same key instead of a successor
    std::string successor;         ///< an existing key; empty: one is made like the old one
    std::vector<std::string> jobs; ///< job files
    std::uint32_t idleDays = 7;    ///< how long the old key must have been seen idle before it is disabled
    std::uint32_t deletionWindowDays = 30;
    bool operator==(const CampaignSpec &) const = default;
};
/// Errors: Usage naming the member.
Status checkCampaign(const CampaignSpec &spec);

struct StepRecord {
    StepState state = StepState::Waiting;
    std::optional<Timestamp> at; ///< of the last change
    std::string note;            ///< what was seen, or why it failed
    bool operator==(const StepRecord &) const = default;
};

/// What speaks for the old key being idle. Evidence, not proof.
struct IdleEvidence {
    std::optional<Timestamp> watchedSince; ///< begins again when a use is seen
    std::optional<Timestamp> lastLook;
    bool usesAreReported = false; ///< the service or Keyturn's own log says when the key was used last
    std::string whyNot;           ///< of !usesAreReported
    std::optional<Timestamp> lastUse;
    std::string lastOperation;
    std::optional<std::uint64_t> itemsLeft; ///< on the old key at the last scan of the jobs' sources
    bool operator==(const IdleEvidence &) const = default;
};

struct CampaignRecord {
    std::string id; ///< 32 hex digits; a made key carries it as tag keyturn:campaign
    CampaignSpec spec;
    Timestamp created;
    std::string successorKey;     ///< ARN where the service names one
    std::uint32_t aliasReads = 0; ///< in a row that named the successor
    IdleEvidence idle;
    std::array<StepRecord, campaignStepCount> steps;

    StepRecord &of(CampaignStep step) { return steps[static_cast<std::size_t>(step)]; }
    const StepRecord &of(CampaignStep step) const { return steps[static_cast<std::size_t>(step)]; }
    /// The first step that is neither done nor needless; nothing: the campaign is over.
    std::optional<CampaignStep> next() const;
    bool operator==(const CampaignRecord &) const = default;
};

std::string writeCampaign(const CampaignRecord &record);
Result<CampaignRecord> parseCampaign(std::string_view yaml);

} // namespace keyturn::reencrypt
