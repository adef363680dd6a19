// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/report.h"

#include "base/encoding.h"
#include "reencrypt/item_ledger.h"
#include "reencrypt/report_parts.h"

#include <bit>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t bufferBytes = 64 * 1024;

std::vector<std::string> notesOf(const JournalHead &head) {
    std::vector<std::string> notes;
    const JobSpec &spec = head.spec;
    if (spec.allowClientPlaintext) {
        notes.push_back("The job was allowed to bring plaintexts to the machine that ran it "
                        "(allow-client-plaintext), to move them between two services.");
    }
    if (spec.verification == Verification::Decrypt) {
        notes.push_back("Each new ciphertext was proven by decryption (verify: decrypt), which brought "
                        "plaintexts to the machine that ran the job.");
    }
    if (spec.safety.dryRun) {
        notes.push_back("This was a dry run: nothing was written.");
    }
    if (spec.reason == "compromise" && spec.safety.backup && head.state != JobState::Finalised) {
        notes.push_back("The reason is a compromise, and the undo copies are still under the old key: "
                        "finalise the job, and look after backups elsewhere.");
    }
    if (head.state == JobState::Paused || head.state == JobState::Running) {
        notes.push_back("The job has not ended: items that it has not reached are not listed here.");
    }
    return notes;
}

} // namespace

Result<LastItems> LastItems::find(Journal &journal) {
    std::vector<std::uint64_t> hashes;
    auto read = visitItemRecords(journal, [&](const ItemRecord &item) -> Result<bool> {
        hashes.push_back(placeHash(item.place));
        return true;
    });
    if (!read) {
        return failFrom(read);
    }
    LastItems last;
    last.m_isLast.resize(hashes.size());
    // Open addressing, never more than half full: 16 to 32 bytes an item where a set of the library takes 50.
    std::vector<std::uint64_t> seen(std::bit_ceil(2 * hashes.size() + 1));
    for (std::size_t at = hashes.size(); at-- > 0;) {
        std::size_t slot = (hashes[at] >> 3U) & (seen.size() - 1);
        while (seen[slot] != 0 && seen[slot] != hashes[at]) {
            slot = (slot + 1) & (seen.size() - 1);
        }
        last.m_isLast[at] = seen[slot] == 0;
        seen[slot] = hashes[at];
    }
    return last;
}

Status LastItems::visit(Journal &journal, const Visit &visit) const {
    std::size_t at = 0;
    return visitItemRecords(journal, [&](const ItemRecord &item) -> Result<bool> {
        const bool isLast = at < m_isLast.size() && m_isLast[at];
        ++at;
        return isLast ? visit(item) : Result<bool>(true);
    });
}

Result<ReportSummary> summarise(Journal &journal, const LastItems &items) {
    ReportSummary summary;
    auto visited = items.visit(journal, [&](const ItemRecord &item) -> Result<bool> {
        countItem(summary.counters, item);
        countItem(summary.bySourceKey[item.sourceKey], item);
        const bool isThere = item.state == ItemState::Applied || item.state == ItemState::Verified ||
                             item.state == ItemState::Final || item.state == ItemState::Skipped;
        summary.byDestinationKey[item.destinationKey] += isThere ? 1 : 0;
        if (item.cause != Cause::None) {
            ++summary.byCause[item.cause];
        }
        return true;
    });
    if (!visited) {
        return failFrom(visited);
    }
    std::erase_if(summary.byDestinationKey, [](const auto &each) { return each.second == 0; });
    summary.counters.calls = journal.head().counters.calls;
    summary.counters.throttled = journal.head().counters.throttled;
    summary.notes = notesOf(journal.head());
    return summary;
}

void ReportWriter::add(std::string_view text) {
    m_buffer += text;
    if (m_buffer.size() >= bufferBytes) {
        flush();
    }
}

void ReportWriter::flush() {
    if (m_status && !m_buffer.empty()) {
        m_hash.update(asBytes(m_buffer));
        m_status = m_sink(m_buffer);
    }
    m_buffer.clear();
}

Result<std::string> ReportWriter::seal() {
    flush();
    return m_status ? Result<std::string>(toHex(m_hash.finish())) : failFrom(m_status);
}

Status ReportWriter::finish(std::string_view lastLine) {
    return m_status ? m_sink(lastLine) : m_status;
}

std::string hexOf(const std::optional<Digest> &digest) {
    return digest ? toHex(*digest) : std::string();
}

Status writeReport(Journal &journal, ReportForm form, const ReportSink &write) {
    auto items = LastItems::find(journal);
    if (!items) {
        return failFrom(items);
    }
    auto summary = summarise(journal, *items);
    if (!summary) {
        return failFrom(summary);
    }
    ReportWriter out(write);
    const ReportSource source{journal, *items, *summary};
    switch (form) {
    case ReportForm::Json:
        return writeJsonReport(source, out);
    case ReportForm::Csv:
        return writeCsvReport(source, out);
    case ReportForm::Html:
        break;
    }
    return writeHtmlReport(source, out);
}

Status visitItems(Journal &journal, const std::function<Result<bool>(const ItemRecord &)> &visit) {
    auto items = LastItems::find(journal);
    return items ? items->visit(journal, visit) : failFrom(items);
}

} // namespace keyturn::reencrypt
