// SPDX-License-Identifier: Apache-2.0
// Feeds the readers of CSV, TSV and JSON Lines anything. Records together are the input; a cell written back
// as it was gives the same bytes; the size of reads changes nothing; long records come in pieces.
#include "reencrypt/records/record_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace keyturn;
using namespace keyturn::reencrypt;

struct Sum {
    Bytes bytes;
    std::size_t records = 0, blobs = 0, faults = 0;
    bool operator==(const Sum &) const = default;
};

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

Sum readAll(ByteView input, const JobSpec &spec, ReaderOptions options) {
    std::size_t at = 0;
    const ByteSource source = [&](std::span<std::uint8_t> buffer) -> Result<std::size_t> {
        const std::size_t size = std::min(buffer.size(), input.size() - at);
        std::copy_n(input.begin() + static_cast<std::ptrdiff_t>(at), size, buffer.begin());
        at += size;
        return size;
    };
    Sum sum;
    auto reader = openRecordReader(source, spec, {}, {}, options);
    if (!reader) {
        return sum;
    }
    for (auto next = (*reader)->next(); next && *next; next = (*reader)->next()) {
        const Record &record = **next;
        require(record.offset == sum.bytes.size());
        sum.bytes.insert(sum.bytes.end(), record.bytes.begin(), record.bytes.end());
        sum.records += record.continues ? 0 : 1;
        sum.faults += record.fault != Cause::None ? 1 : 0;
        if (record.hasBlob) {
            ++sum.blobs;
            const Bytes same = (*reader)->withBlob(record, record.blob);
            require(std::equal(same.begin(), same.end(), record.bytes.begin(), record.bytes.end()));
            const Bytes other = (*reader)->withBlob(record, "v1:AA==\"\n,");
            require(other.size() + record.bytes.size() >= 1);
        }
        (void)(*reader)->value("/id");
    }
    require(sum.bytes.size() == input.size());
    require(std::equal(input.begin(), input.end(), sum.bytes.begin()));
    return sum;
}

void check(ByteView input, SourceKind kind, const char *blob, bool header) {
    JobSpec spec;
    spec.source.kind = kind;
    spec.source.csvHeader = header;
    spec.finder.blob = blob;
    const Sum whole = readAll(input, spec, {4096, recordBytesMax});
    const Sum pieces = readAll(input, spec, {5, recordBytesMax});
    require(whole == pieces);
    if (!header) {
        readAll(input, spec, {5, 16});
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const ByteView input(data, size);
    check(input, SourceKind::Csv, "k", true);
    check(input, SourceKind::Csv, "2", false);
    check(input, SourceKind::Tsv, "2", false);
    check(input, SourceKind::JsonLines, "/k", false);
    return 0;
}
