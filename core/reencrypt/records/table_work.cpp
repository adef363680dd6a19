// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/records/table_work.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace keyturn::reencrypt {
namespace {

using platform::PinnedFile;
using platform::ReplacementFile;

constexpr std::size_t batchBytesMax = 4 * 1024 * 1024;
constexpr std::size_t batchRecordsMax = 1000;
/// Batches overlap within one step; who asks for a stop waits for its end, and a kill costs as much.
constexpr std::chrono::milliseconds stepTime{300};
constexpr std::size_t stepItemsMax = 16'000;        ///< held until the checkpoint that notes them
constexpr std::chrono::milliseconds batchTime{700}; ///< of several batches that are asked for at once
constexpr std::size_t recordsAtOnceMax = 4096;

/// Each batch ends with a wait for its last answers: a service that is quick gets more at once, at most twice
/// as much as before, since a rate's first burst looks quicker than what follows.
std::size_t batchesAtOnce(std::size_t before, std::size_t records, std::size_t recordsPerBatch,
                          std::chrono::steady_clock::duration took) {
    const double share = std::chrono::duration<double>(batchTime) /
                         std::max(std::chrono::duration<double>(took), std::chrono::duration<double>(1e-6));
    const double batches = double(records) * share / double(recordsPerBatch);
    const std::size_t most = std::clamp<std::size_t>(recordsAtOnceMax / recordsPerBatch, 1, 2 * before);
    return std::size_t(std::clamp(batches, 1.0, double(most)));
}

} // namespace

std::optional<TableFault> fileFault(const Error &error, bool writing) {
    switch (error.code) {
    case ErrorCode::FileNotFound:
        return TableFault{Cause::Missing, error.detail};
    case ErrorCode::FileNotRegular:
        return TableFault{Cause::NotRegular, error.detail};
    case ErrorCode::PermissionDenied:
    case ErrorCode::ReadOnly:
        return TableFault{writing ? Cause::ReadOnly : Cause::Unreadable, error.detail};
    case ErrorCode::Usage:
        return TableFault{Cause::BadSyntax, error.detail};
    default:
        return std::nullopt;
    }
}

std::string tableTag(const Journal &journal, std::uint32_t generation) {
    const std::string &id = journal.head().jobId;
    return generation == 1 ? id : id + "-" + std::to_string(generation);
}

TableWork::TableWork(const LaneParts &parts, PinnedFile input, TableMark mark)
    : m_parts(parts)
    , m_input(std::move(input))
    , m_mark(std::move(mark)) {}

Result<TableWork::Opened> TableWork::open(const LaneParts &parts, const FoundFile &file,
                                          std::uint32_t generation, const TableGeneration *known) {
    const auto faulty = [](const Error &error, bool writing) -> Result<Opened> {
        auto fault = fileFault(error, writing);
        return fault ? Result<Opened>(Opened{nullptr, std::move(fault)}) : Result<Opened>(fail(error));
    };
    auto input = PinnedFile::open(file.path);
    if (!input) {
        return faulty(input.error(), false);
    }
    if (known != nullptr && known->checkpoint && !input->identity().sameContentAs(known->mark.identity)) {
        return Opened{nullptr, TableFault{Cause::ChangedMeanwhile, {}}};
    }
    if (input->identity().hardLinks > 1 && !parts.spec->safety.dryRun) {
        return Opened{nullptr, TableFault{Cause::HardLinked, {}}};
    }
    TableMark mark{file.unit, file.position, generation, input->identity()};
    std::unique_ptr<TableWork> work(new TableWork(parts, std::move(*input), std::move(mark)));
    auto begun = work->begin(known);
    if (!begun) {
        return faulty(begun.error(), true);
    }
    return *begun ? Opened{nullptr, std::move(*begun)} : Opened{std::move(work), std::nullopt};
}

Result<std::optional<TableFault>> TableWork::begin(const TableGeneration *known) {
    if (known != nullptr) {
        m_checkpoints = known->checkpoints;
    }
    if (known != nullptr && known->checkpoint && !isDry()) {
        auto taken = takeUp(*known->checkpoint);
        if (!taken) {
            return failFrom(taken);
        }
        if (*taken) {
            return std::optional<TableFault>();
        }
    }
    if (auto opened = openReader(); !opened) { // first: nothing is made beside a file that cannot be read
        return failFrom(opened);
    }
    return isDry() ? Result<std::optional<TableFault>>(std::nullopt) : makeReplacement();
}

/// A new, empty one with room for the whole file. One that stands there is a dead attempt of this very job.
Result<std::optional<TableFault>> TableWork::makeReplacement() {
    const std::string tag = tableTag(*m_parts.journal, m_mark.generation);
    if (auto old = ReplacementFile::reopen(m_input.path(), tag)) {
        if (auto gone = old->discard(); !gone) {
            return failFrom(gone);
        }
    }
    auto made = ReplacementFile::create(m_input, tag);
    if (!made) {
        return failFrom(made);
    }
    m_output = std::move(*made);
    if (auto room = m_output->reserve(m_mark.identity.sizeBytes); !room) {
        (void)m_output->discard().has_value();
        return failFrom(room);
    }
    return std::optional<TableFault>();
}

