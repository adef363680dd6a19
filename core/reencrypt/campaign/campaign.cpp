// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/campaign/campaign.h"

#include "base/atomic_file.h"
#include "base/encoding.h"
#include "base/platform/file.h"
#include "crypto/random.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t campaignBytesMax = 1024 * 1024;

void leaveOutNeedless(CampaignRecord &record) {
    const auto leaveOut = [&](CampaignStep step, std::string why) {
        record.of(step) = {StepState::NotNeeded, std::nullopt, std::move(why)};
    };
    if (record.spec.newMaterial) {
        for (const auto step : {CampaignStep::MoveAlias, CampaignStep::Watch, CampaignStep::Disable,
                                CampaignStep::ScheduleDeletion}) {
            leaveOut(step, "The key stays the same.");
        }
    } else if (record.spec.alias.empty()) {
        leaveOut(CampaignStep::MoveAlias, "No alias was named.");
    }
}

} // namespace

Campaign::Campaign(std::filesystem::path file, CampaignRecord record, Parts parts)
    : m_file(std::move(file))
    , m_record(std::move(record))
    , m_parts(std::move(parts)) {}

Result<Campaign> Campaign::begin(const std::filesystem::path &file, const CampaignSpec &spec, Parts parts) {
    if (auto sound = checkCampaign(spec); !sound) {
        return failFrom(sound);
    }
    CampaignRecord record;
    Bytes id(16);
    if (auto filled = crypto::fillRandom(id); !filled) {
        return failFrom(filled);
    }
    record.id = toHex(id);
    record.spec = spec;
    record.created = parts.clock->now();
    leaveOutNeedless(record);
    if (auto made = platform::createPrivateDirectory(file.parent_path()); !made) {
        return failFrom(made);
    }
    AtomicFile::Options options;
    options.mayReplace = false;
    if (auto written = writeFileAtomically(file, asBytes(writeCampaign(record)), options); !written) {
        return failFrom(written);
    }
    return Campaign(file, std::move(record), std::move(parts));
}

Result<Campaign> Campaign::open(const std::filesystem::path &file, Parts parts) {
    const auto content = readFile(file, campaignBytesMax);
    if (!content) {
        return fail(content.error());
    }
    auto record = parseCampaign(asText(*content));
    if (!record) {
        return failFrom(record);
    }
    return Campaign(file, std::move(*record), std::move(parts));
}

Status Campaign::save() {
    return writeFileAtomically(m_file, asBytes(writeCampaign(m_record)), AtomicFile::Options{});
}

std::string Campaign::target() const {
    return m_record.spec.newMaterial ? m_record.spec.oldKey : m_record.successorKey;
}

std::string Campaign::watchBlocks() const {
    const IdleEvidence &idle = m_record.idle;
    if (idle.itemsLeft.value_or(1) > 0) {
        return "Items are under the old key still. Run the jobs again.";
    }
    const auto since = idle.watchedSince.value_or(m_parts.clock->now());
    const auto over = since + std::chrono::days(m_record.spec.idleDays);
    const auto left = std::chrono::ceil<std::chrono::days>(over - m_parts.clock->now()).count();
    if (left > 0) {
        return "Watched since " + formatIso8601(since) + ". Look again in " + std::to_string(left) +
               (left == 1 ? " day." : " days.");
    }
    return {};
}

std::string Campaign::blocked(CampaignStep step) const {
    const StepRecord &own = m_record.of(step);
    if (own.state == StepState::NotNeeded) {
        return own.note;
    }
    const auto turn = m_record.next();
    if (turn && *turn < step) {
        return "First comes: " + std::string(title(*turn)) + ".";
    }
    const bool onceOnly = step == CampaignStep::Successor || step == CampaignStep::ScheduleDeletion;
    if (own.state == StepState::Done && onceOnly) {
        return "Done.";
    }
    return {};
}

Status Campaign::end(CampaignStep step, Result<std::string> note) {
    StepRecord &record = m_record.of(step);
    record.at = m_parts.clock->now();
    if (note) {
        const bool goesOn = step == CampaignStep::Watch && !watchBlocks().empty();
        record.state = goesOn ? StepState::Waiting : StepState::Done;
        record.note = std::move(*note);
        return save();
    }
    const bool stopped = note.error().code == ErrorCode::Cancelled;
    record.state = stopped ? StepState::Begun : StepState::Failed;
    record.note =
        stopped ? "Stopped. It goes on where it stood."
                : (note.error().serviceMessage.empty() ? note.error().detail : note.error().serviceMessage);
    if (auto saved = save(); !saved) {
        return saved;
    }
    return failFrom(note);
}

Status Campaign::perform(CampaignStep step, const CancelToken &cancel) {
    if (auto why = blocked(step); !why.empty()) {
        return fail(ErrorCode::Usage, std::string(title(step)) + ": " + why);
    }
    // A step taken again makes what was built on it unproven.
    for (auto later = static_cast<std::size_t>(step) + 1; later < campaignStepCount; ++later) {
        if (m_record.steps[later].state == StepState::Done && step <= CampaignStep::Run) {
            m_record.steps[later].state = StepState::Waiting;
        }
    }
    m_record.of(step) = {StepState::Begun, m_parts.clock->now(), {}};
    if (auto saved = save(); !saved) {
        return saved;
    }
    switch (step) {
    case CampaignStep::Successor:
        return end(step, makeSuccessor(cancel));
    case CampaignStep::Plan:
    case CampaignStep::DryRun:
    case CampaignStep::Run:
    case CampaignStep::Verify:
        return end(step, runJobs(step, cancel));
    case CampaignStep::MoveAlias:
        return end(step, moveAlias(cancel));
    case CampaignStep::Watch:
        return end(step, watch(cancel));
    case CampaignStep::Disable:
        return end(step, disable(cancel));
    case CampaignStep::ScheduleDeletion:
        return end(step, scheduleDeletion(cancel));
    case CampaignStep::Count_:
        break;
    }
    return {};
}

Result<std::string> Campaign::runJobs(CampaignStep step, const CancelToken &cancel) {
    std::string note;
    for (const std::string &file : m_record.spec.jobs) {
        const std::string name = std::filesystem::path(file).filename();
        auto job = m_parts.port->perform(step, file, target(), cancel);
        if (!job) {
            return failFrom(job);
        }
        const Counters &counters = job->counters;
        if (step != CampaignStep::Plan && counters.failed + counters.conflicts > 0) {
            return fail(ErrorCode::Usage, name + ": " + std::to_string(counters.failed + counters.conflicts) +
                                              " items failed or are conflicts. Look at the job, then take "
                                              "this step again.");
        }
        note += (note.empty() ? "" : " ") + name + ": " + job->summary;
    }
    return note;
}

} // namespace keyturn::reencrypt
