// SPDX-License-Identifier: Apache-2.0
// Outcomes at the end of a record's body: FORMAT.md "The journal".
#include "reencrypt/body.h"
#include "reencrypt/journal.h"

#include <algorithm>
#include <array>

namespace keyturn::reencrypt {
namespace {

constexpr std::array<std::string_view, 7> stateNames{"planned",  "running",   "paused", "done",
                                                     "verified", "finalised", "undone"};

constexpr unsigned textCount = 9;
constexpr std::uint32_t hasBefore = 1U << 18U;
constexpr std::uint32_t hasAfter = 1U << 19U;
constexpr std::uint32_t hasLine = 1U << 20U;
constexpr std::uint32_t allFlags = (1U << 21U) - 1;
enum TextForm : std::uint32_t { Empty = 0, Given = 1, AsBefore = 2 };

template <class Item>
auto textsOf(Item &item) {
    return std::array{&item.place.unit,     &item.place.part,          &item.message,
                      &item.serviceCode,    &item.sourceKey,           &item.destinationKey,
                      &item.sourceMaterial, &item.destinationMaterial, &item.requestId};
}

std::uint32_t flagsOf(const ItemRecord &item, const ItemRecord &previous) {
    std::uint32_t flags =
        (item.before ? hasBefore : 0) | (item.after ? hasAfter : 0) | (item.place.line != 0 ? hasLine : 0);
    const auto texts = textsOf(item);
    const auto before = textsOf(previous);
    for (unsigned index = 0; index < textCount; ++index) {
        const std::uint32_t form = texts[index]->empty()             ? Empty
                                   : *texts[index] == *before[index] ? AsBefore
                                                                     : Given;
        flags |= form << 2 * index;
    }
    return flags;
}

void appendItem(Bytes &out, const ItemRecord &item, const ItemRecord &previous) {
    const std::uint32_t flags = flagsOf(item, previous);
    appendU8(out, static_cast<std::uint8_t>(item.state));
    appendU8(out, static_cast<std::uint8_t>(item.cause));
    appendU32(out, flags);
    const auto texts = textsOf(item);
    for (unsigned index = 0; index < textCount; ++index) {
        if ((flags >> 2 * index & 3U) == Given) {
            appendText(out, *texts[index]);
        }
    }
    for (const auto &digest : {item.before, item.after}) {
        if (digest) {
            out.insert(out.end(), digest->begin(), digest->end());
        }
    }
    if (item.place.line != 0) {
        appendCount(out, item.place.line);
    }
}

std::optional<Digest> readDigest(BodyReader &reader) {
    const ByteView bytes = reader.raw(std::tuple_size_v<Digest>);
    Digest digest{};
    std::copy(bytes.begin(), bytes.end(), digest.begin());
    return digest;
}

/// False: not as appendItem writes it.
bool readItem(BodyReader &reader, ItemRecord &item, const ItemRecord &previous) {
    const std::uint8_t state = reader.u8();
    const std::uint8_t cause = reader.u8();
    const std::uint32_t flags = reader.u32();
    if (state > static_cast<std::uint8_t>(ItemState::Failed) ||
        cause >= static_cast<std::uint8_t>(Cause::Count_) || (flags & ~allFlags) != 0) {
        return false;
    }
    item.state = static_cast<ItemState>(state);
    item.cause = static_cast<Cause>(cause);
    const auto texts = textsOf(item);
    const auto before = textsOf(previous);
    for (unsigned index = 0; index < textCount; ++index) {
        const std::uint32_t form = flags >> 2 * index & 3U;
        if (form > AsBefore) {
            return false;
        }
        if (form == Given) {
            *texts[index] = reader.text();
        } else if (form == AsBefore) {
            *texts[index] = *before[index];
        }
    }
    item.before = (flags & hasBefore) != 0 ? readDigest(reader) : std::nullopt;
    item.after = (flags & hasAfter) != 0 ? readDigest(reader) : std::nullopt;
    item.place.line = (flags & hasLine) != 0 ? reader.count() : 0;
    return !reader.failed();
}

tl::unexpected<Error> unreadable() {
    return fail(ErrorCode::NotAuthentic,
                "the journal's items are not as this version writes them. Go on with the version that wrote "
                "them.");
}

} // namespace

std::string_view wireName(JobState state) {
    return stateNames[static_cast<std::size_t>(state)];
}

std::optional<JobState> jobStateOf(std::string_view wireName) {
    const auto found = std::find(stateNames.begin(), stateNames.end(), wireName);
    return found == stateNames.end() ? std::nullopt
                                     : std::optional(static_cast<JobState>(found - stateNames.begin()));
}

bool holdsItems(Entry entry) {
    return entry >= Entry::Intent && entry <= Entry::Undone;
}

void appendItems(Bytes &body, const std::vector<ItemRecord> &items) {
    const std::size_t begin = body.size();
    static const ItemRecord none;
    const ItemRecord *previous = &none;
    for (const ItemRecord &item : items) {
        appendItem(body, item, *previous);
        previous = &item;
    }
    appendU32(body, static_cast<std::uint32_t>(body.size() - begin));
}

Result<BodyItems> readItems(ByteView body) {
    constexpr std::size_t trailer = 4;
    if (body.size() < trailer) {
        return unreadable();
    }
    const std::size_t size = BodyReader(body.last(trailer)).u32();
    const ByteView content = body.first(body.size() - trailer);
    if (size > content.size()) {
        return unreadable();
    }
    BodyItems read{content.first(content.size() - size), {}};
    BodyReader reader(content.last(size));
    const ItemRecord none;
    while (!reader.rest().empty()) {
        ItemRecord item;
        if (!readItem(reader, item, read.items.empty() ? none : read.items.back())) {
            return unreadable();
        }
        read.items.push_back(std::move(item));
    }
    return read;
}

void countItem(Counters &counters, const ItemRecord &item, bool add) {
    const auto tally = [add](std::uint64_t &counter) { add ? ++counter : --counter; };
    tally(counters.found);
    switch (item.state) {
    case ItemState::Applied:
        tally(counters.done);
        break;
    case ItemState::Verified:
    case ItemState::Final:
        tally(counters.done);
        tally(counters.verified);
        break;
    case ItemState::Skipped:
        tally(counters.skipped);
        break;
    case ItemState::Conflict:
        tally(counters.conflicts);
        break;
    case ItemState::Failed:
        tally(counters.failed);
        break;
    case ItemState::Pending:
    case ItemState::Intent:
        break;
    }
}

} // namespace keyturn::reencrypt
