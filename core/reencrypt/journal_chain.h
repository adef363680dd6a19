// SPDX-License-Identifier: Apache-2.0
// JournalChain: what authenticates a journal: the MACs of its records and of its head (FORMAT.md "The
// journal"). Pure, holds the keyed HMAC. Private to this module.
#pragma once

#include "crypto/hmac_sha256.h"
#include "reencrypt/journal.h"

#include <array>

namespace keyturn::reencrypt {

using JobId = std::array<std::uint8_t, 16>;
using Mac = crypto::HmacSha256Tag;

struct ChainHead {
    std::uint64_t sequence = 0;
    JobState state = JobState::Planned;
    std::string reason;
    std::int64_t changed = 0;
    Counters counters;
};

Bytes countersBytes(const Counters &counters);
/// Nothing: not their size.
std::optional<Counters> countersOf(ByteView bytes);

class JournalChain {
public:
    JournalChain(ByteView key, const JobId &id)
        : m_hmac(key)
        , m_id(id) {}

    const JobId &id() const { return m_id; }
    Mac keyCheck(std::uint64_t format, std::string_view keySource) const;
    Mac record(std::uint64_t sequence, Entry entry, const Mac &previous, ByteView body, ByteView olds) const;
    Mac head(const ChainHead &head) const;

private:
    crypto::HmacSha256 m_hmac;
    JobId m_id;
};

} // namespace keyturn::reencrypt
