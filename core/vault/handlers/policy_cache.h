// SPDX-License-Identifier: Apache-2.0
// PolicyCache: key policies that were read, by their text: most keys have the same one. Thread rule: any
// thread. Owner: VaultCore. Makes no errors: a text that is no policy is kept as none.
#pragma once

#include "kms/key_policy.h"

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>

namespace keyturn::vault {

class PolicyCache {
public:
    using Entry = std::shared_ptr<const kms::KeyPolicy>;

    /// Null: the text is no policy.
    Entry find(const std::string &text) {
        {
            const std::shared_lock lock(m_mutex);
            if (const auto found = m_entries.find(text); found != m_entries.end()) {
                return found->second;
            }
        }
        auto policy = kms::KeyPolicy::parse(text);
        Entry entry = policy ? std::make_shared<const kms::KeyPolicy>(std::move(*policy)) : nullptr;
        const std::lock_guard lock(m_mutex);
        if (m_entries.size() >= maxEntries) {
            m_entries.clear();
        }
        m_entries.insert_or_assign(text, entry);
        return entry;
    }
    void clear() {
        const std::lock_guard lock(m_mutex);
        m_entries.clear();
    }

private:
    static constexpr std::size_t maxEntries = 256; // of at most 32 KiB of text each
    std::shared_mutex m_mutex;
    std::unordered_map<std::string, Entry> m_entries;
};

} // namespace keyturn::vault
