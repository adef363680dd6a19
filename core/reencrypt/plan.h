// SPDX-License-Identifier: Apache-2.0
// Plan: what a job would do, and whether it may. Made by JobRunner::plan; rendered as text for window and
// terminal by planText(). Plain values.
#pragma once

#include "reencrypt/item.h"
#include "reencrypt/job.h"
#include "reencrypt/lane.h"

#include <chrono>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

struct Finding {
    enum class Weight : std::uint8_t { Note, Warning, Blocks };
    Weight weight = Weight::Note;
    std::string text; ///< a sentence, with what to do
};

struct PermissionCheck {
    std::string sourceKey;
    bool allowed = false;
    bool byDryRun = false; ///< else one round trip whose answer was discarded
    std::string message;
};

struct Plan {
    Survey survey;
    std::vector<PermissionCheck> permissions;
    std::uint64_t callsEstimated = 0;
    std::chrono::seconds timeEstimated{0};
    double costEstimatedUsd = 0; ///< at AWS list price per 10,000 requests; 0 in a vault
    std::vector<Finding> findings;
    bool mayRun() const; ///< no finding blocks
};

struct PreviewItem {
    ItemRecord record;
    std::string kind;      ///< inspector's word
    std::string key;       ///< as told offline; may be empty
    std::string certainty; ///< "read", "likely", "unknown"
    kms::EncryptionContext context;
    std::size_t ciphertextBytes = 0;
};

std::string planText(const Plan &plan, const JobSpec &spec);
std::string planJson(const Plan &plan, const JobSpec &spec);

} // namespace keyturn::reencrypt
