// SPDX-License-Identifier: Apache-2.0
// FixedAccessKeys: an AccessKeyStore in memory, for serving services that keep none. Any thread.
#pragma once

#include "kms/access_keys.h"

#include <map>
#include <mutex>
#include <string>

namespace keyturn::test {

class FixedAccessKeys final : public kms::AccessKeyStore {
public:
    static constexpr std::string_view defaultId = "AKIATEST";
    static constexpr std::string_view defaultSecret = "secret-CANARY";

    /// With one key that may call everything.
    FixedAccessKeys() { add(std::string(defaultId), std::string(defaultSecret)); }

    void add(const std::string &id, const std::string &secret,
             std::optional<std::vector<std::string>> operations = {}) {
        const std::lock_guard lock(m_mutex);
        kms::AccessKey key{id, "test", "arn:aws:iam::111122223333:user/test", std::move(operations)};
        m_entries[id] =
            std::make_shared<const kms::AccessKeyEntry>(std::move(key), SecretBytes::copyOf(secret));
    }

    std::shared_ptr<const kms::AccessKeyEntry> find(std::string_view id) const override {
        const std::lock_guard lock(m_mutex);
        const auto found = m_entries.find(id);
        return found == m_entries.end() ? nullptr : found->second;
    }
    std::vector<kms::AccessKey> list() const override { return {}; }
    Result<kms::CreatedAccessKey> create(kms::NewAccessKey) override { return fixed(); }
    Status setEnabled(const std::string &, bool) override { return fixed(); }
    Status remove(const std::string &) override { return fixed(); }

private:
    static tl::unexpected<Error> fixed() { return fail(ErrorCode::Usage, "these keys do not change"); }

    mutable std::mutex m_mutex;
    std::map<std::string, std::shared_ptr<const kms::AccessKeyEntry>, std::less<>> m_entries;
};

} // namespace keyturn::test
