// SPDX-License-Identifier: Apache-2.0
// KeyChooser: which key a ciphertext is tried with (FORMAT.md "Which key"), and what was learned of groups of
// ciphertexts that are likely under one key. One thread. Private to this module.
#pragma once

#include "reencrypt/mover.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace keyturn::reencrypt {

/// What ciphertexts of one key (and material) have in common, as far as their form tells: a hint, never
/// proof. Empty: no known form.
std::string groupOf(ByteView ciphertext);
/// The key that a Keyturn vault's ciphertext names; empty for others.
std::string headerKeyOf(ByteView ciphertext);
/// The same key, whether named by id or ARN. Aliases are only equal to themselves.
bool sameKey(std::string_view a, std::string_view b);

class KeyChooser {
public:
    explicit KeyChooser(const JobSpec &spec)
        : m_spec(spec) {}

    /// Keys to try in order; none: nobody knows, one call without SourceKeyId asks.
    std::vector<std::string> candidates(const std::string &group, const MoveRequest &request) const;
    /// True: a look under the destination key comes first, for it likely fits.
    bool isLikelyMoved(const std::string &group, const MoveRequest &request) const;
    /// The job lists no keys, so a service may be asked.
    bool mayAsk() const { return m_spec.sourceKeys.empty(); }

    void fitted(const std::string &group, const std::string &key);
    void wasMoved(const std::string &group, bool moved);
    void learnDestination(const std::string &key) { m_destination = key; }
    /// As the service names it; the job's own word for it before that is known.
    const std::string &destination() const {
        return m_destination.empty() ? m_spec.destinationKey : m_destination;
    }
    bool isDestination(std::string_view key) const;
    /// The job moves ciphertexts of a key to that key: to its newest material, or to another context.
    bool staysUnderItsKey() const;
    /// The service's words are about the destination key and not about `source`.
    bool isAboutDestination(const Error &error, const std::string &source) const;

private:
    struct Group {
        std::string key;
        bool moved = false; ///< the last one that was looked at
    };
    bool isListed(std::string_view key) const;
    Group &groupFacts(const std::string &group);

    const JobSpec &m_spec;
    std::string m_destination;
    std::string m_lastFitted; ///< of several source keys
    std::unordered_map<std::string, Group> m_groups;
};

} // namespace keyturn::reencrypt
