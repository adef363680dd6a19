// SPDX-License-Identifier: Apache-2.0
// Reads a whole text as records, in any size of chunks, and keeps what each record said.
#pragma once

#include "reencrypt/records/record_reader.h"

#include <algorithm>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

struct Seen {
    std::uint64_t offset = 0, number = 0, line = 0;
    std::string bytes, blob, fault, message, masked, same;
    bool hasBlob = false, continues = false;
    RecordReader::Position behind;
    bool operator==(const Seen &) const = default;
};

struct Reading {
    std::string error; ///< of opening or reading
    std::string header;
    std::vector<Seen> records;
};

inline ByteSource sourceOf(const std::string &text, std::size_t chunk, std::size_t from = 0) {
    return [&text, chunk, at = from](std::span<std::uint8_t> buffer) mutable -> Result<std::size_t> {
        const std::size_t size = std::min({chunk, buffer.size(), text.size() - at});
        std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), size, buffer.begin());
        at += size;
        return size;
    };
}

inline std::string maskedText(const Record &record) {
    const MaskedRecord parts = masked(record);
    return std::string(asText(parts.before)) + (parts.hasCell ? "\x01" : "") +
           std::string(asText(parts.after));
}

inline Reading readRecords(const std::string &text, const JobSpec &spec,
                           ReaderOptions options = {4096, recordBytesMax}, std::size_t chunk = 1 << 20,
                           RecordReader::Position from = {}, const std::string &header = {}) {
    Reading reading;
    auto reader = openRecordReader(sourceOf(text, chunk, from.offset), spec, from, asBytes(header), options);
    if (!reader) {
        reading.error = reader.error().detail;
        return reading;
    }
    reading.header = asText((*reader)->header());
    for (;;) {
        const auto next = (*reader)->next();
        if (!next) {
            reading.error = next.error().detail;
            return reading;
        }
        if (!*next) {
            return reading;
        }
        const Record &record = **next;
        Seen seen{record.offset,
                  record.number,
                  record.line,
                  std::string(asText(record.bytes)),
                  std::string(record.blob),
                  std::string(wireName(record.fault)),
                  record.message,
                  maskedText(record),
                  {},
                  record.hasBlob,
                  record.continues,
                  (*reader)->position()};
        seen.same = record.hasBlob ? asText((*reader)->withBlob(record, record.blob)) : asText(record.bytes);
        reading.records.push_back(std::move(seen));
    }
}

inline JobSpec tableSpec(SourceKind kind, std::string blob) {
    JobSpec spec;
    spec.source.kind = kind;
    spec.finder.blob = std::move(blob);
    spec.destinationKey = "alias/new";
    return spec;
}

} // namespace keyturn::reencrypt
