// SPDX-License-Identifier: Apache-2.0
// TableBatch: the records between two checkpoints: their bytes, the ciphertexts in them, and what both become
// when the service has answered. Private to records/. One thread at a time.
#pragma once

#include "crypto/sha256.h"
#include "reencrypt/item.h"
#include "reencrypt/job.h"
#include "reencrypt/mover.h"
#include "reencrypt/records/record_reader.h"
#include "reencrypt/sql/row_context.h"
#include "reencrypt/sql/row_store.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

/// What a record's cell holds, and how a new ciphertext is written there.
class TableCells {
public:
    explicit TableCells(const JobSpec &spec);

    struct Found {
        CellBlob blob;
        ItemContexts contexts;
        Cause cause = Cause::None; ///< not None: cannot be moved
        std::string message;
    };
    /// Of a record with a blob: its ciphertext and contexts. The reader stands at that record.
    Found look(const Record &record, const RecordReader &reader) const;
    /// The cell's new value in place of `old`.
    Bytes newValue(const CellBlob &found, std::string_view old, ByteView ciphertext) const;
    /// What reports call the record.
    Place place(const std::string &unit, const Record &record, const RecordReader &reader) const;

private:
    void findBlob(std::string_view cell, Found &found) const;
    void setContexts(const RecordReader &reader, Found &found) const;

    const JobSpec &m_spec;
    std::optional<ItemContexts> m_fixed; ///< no template and no column: the same for all records
};

class TableBatch {
public:
    TableBatch(const JobSpec &spec, std::string unit);

    void clear();
    void add(const Record &record, const RecordReader &reader);
    std::size_t records() const { return m_records; }
    ByteView bytes() const { return m_bytes; }

    std::vector<MoveRequest> takeRequests() { return std::move(m_requests); }
    /// `results` answer the requests in order. Fills items().
    void judge(const std::vector<MoveResult> &results);
    /// The records as they are to be written, in pieces.
    using Sink = std::function<Status(ByteView piece)>;
    Status write(const std::vector<MoveResult> &results, const RecordReader &reader, const Sink &sink);
    const std::vector<ItemRecord> &items() const { return m_items; }
    std::vector<ItemRecord> takeItems() { return std::move(m_items); }
    std::uint64_t changed() const { return m_changed; }
    std::uint64_t failed() const { return m_failed; }

private:
    struct Slot {
        std::size_t begin = 0; ///< of the record in m_bytes
        std::size_t length = 0;
        Cell cell;
        CellBlob blob;
        std::string value; ///< of the cell, where it is not the bytes that stand there
        std::size_t item = 0;
    };
    std::string_view valueOf(const Slot &slot) const;

    TableCells m_cells;
    bool m_dryRun;
    std::string m_unit;
    std::size_t m_records = 0;
    Bytes m_bytes;
    std::vector<Slot> m_slots;
    std::vector<MoveRequest> m_requests;
    std::vector<ItemRecord> m_items;
    std::uint64_t m_changed = 0, m_failed = 0;
};

/// The digest of records with their cells masked, for the final proof.
class MaskedDigest {
public:
    void add(const Record &record);
    Digest soFar();

private:
    void add(ByteView bytes);
    crypto::Sha256 m_digest;
    Bytes m_small; ///< gathered: a digest of many small pieces costs more than their copy
};

} // namespace keyturn::reencrypt
