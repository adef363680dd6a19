// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/row_page.h"

#include "base/text.h"

#include <algorithm>
#include <initializer_list>

namespace keyturn::reencrypt {
namespace {

/// Ciphertexts of others that stand in columns as texts: kms_encrypted with Google or Vault, Vault transit,
/// Kubernetes, SOPS values.
bool isOtherTools(ByteView value) {
    for (const std::string_view begin : {"$gc$", "vault:v", "k8s:enc:", "ENC["}) {
        if (asText(value).starts_with(begin)) {
            return true;
        }
    }
    return false;
}

bool fits(const Bytes &value, const ColumnFacts &facts) {
    if (!facts.lengthMax) {
        return true;
    }
    const std::uint64_t length = facts.binary ? value.size() : codePointCount(asText(value));
    return length <= *facts.lengthMax;
}

} // namespace

Place placeOf(const Row &row, const JobSpec &spec) {
    // The key is the row's identity; what the job's `id` says stands beside it.
    return {row.key, spec.finder.id.empty() ? spec.finder.blob : row.id, 0};
}

ItemRecord failedRow(const Row &row, const JobSpec &spec, Cause cause, std::string message) {
    ItemRecord item;
    item.place = placeOf(row, spec);
    item.state = ItemState::Failed;
    item.cause = cause;
    item.message = std::move(message);
    return item;
}

std::optional<CellFault> lookInto(const Row &row, const FinderSpec &finder, CellBlob &blob) {
    if (row.fault != Cause::None) {
        return CellFault{row.fault, row.message};
    }
    auto found = findInCell(row.value, finder);
    if (found) {
        blob = std::move(*found);
        return std::nullopt;
    }
    const Cause cause = found.error().code == ErrorCode::BadJson ? Cause::BadSyntax
                        : isOtherTools(row.value)                ? Cause::OtherCiphertext
                                                                 : Cause::NotACiphertext;
    return CellFault{cause, found.error().detail};
}

JudgedRows judge(std::vector<Row> rows, const JobSpec &spec, RowLedger &ledger) {
    JudgedRows judged;
    for (Row &row : rows) {
        if (row.isNull) {
            continue;
        }
        const Digest value = digestOf(row.value);
        RowCandidate candidate;
        if (ledger.hasFailed(row.key, value)) {
            continue;
        }
        if (auto fault = lookInto(row, spec.finder, candidate.blob)) {
            ledger.noteFailure(row.key, value);
            judged.items.push_back(failedRow(row, spec, fault->cause, std::move(fault->message)));
            continue;
        }
        if (ledger.isDone(digestOf(candidate.blob.ciphertext))) {
            continue;
        }
        candidate.row = std::move(row);
        judged.candidates.push_back(std::move(candidate));
    }
    return judged;
}

MoveRequest requestOf(const RowCandidate &candidate) {
    MoveRequest request;
    request.ciphertext = candidate.blob.ciphertext;
    request.context = candidate.row.context;
    request.newContext = candidate.row.newContext;
    return request;
}

std::vector<MoveRequest> requestsOf(const std::vector<RowCandidate> &candidates) {
    std::vector<MoveRequest> requests;
    requests.reserve(candidates.size());
    for (const RowCandidate &candidate : candidates) {
        requests.push_back(requestOf(candidate));
    }
    return requests;
}

std::vector<ItemRecord> take(std::vector<RowCandidate> &candidates, std::vector<MoveResult> results,
                             const JobSpec &spec, const ColumnFacts &facts, RowLedger &ledger) {
    std::vector<ItemRecord> items;
    std::vector<RowCandidate> moved;
    for (std::size_t i = 0; i < candidates.size() && i < results.size(); ++i) {
        RowCandidate &candidate = candidates[i];
        candidate.item = recordOf(placeOf(candidate.row, spec), candidate.blob.ciphertext, results[i]);
        const bool isMoved =
            results[i].state == ItemState::Applied || results[i].state == ItemState::Verified;
        if (isMoved) {
            candidate.to =
                replaceInCell(candidate.row.value, candidate.blob, results[i].ciphertext, spec.finder);
        }
        if (isMoved && fits(candidate.to, facts)) {
            moved.push_back(std::move(candidate));
            continue;
        }
        if (isMoved) {
            candidate.item = failedRow(candidate.row, spec, Cause::DoesNotFit,
                                       "the new value is longer than the " +
                                           std::to_string(*facts.lengthMax) + " that the column takes");
        }
        if (candidate.item.state == ItemState::Failed) {
            ledger.noteFailure(candidate.row.key, digestOf(candidate.row.value));
        }
        items.push_back(std::move(candidate.item));
    }
    candidates = std::move(moved);
    return items;
}

std::size_t rowsAtOnce(const SafetySpec &safety, std::uint64_t failures, std::size_t most) {
    const std::size_t wanted = std::clamp<std::size_t>(safety.batchItems, 1, most);
    if (safety.stopAfterFailures == 0) {
        return wanted;
    }
    const std::uint64_t left = safety.stopAfterFailures - std::min(failures, safety.stopAfterFailures);
    return std::min<std::size_t>(wanted, std::max<std::uint64_t>({left, safety.inFlight, 1}));
}

std::uint64_t faultsIn(const std::vector<ItemRecord> &items) {
    return static_cast<std::uint64_t>(std::count_if(items.begin(), items.end(), [](const ItemRecord &item) {
        return item.state == ItemState::Failed || item.state == ItemState::Conflict;
    }));
}

RowZone zoneOf(const std::vector<RowCandidate> &candidates) {
    RowZone zone;
    for (const RowCandidate &candidate : candidates) {
        zone.rows.push_back(
            {candidate.row.key, digestOf(candidate.row.value), candidate.to, candidate.item.state});
        zone.items.push_back(candidate.item);
        zone.items.back().state = ItemState::Intent;
    }
    return zone;
}

std::vector<RowChange> changesOf(const std::vector<RowCandidate> &candidates) {
    std::vector<RowChange> changes;
    changes.reserve(candidates.size());
    for (const RowCandidate &candidate : candidates) {
        changes.push_back({candidate.row.key, candidate.row.value, candidate.to});
    }
    return changes;
}

} // namespace keyturn::reencrypt
