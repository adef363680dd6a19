// SPDX-License-Identifier: Apache-2.0
#include "remote/recent_changes.h"

#include "kms/identifier.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace keyturn::remote {

namespace {

using enum ErrorCode;

/// What an operation makes untrue, and what it makes true.
struct Row {
    std::string_view operation;
    std::array<ErrorCode, 3> ends; ///< after it these answers are old ones (unused: Unknown)
    std::array<ErrorCode, 2> causes;
};

constexpr std::array rows{
    Row{"CreateKey", {NotFound, KMSInvalidState, AccessDenied}, {}},
    Row{"ReplicateKey", {NotFound, KMSInvalidState, AccessDenied}, {}},
    Row{"CreateAlias", {NotFound, AccessDenied}, {}},
    Row{"UpdateAlias", {NotFound, AccessDenied}, {}},
    Row{"DeleteAlias", {AlreadyExists}, {NotFound}},
    Row{"EnableKey", {Disabled, KMSInvalidState}, {}},
    Row{"DisableKey", {}, {Disabled, KMSInvalidState}},
    Row{"ScheduleKeyDeletion", {}, {KMSInvalidState, Disabled}},
    Row{"CancelKeyDeletion", {KMSInvalidState}, {Disabled}},
    Row{"ImportKeyMaterial", {KMSInvalidState}, {}},
    Row{"DeleteImportedKeyMaterial", {}, {KMSInvalidState}},
    Row{"UpdatePrimaryRegion", {KMSInvalidState}, {}},
    Row{"PutKeyPolicy", {AccessDenied}, {}},
    Row{"CreateGrant", {AccessDenied}, {}},
    Row{"RetireGrant", {}, {AccessDenied}},
    Row{"RevokeGrant", {}, {AccessDenied}},
    Row{"TagResource", {AccessDenied}, {}},
    Row{"UntagResource", {AccessDenied}, {}},
};

const Row *rowOf(std::string_view operation) {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const Row &row) { return row.operation == operation; });
    return found == rows.end() ? nullptr : &*found;
}

template <std::size_t N>
bool holds(const std::array<ErrorCode, N> &codes, ErrorCode code) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

} // namespace

std::string nameWithoutArn(std::string_view keyOrAlias) {
    return kms::parseKeyIdentifier(keyOrAlias).resource;
}

void RecentChanges::forgetOld() {
    while (!m_entries.empty() && !isRecent(m_entries.back())) {
        m_entries.pop_back();
    }
}

std::chrono::seconds RecentChanges::ageOf(const Entry &entry) const {
    return std::chrono::floor<std::chrono::seconds>(m_clock->steadyNow() - entry.at);
}

void RecentChanges::note(std::string_view operation, const std::vector<std::string> &names) {
    forgetOld();
    for (const std::string &name : names) {
        std::erase_if(m_entries, [&](const Entry &entry) {
            return entry.name == name && entry.operation == operation && entry.grantToken.empty();
        });
        m_entries.push_front({std::string(operation), name, m_clock->steadyNow(), {}, {}});
    }
}

void RecentChanges::noteGrant(const std::vector<std::string> &keys, std::string grantId, std::string token) {
    for (const std::string &key : keys) {
        m_entries.push_front({"CreateGrant", key, m_clock->steadyNow(), token, grantId});
    }
}

void RecentChanges::forgetGrant(std::string_view idOrToken) {
    for (Entry &entry : m_entries) {
        if (!entry.grantToken.empty() && (entry.grantId == idOrToken || entry.grantToken == idOrToken)) {
            entry.grantToken.clear();
        }
    }
}

std::optional<RecentChange> RecentChanges::of(std::string_view name) const {
    for (const Entry &entry : m_entries) {
        if (entry.name == name && isRecent(entry)) {
            return RecentChange{entry.operation, ageOf(entry)};
        }
    }
    return std::nullopt;
}

std::optional<std::string> RecentChanges::excuse(const std::vector<std::string> &names,
                                                 ErrorCode code) const {
    if (code == Unknown) {
        return std::nullopt;
    }
    for (const Entry &entry : m_entries) { // the newest change that has a say in it decides
        const Row *row = rowOf(entry.operation);
        if (row == nullptr || !isRecent(entry) ||
            std::find(names.begin(), names.end(), entry.name) == names.end()) {
            continue;
        }
        if (holds(row->causes, code)) {
            return std::nullopt;
        }
        if (holds(row->ends, code)) {
            return entry.name + " was changed " + std::to_string(ageOf(entry).count()) + " s ago (" +
                   entry.operation + "), and that may not have spread yet: wait a little and try again";
        }
    }
    return std::nullopt;
}

std::vector<std::string> RecentChanges::grantTokens(const std::vector<std::string> &keys) const {
    std::vector<std::string> tokens;
    for (const Entry &entry : m_entries) {
        if (!entry.grantToken.empty() && isRecent(entry) &&
            std::find(keys.begin(), keys.end(), entry.name) != keys.end()) {
            tokens.push_back(entry.grantToken);
        }
    }
    return tokens;
}

} // namespace keyturn::remote
