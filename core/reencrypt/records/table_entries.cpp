// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/records/table_entries.h"

#include "reencrypt/body.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

using platform::FileIdentity;

void append(Bytes &out, const FileIdentity &identity) {
    appendU64(out, identity.device);
    appendU64(out, identity.inode);
    appendU64(out, identity.sizeBytes);
    appendU64(out, static_cast<std::uint64_t>(identity.modifiedNanoseconds));
}

void append(Bytes &out, const Digest &digest) {
    out.insert(out.end(), digest.begin(), digest.end());
}

FileIdentity identityFrom(BodyReader &reader) {
    FileIdentity identity;
    identity.device = reader.u64();
    identity.inode = reader.u64();
    identity.sizeBytes = reader.u64();
    identity.modifiedNanoseconds = static_cast<std::int64_t>(reader.u64());
    return identity;
}

Digest digestFrom(BodyReader &reader) {
    Digest digest{};
    const ByteView bytes = reader.raw(digest.size());
    std::copy(bytes.begin(), bytes.end(), digest.begin());
    return digest;
}

TableMark markFrom(BodyReader &reader) {
    TableMark mark;
    mark.unit = reader.text();
    mark.position.root = reader.u32();
    mark.position.below = reader.text();
    mark.generation = reader.u32();
    mark.identity = identityFrom(reader);
    return mark;
}

TableCheckpoint checkpointFrom(BodyReader &reader) {
    TableCheckpoint checkpoint;
    checkpoint.inputOffset = reader.u64();
    checkpoint.outputOffset = reader.u64();
    checkpoint.number = reader.u64();
    checkpoint.line = reader.u64();
    checkpoint.changed = reader.u64();
    checkpoint.failed = reader.u64();
    checkpoint.input = digestFrom(reader);
    checkpoint.output = digestFrom(reader);
    checkpoint.masked = digestFrom(reader);
    return checkpoint;
}

} // namespace

Bytes bodyOf(const TableMark &mark) {
    Bytes body;
    appendText(body, mark.unit);
    appendU32(body, mark.position.root);
    appendText(body, mark.position.below);
    appendU32(body, mark.generation);
    append(body, mark.identity);
    return body;
}

Bytes bodyOf(const TableMark &mark, const TableCheckpoint &checkpoint) {
    Bytes body = bodyOf(mark);
    for (const std::uint64_t value : {checkpoint.inputOffset, checkpoint.outputOffset, checkpoint.number,
                                      checkpoint.line, checkpoint.changed, checkpoint.failed}) {
        appendU64(body, value);
    }
    append(body, checkpoint.input);
    append(body, checkpoint.output);
    append(body, checkpoint.masked);
    return body;
}

Bytes bodyOf(const TableMark &mark, const TableDigests &digests) {
    Bytes body = bodyOf(mark);
    append(body, digests.before);
    append(body, digests.after);
    return body;
}

Bytes bodyOf(const TableMark &mark, TableEnd end, const FileIdentity &now, std::uint64_t failed) {
    Bytes body = bodyOf(mark);
    appendU8(body, static_cast<std::uint8_t>(end));
    append(body, now);
    appendU64(body, failed);
    return body;
}

Status TableHistory::read(Journal &journal) {
    m_files.clear();
    m_runBegan = 0;
    return journal.read(1, [this](const JournalRecord &record) -> Result<bool> {
        if (auto taken = take(record); !taken) {
            return failFrom(taken);
        }
        return true;
    });
}

TableGeneration &TableHistory::generationOf(const TableMark &mark) {
    std::vector<TableGeneration> &generations = m_files[mark.position];
    if (generations.empty() || generations.back().mark.generation < mark.generation) {
        generations.emplace_back().mark = mark;
    }
    const auto found = std::find_if(generations.begin(), generations.end(), [&](const TableGeneration &each) {
        return each.mark.generation == mark.generation;
    });
    return found == generations.end() ? generations.back() : *found;
}

Status TableHistory::take(const JournalRecord &record) {
    BodyReader reader(record.body);
    if (record.entry == Entry::State) {
        const auto state = static_cast<JobState>(reader.u8());
        m_runBegan = state == JobState::Planned || state == JobState::Running || state == JobState::Paused
                         ? m_runBegan
                         : record.sequence;
    }
    const bool isTheJournalsOwn =
        record.entry == Entry::Final && BodyReader(record.body).text() == "old values dropped";
    if (!holdsItems(record.entry) || isTheJournalsOwn) {
        return {};
    }
    const TableMark mark = markFrom(reader);
    if (reader.failed()) {
        return reader.check("the journal's record " + std::to_string(record.sequence));
    }
    TableGeneration &generation = generationOf(mark);
    generation.sequence = record.sequence;
    switch (record.entry) {
    case Entry::Checkpoint:
        generation.mark.identity = mark.identity;
        generation.phase = TableGeneration::Phase::Working;
        generation.checkpoint = checkpointFrom(reader);
        generation.checkpoints.push_back(record.sequence);
        break;
    case Entry::Intent:
        generation.phase = TableGeneration::Phase::Intent;
        generation.intentSequence = record.sequence;
        generation.digests = {digestFrom(reader), digestFrom(reader)};
        break;
    case Entry::Applied:
        generation.phase = TableGeneration::Phase::Ended;
        generation.endedSequence = record.sequence;
        generation.end = static_cast<TableEnd>(reader.u8());
        generation.now = identityFrom(reader);
        generation.failed = reader.u64();
        break;
    case Entry::Undone:
        generation.phase = TableGeneration::Phase::Undone;
        break;
    case Entry::Final:
        generation.phase = TableGeneration::Phase::Finalised;
        break;
    default:
        break;
    }
    return reader.check("the journal's record " + std::to_string(record.sequence));
}

TableGeneration *TableHistory::last(const FilePosition &position) {
    const auto found = m_files.find(position);
    return found == m_files.end() || found->second.empty() ? nullptr : &found->second.back();
}

std::vector<TableGeneration *> TableHistory::byEnd() {
    std::vector<TableGeneration *> all;
    for (auto &[position, generations] : m_files) {
        for (TableGeneration &generation : generations) {
            all.push_back(&generation);
        }
    }
    std::sort(all.begin(), all.end(), [](const TableGeneration *a, const TableGeneration *b) {
        return std::max(a->endedSequence, a->intentSequence) < std::max(b->endedSequence, b->intentSequence);
    });
    return all;
}

} // namespace keyturn::reencrypt
