// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/journal_chain.h"

#include "reencrypt/body.h"

namespace keyturn::reencrypt {
namespace {

constexpr std::string_view keyLabel = "keyturn journal key";
constexpr std::string_view headLabel = "keyturn journal head";
constexpr std::size_t countersSize = 64;

} // namespace

Bytes countersBytes(const Counters &counters) {
    Bytes bytes;
    for (const std::uint64_t each :
         {counters.found, counters.done, counters.verified, counters.skipped, counters.conflicts,
          counters.failed, counters.calls, counters.throttled}) {
        appendU64(bytes, each);
    }
    return bytes;
}

std::optional<Counters> countersOf(ByteView bytes) {
    if (bytes.size() != countersSize) {
        return std::nullopt;
    }
    BodyReader reader(bytes);
    Counters counters;
    for (std::uint64_t *each :
         {&counters.found, &counters.done, &counters.verified, &counters.skipped, &counters.conflicts,
          &counters.failed, &counters.calls, &counters.throttled}) {
        *each = reader.u64();
    }
    return counters;
}

Mac JournalChain::keyCheck(std::uint64_t format, std::string_view keySource) const {
    Bytes number;
    appendU64(number, format);
    const std::array<ByteView, 4> parts{asBytes(keyLabel), ByteView(m_id), ByteView(number),
                                        asBytes(keySource)};
    return m_hmac.compute(crypto::ByteParts(parts));
}

Mac JournalChain::record(std::uint64_t sequence, Entry entry, const Mac &previous, ByteView body,
                         ByteView olds) const {
    Bytes front;
    appendU64(front, sequence);
    appendU8(front, static_cast<std::uint8_t>(entry));
    Bytes size;
    appendU64(size, body.size());
    const std::array<ByteView, 6> parts{
        ByteView(m_id), ByteView(front), ByteView(previous), ByteView(size), body, olds};
    return m_hmac.compute(crypto::ByteParts(parts));
}

Mac JournalChain::head(const ChainHead &head) const {
    Bytes front;
    appendU64(front, head.sequence);
    appendU8(front, static_cast<std::uint8_t>(head.state));
    appendU64(front, static_cast<std::uint64_t>(head.changed));
    const Bytes counters = countersBytes(head.counters);
    const std::array<ByteView, 5> parts{asBytes(headLabel), ByteView(m_id), ByteView(front),
                                        ByteView(counters), asBytes(head.reason)};
    return m_hmac.compute(crypto::ByteParts(parts));
}

} // namespace keyturn::reencrypt
