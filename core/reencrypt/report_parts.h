// SPDX-License-Identifier: Apache-2.0
// What all forms of a report share: which record of an item is its last, the counts, and the sink that
// computes the closing digest. One thread. Private to this module.
#pragma once

#include "crypto/sha256.h"
#include "reencrypt/report.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::reencrypt {

/// Every item's last record, without holding items: a bit for each record and 8 bytes for each item while
/// the bits are found.
class LastItems {
public:
    using Visit = std::function<Result<bool>(const ItemRecord &)>;
    static Result<LastItems> find(Journal &journal);
    Status visit(Journal &journal, const Visit &visit) const;

private:
    std::vector<bool> m_isLast; ///< in order of the journal
};

struct ReportSummary {
    Counters counters;
    std::map<std::string, Counters> bySourceKey;
    std::map<std::string, std::uint64_t> byDestinationKey; ///< items that are there
    std::map<Cause, std::uint64_t> byCause;
    std::vector<std::string> notes; ///< sentences that the reader must not miss
};
Result<ReportSummary> summarise(Journal &journal, const LastItems &items);

/// Passes text on in larger pieces and hashes it.
class ReportWriter {
public:
    explicit ReportWriter(const ReportSink &sink)
        : m_sink(sink) {}
    void add(std::string_view text);
    /// The digest of everything added so far, in hex.
    Result<std::string> seal();
    /// What follows the digest.
    Status finish(std::string_view lastLine);
    /// The first error of the sink; later text is dropped.
    const Status &status() const { return m_status; }

private:
    void flush();
    const ReportSink &m_sink;
    crypto::Sha256 m_hash;
    std::string m_buffer;
    Status m_status;
};

struct ReportSource {
    Journal &journal;
    const LastItems &items;
    const ReportSummary &summary;
};
Status writeJsonReport(const ReportSource &source, ReportWriter &out);
Status writeCsvReport(const ReportSource &source, ReportWriter &out);
Status writeHtmlReport(const ReportSource &source, ReportWriter &out);

std::string hexOf(const std::optional<Digest> &digest); ///< empty: none

} // namespace keyturn::reencrypt
