// SPDX-License-Identifier: Apache-2.0
// Campaign: a key's rotation, step by step: successor, plan, dry run, run, verify, alias, watching,
// disabling, deletion. Each step is asked for by a person, writes down that it begins before it changes
// anything and what came of it afterwards, and may be asked for again: a step that was cut off looks first
// whether it had happened (reliability-security.md section 4 point 7: CreateKey is not idempotent). Blocks;
// one thread at a time. What changes a key goes through the service's decorators, so confirmation and safety
// level hold here too. Errors: Usage (not this step's turn: says which), those of the service, of the jobs
// and of writing the file.
#pragma once

#include "base/cancel.h"
#include "kms/service.h"
#include "reencrypt/campaign/campaign_record.h"
#include "reencrypt/journal.h"

#include <functional>
#include <memory>

namespace keyturn::reencrypt {

struct CampaignJob {
    JobState state = JobState::Planned;
    Counters counters;
    std::string summary; ///< a sentence
};

struct LastUse {
    bool reported = false;
    std::string whyNot; ///< of !reported
    std::optional<Timestamp> at;
    std::string operation;
};

/// What a campaign needs of the rest of the program.
class CampaignPort {
public:
    virtual ~CampaignPort() = default;
    /// Plan, DryRun, Run or Verify of one job file, with this destination key whatever the file says. Blocks.
    virtual Result<CampaignJob> perform(CampaignStep step, const std::string &jobFile,
                                        const std::string &destinationKey, const CancelToken &cancel) = 0;
    /// A look at the job's source: how many items are on `key` still?
    virtual Result<std::uint64_t> itemsOn(const std::string &key, const std::string &destinationKey,
                                          const std::string &jobFile, const CancelToken &cancel) = 0;
    /// When the key was used last, by the service's own record or Keyturn's logs.
    virtual Result<LastUse> lastUse(const std::string &key, const CancelToken &cancel) = 0;
    /// Between two reads of an alias. Errors: Cancelled.
    virtual Status pause(std::chrono::milliseconds time, const CancelToken &cancel) = 0;
};

inline constexpr std::uint32_t aliasReadsNeeded = 3;

class Campaign {
public:
    struct Parts {
        std::shared_ptr<kms::KmsService> service;
        CampaignPort *port = nullptr; ///< outlives the campaign
        std::shared_ptr<const Clock> clock = systemClock();
    };
    /// A new file; FileExists where one stands.
    static Result<Campaign> begin(const std::filesystem::path &file, const CampaignSpec &spec, Parts parts);
    static Result<Campaign> open(const std::filesystem::path &file, Parts parts);

    const CampaignRecord &record() const { return m_record; }
    /// Why the step cannot be taken now; empty: it can.
    std::string blocked(CampaignStep step) const;
    /// Takes it. Watch: one look; it is done once the days are over and nothing was seen.
    Status perform(CampaignStep step, const CancelToken &cancel);

private:
    Campaign(std::filesystem::path file, CampaignRecord record, Parts parts);
    Status save();
    Status end(CampaignStep step, Result<std::string> note);
    std::string watchBlocks() const;
    std::string target() const; ///< the key that everything moves to

    Result<std::string> makeSuccessor(const CancelToken &cancel);
    Result<std::string> createLikeOld(const CancelToken &cancel);
    Result<std::string> findMade(const CancelToken &cancel);
    Result<std::string> runJobs(CampaignStep step, const CancelToken &cancel);
    Result<std::string> moveAlias(const CancelToken &cancel);
    Result<std::string> watch(const CancelToken &cancel);
    Result<std::string> disable(const CancelToken &cancel);
    Result<std::string> scheduleDeletion(const CancelToken &cancel);
    Result<bool> aliasNamesTarget(const CancelToken &cancel);

    std::filesystem::path m_file;
    CampaignRecord m_record;
    Parts m_parts;
};

/// What the step does, and what it does not do: for the window, with this campaign's names and numbers.
struct StepWords {
    std::string does;
    std::string doesNot;
    std::string warning; ///< of reason "compromise"; else empty
};
StepWords words(CampaignStep step, const CampaignRecord &record);

} // namespace keyturn::reencrypt
