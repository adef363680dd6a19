// SPDX-License-Identifier: Apache-2.0
// RecentChanges: what was changed through this connection in the last five minutes. KMS is eventually
// consistent, so until then NotFound, AccessDenied or an old state may only mean that the change has not
// spread; and the token of a new grant is sent along meanwhile. Internal to this module; the owner locks.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "remote/remote_kms.h"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::remote {

class RecentChanges {
public:
    static constexpr std::chrono::minutes spread{5};

    explicit RecentChanges(std::shared_ptr<const Clock> clock)
        : m_clock(std::move(clock)) {}

    /// `names`: key ids and aliases, without the ARN around them.
    void note(std::string_view operation, const std::vector<std::string> &names);
    void noteGrant(const std::vector<std::string> &keys, std::string grantId, std::string token);
    /// Its token goes along no more. `idOrToken`: of the grant that was retired or revoked, or a token that
    /// was refused.
    void forgetGrant(std::string_view idOrToken);

    std::optional<RecentChange> of(std::string_view name) const;
    /// Whether the code may be the answer of a place that has not heard of the change yet: a sentence.
    std::optional<std::string> excuse(const std::vector<std::string> &names, ErrorCode code) const;
    std::vector<std::string> grantTokens(const std::vector<std::string> &keys) const;

private:
    struct Entry {
        std::string operation;
        std::string name;
        std::chrono::steady_clock::time_point at;
        std::string grantToken; ///< of a CreateGrant; empty: it has ended
        std::string grantId;
    };
    bool isRecent(const Entry &entry) const { return m_clock->steadyNow() - entry.at < spread; }
    std::chrono::seconds ageOf(const Entry &entry) const;
    void forgetOld();

    std::shared_ptr<const Clock> m_clock;
    std::deque<Entry> m_entries; ///< newest first
};

/// "arn:...:key/ID" or "ID" to "ID", "arn:...:alias/x" to "alias/x".
std::string nameWithoutArn(std::string_view keyOrAlias);

} // namespace keyturn::remote