Status TableWork::openReader() {
    m_inputDigest = m_outputDigest = crypto::Sha256();
    m_maskedDigest = {};
    m_done = {};
    if (auto begun = m_input.seek(0); !begun) {
        return begun;
    }
    auto reader = openRecordReader([this](std::span<std::uint8_t> buffer) { return m_input.read(buffer); },
                                   *m_parts.spec);
    if (!reader) {
        return failFrom(reader);
    }
    m_reader = std::move(*reader);
    return {};
}

/// False: the replacement is gone or damaged; the file is begun anew.
Result<bool> TableWork::takeUp(const TableCheckpoint &checkpoint) {
    auto output = ReplacementFile::reopen(m_input.path(), tableTag(*m_parts.journal, m_mark.generation));
    if (!output) {
        return output.error().code == ErrorCode::FileNotFound ? Result<bool>(false) : failFrom(output);
    }
    m_output = std::move(*output);
    if (auto cut = m_output->truncate(checkpoint.outputOffset); !cut) {
        return cut.error().code == ErrorCode::Usage ? Result<bool>(false) : failFrom(cut);
    }
    if (auto opened = openReader(); !opened) {
        return failFrom(opened);
    }
    return prefixIsGood(checkpoint);
}

/// Reads what was read before and what was written before, and leaves reader and digests behind it.
Result<bool> TableWork::prefixIsGood(const TableCheckpoint &checkpoint) {
    while (m_reader->position().offset < checkpoint.inputOffset) {
        const auto next = m_reader->next();
        if (!next) {
            return fail(next.error());
        }
        if (!*next) {
            return false;
        }
        m_inputDigest.update((*next)->bytes);
        m_maskedDigest.add(**next);
    }
    Bytes buffer(256 * 1024);
    for (std::uint64_t at = 0; at < checkpoint.outputOffset;) {
        const auto size = m_output->readAt(at, buffer);
        if (!size || *size == 0) {
            return size ? Result<bool>(false) : fail(size.error());
        }
        m_outputDigest.update(ByteView(buffer).first(*size));
        at += *size;
    }
    m_done = checkpoint;
    return m_reader->position().offset == checkpoint.inputOffset &&
           crypto::Sha256(m_inputDigest).finish() == checkpoint.input &&
           crypto::Sha256(m_outputDigest).finish() == checkpoint.output &&
           m_maskedDigest.soFar() == checkpoint.masked;
}

TableCheckpoint TableWork::checkpointNow() const {
    TableCheckpoint now = m_done;
    now.output = crypto::Sha256(m_outputDigest).finish();
    return now;
}

std::size_t TableWork::recordsPerBatch() const {
    return std::clamp<std::size_t>(m_parts.spec->safety.batchItems, 1, batchRecordsMax);
}

Status TableWork::gather() {
    std::unique_ptr<Stage> stage;
    if (m_free.empty()) {
        stage = std::make_unique<Stage>(*m_parts.spec, m_mark.unit);
    } else {
        stage = std::move(m_free.back());
        m_free.pop_back();
    }
    TableBatch &batch = stage->batch;
    batch.clear();
    stage->atEnd = stage->insideRecord = false;
    while (batch.records() < recordsPerBatch() * m_batchesAtOnce && batch.bytes().size() < batchBytesMax) {
        const auto next = m_reader->next();
        if (!next) {
            return fail(next.error());
        }
        if (!*next) {
            stage->atEnd = true;
            stage->insideRecord = false;
            break;
        }
        batch.add(**next, *m_reader);
        m_maskedDigest.add(**next);
        stage->insideRecord = (*next)->continues;
    }
    m_inputDigest.update(batch.bytes());
    const RecordReader::Position behind = m_reader->position();
    stage->read = {behind.offset, 0, behind.number, behind.line, 0, 0, {}, {}, {}};
    stage->read.input = crypto::Sha256(m_inputDigest).finish();
    stage->read.masked = m_maskedDigest.soFar();
    m_next = std::move(stage);
    return {};
}

Status TableWork::move(Stage &stage, const CancelToken &cancel) {
    stage.results.clear();
    auto requests = stage.batch.takeRequests();
    if (requests.empty()) {
        return {};
    }
    auto moved = m_parts.mover->move(std::move(requests), cancel);
    if (!moved) {
        return failFrom(moved);
    }
    stage.results = std::move(*moved);
    return {};
}

