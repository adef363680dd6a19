// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/campaign/campaign_record.h"

#include "kms/identifier.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

constexpr std::array<std::string_view, campaignStepCount> stepNames{
    "successor", "plan", "dry-run", "run", "verify", "move-alias", "watch", "disable", "schedule-deletion"};
constexpr std::array<std::string_view, campaignStepCount> stepTitles{"Successor key",
                                                                     "Plan",
                                                                     "Dry run",
                                                                     "Run",
                                                                     "Verify",
                                                                     "Move the alias",
                                                                     "Watch the old key",
                                                                     "Disable the old key",
                                                                     "Schedule its deletion"};
constexpr std::array<std::string_view, 5> stateNames{"waiting", "begun", "done", "failed", "not-needed"};

Status refuse(std::string detail) {
    return fail(ErrorCode::Usage, std::move(detail));
}

} // namespace

std::string_view wireName(CampaignStep step) {
    return stepNames[static_cast<std::size_t>(step)];
}

std::string_view title(CampaignStep step) {
    return stepTitles[static_cast<std::size_t>(step)];
}

std::string_view wireName(StepState state) {
    return stateNames[static_cast<std::size_t>(state)];
}

Status checkCampaign(const CampaignSpec &spec) {
    const auto isAlias = [](const std::string &key) { return key.find("alias/") != std::string::npos; };
    if (spec.oldKey.empty() || isAlias(spec.oldKey)) {
        return refuse("old-key: name the key by its id or ARN, since an alias moves in the campaign");
    }
    if (!spec.alias.empty() && !spec.alias.starts_with("alias/")) {
        return refuse("alias: must begin with alias/");
    }
    if (spec.newMaterial && !spec.successor.empty()) {
        return refuse("successor: leave it out with new-material, which stays with the same key");
    }
    if (isAlias(spec.successor)) {
        return refuse("successor: name the key by its id or ARN");
    }
    if (!spec.successor.empty() && spec.successor == spec.oldKey) {
        return refuse("successor: must be another key than old-key; say new-material to keep the key");
    }
    if (spec.jobs.empty()) {
        return refuse("jobs: name at least one job file");
    }
    if (spec.deletionWindowDays < 7 || spec.deletionWindowDays > 30) {
        return refuse("deletion-window-days: must be 7 to 30");
    }
    if (spec.idleDays > 3650) {
        return refuse("idle-days: must be 0 to 3650");
    }
    return {};
}

std::optional<CampaignStep> CampaignRecord::next() const {
    const auto found = std::find_if(steps.begin(), steps.end(), [](const StepRecord &each) {
        return each.state != StepState::Done && each.state != StepState::NotNeeded;
    });
    if (found == steps.end()) {
        return std::nullopt;
    }
    return static_cast<CampaignStep>(found - steps.begin());
}

} // namespace keyturn::reencrypt
