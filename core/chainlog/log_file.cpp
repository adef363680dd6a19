// SPDX-License-Identifier: Apache-2.0
#include "chainlog/log_file.h"

#include "chainlog/log_file_layout.h"
#include "chainlog/wire.h"

#include <algorithm>

namespace keyturn::chainlog {
namespace {

using platform::SharedFile;

constexpr std::size_t stateClearBytes = 64;
constexpr std::size_t stateSealedBytes = stateClearBytes + crypto::CommittingAead::overheadSizeBytes;
constexpr std::size_t frameLengthBytes = 4;
constexpr std::size_t maxFrameBytes = 18 * 1024 * 1024; ///< 1,024 records of the greatest length fit
constexpr std::chrono::milliseconds readerWait{10'000};

Bytes place(std::string_view kind, const LogFileHead &head, std::uint64_t first) {
    Bytes bytes = toBytes(kind);
    appendRaw(bytes, ByteView(head.id));
    appendNumber(bytes, first);
    return bytes;
}

Bytes pagePlace(const LogFileHead &head, std::uint64_t page, std::uint64_t offset) {
    Bytes bytes = place("page", head, page);
    appendNumber(bytes, offset);
    return bytes;
}

bool isZero(ByteView bytes) {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

} // namespace

LogFile::LogFile(SharedFile file, LogFileHead head, const Keys &keys, std::string name)
    : m_file(std::move(file))
    , m_head(std::move(head))
    , m_name(std::move(name))
    , m_seal(keys.derive(logSealLabel).view(), logSealLabel)
    , m_chain(keys.derive("keyturn logfile chain").view())
    , m_digest(keys.derive("keyturn logfile digest").view()) {}

tl::unexpected<Error> LogFile::damaged(std::string what) const {
    return fail(ErrorCode::VaultDamaged, m_name + ": " + std::move(what));
}

Result<Bytes> LogFile::sealedState(const crypto::CommittingAead &seal, const LogFileHead &head,
                                   const State &state) {
    Bytes clear;
    clear.reserve(stateClearBytes);
    appendNumber(clear, state.generation);
    appendNumber(clear, state.log.pages);
    appendNumber(clear, state.log.records);
    appendRaw(clear, ByteView(state.log.head));
    appendNumber(clear, state.end);
    Bytes sealed(stateSealedBytes);
    const Bytes at = place("state", head, state.generation % logSlotCount);
    if (auto done = seal.seal(at, {}, clear, sealed); !done) {
        return failFrom(done);
    }
    sealed.resize(logSlotBytes, 0);
    return sealed;
}

Result<Bytes> LogFile::sealState(const State &state) const {
    return sealedState(m_seal, m_head, state);
}

Result<std::unique_ptr<LogFile>> LogFile::open(const std::filesystem::path &path, ByteView key,
                                               bool readOnly) {
    const std::string name = path.filename().string();
    if (key.size() != keySizeBytes) {
        return fail(ErrorCode::Usage, "the key of a log file has 32 bytes");
    }
    auto file = SharedFile::open(path, readOnly ? SharedFile::Access::Read : SharedFile::Access::ReadWrite);
    if (!file) {
        return failFrom(file);
    }
    auto read = readLogFileStart(*file, name);
    if (!read) {
        return failFrom(read);
    }
    const Keys keys(key, read->head);
    const ByteView bytes = read->bytes;
    if (!keys.headProof().verify(bytes.first(logHeadClearBytes), bytes.subspan(logHeadClearBytes))) {
        return fail(ErrorCode::VaultDamaged, name + ": the head was altered, or the key is another one");
    }
    return std::unique_ptr<LogFile>(new LogFile(std::move(*file), std::move(read->head), keys, name));
}

Result<LogFile::State> LogFile::readSlot(std::uint64_t slot) const {
    std::array<std::uint8_t, logSlotBytes> bytes{};
    if (auto got = m_file.readAt(logHeadBytes + slot * logSlotBytes, bytes); !got) {
        return failFrom(got);
    }
    const ByteView all(bytes);
    std::array<std::uint8_t, stateClearBytes> clear{};
    const auto opened = m_seal.open(place("state", m_head, slot), {}, all.first(stateSealedBytes), clear);
    if (!opened || !isZero(all.subspan(stateSealedBytes))) {
        return damaged("state slot " + std::to_string(slot) + " was altered");
    }
    WireReader reader{ByteView(clear)};
    State state;
    state.generation = reader.number<std::uint64_t>();
    state.log.pages = reader.number<std::uint64_t>();
    state.log.records = reader.number<std::uint64_t>();
    state.log.head = reader.array<32>();
    state.end = reader.number<std::uint64_t>();
    return state;
}

/// The newer of the two slots. One of them may be torn, by a power failure or on purpose: then whatever page
/// stands behind the state of the other counts too, if it is whole.
Result<LogFile::Found> LogFile::findState() const {
    auto first = readSlot(0);
    auto second = readSlot(1);
    if (!first && !second) {
        return failFrom(first);
    }
    Found found;
    if (first && second) {
        found.state = first->generation > second->generation ? *first : *second;
        const State &older = first->generation > second->generation ? *second : *first;
        if (found.state.generation != older.generation + 1) {
            return damaged("the state slots do not belong together");
        }
    } else {
        found.state = first ? *first : *second;
        found.tornSlot = first ? second.error().detail : first.error().detail;
    }
    const auto size = m_file.size();
    if (!size) {
        return fail(size.error());
    }
    if (*size < found.state.end) {
        return damaged("cut: it has " + std::to_string(*size) + " bytes and had at least " +
                       std::to_string(found.state.end));
    }
    while (!found.tornSlot.empty() && found.state.end < *size) {
        std::uint64_t next = 0;
        const auto clear = readFrame(found.state, *size, next);
        if (!clear || !m_chain.readPage(found.state.log, *clear)) {
            break;
        }
        found.state.end = next;
    }
    return found;
}

Result<LogFile::Found> LogFile::lockedState() {
    if (auto locked = m_file.lock(SharedFile::Lock::Shared, readerWait); !locked) {
        return failFrom(locked);
    }
    auto found = findState();
    m_file.unlock();
    return found;
}

Status LogFile::append(std::span<const Record> records, std::chrono::milliseconds atMost) {
    if (auto locked = m_file.lock(SharedFile::Lock::Exclusive, atMost); !locked) {
        return locked;
    }
    auto done = m_file.isStillNamed()
                    ? appendLocked(records)
                    : Status(fail(ErrorCode::FileNotFound, m_name + " was moved away or replaced"));
    m_file.unlock();
    return done;
}

Status LogFile::appendLocked(std::span<const Record> records) {
    auto found = findState();
    if (!found) {
        return failFrom(found);
    }
    if (!found->tornSlot.empty() && !records.empty()) {
        Record repair;
        repair.time = records.front().time;
        repair.actor = records.front().actor;
        repair.action = repairedAction;
        repair.outcome = "SlotDamaged";
        if (auto repaired = appendPage(found->state, std::span(&repair, 1)); !repaired) {
            return repaired;
        }
    }
    return appendPage(found->state, records);
}

/// `state` moves on.
Status LogFile::appendPage(State &state, std::span<const Record> records) {
    State after = state;
    auto clear = m_chain.buildPage(after.log, records);
    if (!clear) {
        return failFrom(clear);
    }
    const std::size_t sealedBytes = clear->size() + crypto::CommittingAead::overheadSizeBytes;
    Bytes frame;
    frame.reserve(frameLengthBytes + sealedBytes);
    appendNumber(frame, static_cast<std::uint32_t>(sealedBytes));
    frame.resize(frameLengthBytes + sealedBytes);
    const Bytes at = pagePlace(m_head, after.log.pages, state.end);
    if (auto sealed = m_seal.seal(at, {}, *clear, MutableByteView(frame).subspan(frameLengthBytes));
        !sealed) {
        return sealed;
    }
    after.end += frame.size();
    ++after.generation;
    auto slot = sealState(after);
    if (!slot) {
        return failFrom(slot);
    }
    Status done = m_file.truncate(state.end);
    done = done ? m_file.writeAt(state.end, frame) : done;
    done = done ? m_file.sync() : done;
    done =
        done ? m_file.writeAt(logHeadBytes + (after.generation % logSlotCount) * logSlotBytes, *slot) : done;
    done = done ? m_file.sync() : done;
    if (done) {
        state = after;
    }
    return done;
}

/// The clear page behind `at`; `next` is where the one after it begins.
Result<Bytes> LogFile::readFrame(const State &at, std::uint64_t end, std::uint64_t &next) const {
    const std::string name = "page " + std::to_string(at.log.pages + 1);
    std::array<std::uint8_t, frameLengthBytes> length{};
    if (end - at.end < frameLengthBytes) {
        return damaged(name + ": its place is too small");
    }
    if (auto got = m_file.readAt(at.end, length); !got) {
        return failFrom(got);
    }
    const std::uint64_t size = WireReader{ByteView(length)}.number<std::uint32_t>();
    if (size < crypto::CommittingAead::overheadSizeBytes || size > maxFrameBytes ||
        size > end - at.end - frameLengthBytes) {
        return damaged(name + ": its length was altered");
    }
    Bytes sealed(static_cast<std::size_t>(size));
    if (auto got = m_file.readAt(at.end + frameLengthBytes, sealed); !got) {
        return failFrom(got);
    }
    Bytes clear(sealed.size() - crypto::CommittingAead::overheadSizeBytes);
    if (!m_seal.open(pagePlace(m_head, at.log.pages + 1, at.end), {}, sealed, clear)) {
        return damaged(name + " was altered, or stands in another's place");
    }
    next = at.end + frameLengthBytes + size;
    return clear;
}

Status LogFile::walk(const State &target, State &reached,
                     const std::function<Status(const StoredRecord &)> &visit,
                     const Progress &progress) const {
    reached = State{target.generation, {}, logFramesAt};
    while (reached.end < target.end) {
        std::uint64_t next = 0;
        auto clear = readFrame(reached, target.end, next);
        auto records = clear ? m_chain.readPage(reached.log, *clear) : failFrom(clear);
        if (!records) {
            return failFrom(records);
        }
        reached.end = next;
        for (const StoredRecord &record : *records) {
            if (auto visited = visit(record); !visited) {
                return visited;
            }
        }
        if (progress) {
            progress({reached.log.records, target.log.records, "log"});
        }
    }
    return reached == target ? Status{} : Status(damaged("the records do not end as the state says"));
}

Status LogFile::forEach(const std::function<Status(const StoredRecord &)> &visit, const Progress &progress) {
    auto target = lockedState();
    if (!target) {
        return failFrom(target);
    }
    State reached;
    return walk(target->state, reached, visit, progress);
}

Result<LogFileReport> LogFile::verify(const Progress &progress) {
    LogFileReport report;
    const auto size = m_file.size();
    if (!size) {
        return fail(size.error());
    }
    report.sizeBytes = *size;
    auto target = lockedState();
    State reached;
    auto walked = target
                      ? walk(
                            target->state, reached, [](const StoredRecord &) { return Status{}; }, progress)
                      : Status(failFrom(target));
    if (!walked && walked.error().code != ErrorCode::VaultDamaged) {
        return failFrom(walked);
    }
    if (!walked) {
        report.findings.push_back(walked.error().detail);
    } else if (*size > target->state.end) {
        report.notes.push_back(std::to_string(*size - target->state.end) +
                               " bytes behind the end belong to nothing: an append that was interrupted "
                               "before it was told as done, or bytes added. They are never read.");
    }
    if (target && !target->tornSlot.empty()) {
        report.findings.push_back(target->tornSlot + ", or torn by a power failure; pages behind the other "
                                                     "slot's end were taken as far as they are whole");
    }
    report.pages = reached.log.pages;
    report.records = reached.log.records;
    report.head = reached.log.head;
    return report;
}

} // namespace keyturn::chainlog