Status TableWork::write(std::unique_ptr<Stage> stage) {
    TableBatch &batch = stage->batch;
    batch.judge(stage->results);
    const auto written = batch.write(stage->results, *m_reader, [this](ByteView piece) {
        m_outputDigest.update(piece);
        m_done.outputOffset += piece.size();
        return m_output ? m_output->write(piece) : Status();
    });
    if (!written) {
        return written;
    }
    m_done.inputOffset = stage->read.inputOffset;
    m_done.number = stage->read.number;
    m_done.line = stage->read.line;
    m_done.input = stage->read.input;
    m_done.masked = stage->read.masked;
    m_done.changed += batch.changed();
    m_done.failed += batch.failed();
    auto items = batch.takeItems();
    std::erase_if(items, [this](const ItemRecord &item) {
        return item.state == ItemState::Skipped && item.place.line < m_movedBefore.size() &&
               m_movedBefore[item.place.line];
    });
    m_pending.insert(m_pending.end(), std::make_move_iterator(items.begin()),
                     std::make_move_iterator(items.end()));
    m_insideRecord = stage->insideRecord;
    m_free.push_back(std::move(stage));
    return {};
}

void TableWork::tell() {
    if (!m_noted.empty()) {
        m_parts.events->items(std::exchange(m_noted, {}));
    }
    // Bytes whose items are still to be noted wait for them: no file is at its end with no item done.
    if (m_pending.empty() && m_done.inputOffset > m_toldOffset) {
        m_parts.events->advanced(m_done.inputOffset - std::exchange(m_toldOffset, m_done.inputOffset));
    }
}

Status TableWork::advance(const CancelToken &cancel) {
    m_parts.events->at(m_mark.unit);
    if (!m_next) {
        if (auto gathered = gather(); !gathered) {
            return gathered;
        }
    }
    const auto until = m_parts.clock->steadyNow() + stepTime;
    // So many failures end a job: it must hear of them.
    const std::uint64_t limit = m_parts.spec->safety.stopAfterFailures;
    const std::uint64_t failedEnough = limit == 0 ? UINT64_MAX : m_done.failed + limit;
    do {
        std::unique_ptr<Stage> stage = std::move(m_next);
        m_side.start([this, previous = std::move(m_moved), isLast = stage->atEnd]() mutable {
            auto written = previous ? write(std::move(previous)) : Status();
            return written && !isLast ? gather() : written;
        });
        const auto asked = m_parts.clock->steadyNow();
        const auto moved = move(*stage, cancel);
        const auto took = m_parts.clock->steadyNow() - asked;
        const auto side = m_side.wait();
        m_batchesAtOnce = batchesAtOnce(m_batchesAtOnce, stage->batch.records(), recordsPerBatch(), took);
        if (!side || !moved) { // what was answered and written is kept
            const auto noted = side ? checkpoint() : side;
            return noted ? moved : noted;
        }
        m_atEnd = stage->atEnd;
        m_moved = std::move(stage);
    } while (!m_atEnd && m_pending.size() < stepItemsMax && m_done.failed < failedEnough &&
             !cancel.isCancelled() && m_parts.clock->steadyNow() < until);
    const auto written = write(std::move(m_moved));
    return written ? checkpoint() : written;
}

Status TableWork::checkpoint() {
    Status noted;
    if (!m_atEnd && !m_insideRecord) {
        noted = sync();
        noted = noted ? note({pendingRecord()}) : noted;
    }
    tell();
    return noted;
}

/// What a failed sync left on the disk nobody knows: the replacement goes, the file is begun anew.
Status TableWork::sync() {
    if (!m_output) {
        return {};
    }
    auto synced = m_output->sync();
    if (!synced) {
        (void)m_output->discard().has_value();
    }
    return synced;
}

/// The items since the last checkpoint and, unless nothing is written, the checkpoint itself.
std::pair<Entry, Bytes> TableWork::pendingRecord() {
    Bytes body = isDry() ? bodyOf(m_mark) : bodyOf(m_mark, checkpointNow());
    appendItems(body, m_pending);
    m_noted.insert(m_noted.end(), std::make_move_iterator(m_pending.begin()),
                   std::make_move_iterator(m_pending.end()));
    m_pending.clear();
    return {isDry() ? Entry::Items : Entry::Checkpoint, std::move(body)};
}

Status TableWork::note(std::vector<std::pair<Entry, Bytes>> records) {
    const bool first = records.front().first == Entry::Checkpoint;
    const std::uint64_t before = m_parts.journal->size();
    if (auto appended = m_parts.journal->append(std::move(records)); !appended) {
        return appended;
    }
    if (first) {
        m_checkpoints.push_back(before + 1);
    }
    return {};
}

Status TableWork::discard() {
    if (!m_output) {
        return {};
    }
    if (auto gone = m_output->discard(); !gone) {
        return gone;
    }
    return m_output->syncFolder();
}

} // namespace keyturn::reencrypt
