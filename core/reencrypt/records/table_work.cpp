// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/records/table_work.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

using platform::PinnedFile;
using platform::ReplacementFile;

constexpr std::size_t batchBytesMax = 4 * 1024 * 1024;
constexpr std::size_t batchRecordsMax = 1000;

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
    , m_mark(std::move(mark))
    , m_batch(*parts.spec, m_mark.unit) {}

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
    m_inputDigest = m_outputDigest = m_maskedDigest = crypto::Sha256();
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
    Bytes masks;
    while (m_reader->position().offset < checkpoint.inputOffset) {
        const auto next = m_reader->next();
        if (!next) {
            return fail(next.error());
        }
        if (!*next) {
            return false;
        }
        m_inputDigest.update((*next)->bytes);
        masks.clear();
        appendMasked(masks, **next);
        m_maskedDigest.update(masks);
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
    const TableCheckpoint now = checkpointNow();
    m_parts.events->advanced(checkpoint.inputOffset);
    return m_reader->position().offset == checkpoint.inputOffset && now.input == checkpoint.input &&
           now.output == checkpoint.output && now.masked == checkpoint.masked;
}

TableCheckpoint TableWork::checkpointNow() const {
    TableCheckpoint now = m_done;
    now.input = crypto::Sha256(m_inputDigest).finish();
    now.output = crypto::Sha256(m_outputDigest).finish();
    now.masked = crypto::Sha256(m_maskedDigest).finish();
    return now;
}

Status TableWork::gather() {
    m_batch.clear();
    const std::size_t recordsMax = std::min<std::size_t>(m_parts.spec->safety.batchItems, batchRecordsMax);
    while (m_batch.records() < recordsMax && m_batch.bytes().size() < batchBytesMax) {
        const auto next = m_reader->next();
        if (!next) {
            return fail(next.error());
        }
        if (!*next) {
            m_atEnd = true;
            m_insideRecord = false;
            break;
        }
        m_batch.add(**next, *m_reader);
        m_insideRecord = (*next)->continues;
    }
    const RecordReader::Position behind = m_reader->position();
    m_done.inputOffset = behind.offset;
    m_done.number = behind.number;
    m_done.line = behind.line;
    m_inputDigest.update(m_batch.bytes());
    m_maskedDigest.update(m_batch.masked());
    return {};
}

Status TableWork::write() {
    m_outputDigest.update(m_batch.output());
    m_done.outputOffset += m_batch.output().size();
    m_done.changed += m_batch.changed();
    m_done.failed += m_batch.failed();
    auto items = m_batch.takeItems();
    m_pending.insert(m_pending.end(), std::make_move_iterator(items.begin()),
                     std::make_move_iterator(items.end()));
    return m_output ? m_output->write(m_batch.output()) : Status();
}

Status TableWork::advance(const CancelToken &cancel) {
    m_parts.events->at(m_mark.unit);
    const std::uint64_t before = m_done.inputOffset;
    do { // a record that comes in pieces has no checkpoint inside
        if (auto gathered = gather(); !gathered) {
            return gathered;
        }
        auto requests = m_batch.takeRequests();
        std::vector<MoveResult> results;
        if (!requests.empty()) {
            auto moved = m_parts.mover->move(std::move(requests), cancel);
            if (!moved) {
                return failFrom(moved);
            }
            results = std::move(*moved);
        }
        m_batch.apply(results, *m_reader);
        if (auto written = write(); !written) {
            return written;
        }
    } while (m_insideRecord && !m_atEnd);
    m_parts.events->advanced(m_done.inputOffset - before);
    if (m_atEnd) {
        return {};
    }
    if (auto synced = sync(); !synced) {
        return synced;
    }
    auto items = m_pending;
    return note({pendingRecord()}, std::move(items));
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
    m_pending.clear();
    return {isDry() ? Entry::Items : Entry::Checkpoint, std::move(body)};
}

Status TableWork::note(std::vector<std::pair<Entry, Bytes>> records, std::vector<ItemRecord> items) {
    const bool first = records.front().first == Entry::Checkpoint;
    const std::uint64_t before = m_parts.journal->size();
    if (auto appended = m_parts.journal->append(std::move(records)); !appended) {
        return appended;
    }
    if (first) {
        m_checkpoints.push_back(before + 1);
    }
    if (!items.empty()) {
        m_parts.events->items(items);
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
