// SPDX-License-Identifier: Apache-2.0
// RowPage: the rows of one hot zone on their way: judged, moved, and turned into the change of each. No
// journal, no database. Plain functions over plain values; the job's thread.
#pragma once

#include "reencrypt/item.h"
#include "reencrypt/job.h"
#include "reencrypt/mover.h"
#include "reencrypt/sql/row_ledger.h"
#include "reencrypt/sql/row_store.h"

#include <optional>
#include <vector>

namespace keyturn::reencrypt {

/// A row with a ciphertext that is to be moved.
struct RowCandidate {
    Row row;
    CellBlob blob;
    ItemRecord item;
    Bytes to; ///< the new value of the cell; empty: not to be written
};

struct JudgedRows {
    std::vector<RowCandidate> candidates;
    std::vector<ItemRecord> items; ///< of rows that cannot be moved
};

Place placeOf(const Row &row, const JobSpec &spec);
ItemRecord failedRow(const Row &row, const JobSpec &spec, Cause cause, std::string message);

/// A fault of the row or of its cell: Failed; nothing in it: nothing; done or failed already: nothing.
JudgedRows judge(std::vector<Row> rows, const JobSpec &spec, RowLedger &ledger);
/// The ciphertext of a row's cell, or what is wrong with it.
struct CellFault {
    Cause cause = Cause::None;
    std::string message;
};
std::optional<CellFault> lookInto(const Row &row, const FinderSpec &finder, CellBlob &blob);

MoveRequest requestOf(const RowCandidate &candidate);
std::vector<MoveRequest> requestsOf(const std::vector<RowCandidate> &candidates);
/// Makes items and new values; what was not moved, or does not fit the column, leaves with its item.
std::vector<ItemRecord> take(std::vector<RowCandidate> &candidates, std::vector<MoveResult> results,
                             const JobSpec &spec, const ColumnFacts &facts, RowLedger &ledger);

/// Rows to take at once, of `most`: once failures are to end the job, it goes beyond them by no more than
/// what is in flight.
std::size_t rowsAtOnce(const SafetySpec &safety, std::uint64_t failures, std::size_t most);
/// Failed, or a conflict.
std::uint64_t faultsIn(const std::vector<ItemRecord> &items);

RowZone zoneOf(const std::vector<RowCandidate> &candidates);
std::vector<RowChange> changesOf(const std::vector<RowCandidate> &candidates);

} // namespace keyturn::reencrypt
