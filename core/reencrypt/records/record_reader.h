// SPDX-License-Identifier: Apache-2.0
// RecordReader: CSV, TSV and JSON Lines, one record at a time from a stream of any size, with the exact bytes
// of each record and the exact place of the cells that a job names. Nothing is normalised: a record written
// back with its target cell replaced differs in that cell alone (byte order mark, line ends, quoting, order
// and white space stay). One thread at a time; owns nothing but its buffer. CSV follows RFC 4180; TSV has no
// quotes unless a field begins with one; JSON Lines: one object or array a line, duplicate names refused.
// Errors: IoFailed; a record that cannot be parsed is a Record with a fault, not an error, and reading goes
// on behind it (a quote that never closes takes the rest of the file: said so, with the line where it
// opened).
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "reencrypt/item.h"
#include "reencrypt/job.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::reencrypt {

inline constexpr std::size_t recordBytesMax = 16 * 1024 * 1024; ///< longer ones are faults, copied untouched

/// Where bytes come from: fills `buffer`, 0 at the end.
using ByteSource = std::function<Result<std::size_t>(std::span<std::uint8_t> buffer)>;

/// Where a cell stands in its record, quotes included.
struct Cell {
    std::size_t offset = 0;
    std::size_t length = 0;
    bool quoted = false;
    bool escaped = false; ///< its value is not the bytes that stand there
};

struct Record {
    std::uint64_t offset = 0; ///< of its first byte in the file
    std::uint64_t number = 0; ///< from 1; the header is 0
    std::uint64_t line = 0;   ///< from 1, where it begins
    ByteView bytes;           ///< all of it, line end included; valid until the next read
    bool hasBlob = false;     ///< false: header, empty line, null, empty or missing cell: copied, not counted
    std::string_view blob;    ///< the target cell's value, unquoted and unescaped; valid until the next read
    Cell cell;                ///< where it stands
    Cause fault = Cause::None;
    std::string message;    ///< of the fault, with line and column
    bool continues = false; ///< too long: `bytes` are a piece, the next Record of this number has more of it
};

class RecordReader {
public:
    virtual ~RecordReader() = default;
    /// The next record; nothing at the end. Blob and context cells are those of the spec.
    virtual Result<std::optional<Record>> next() = 0;
    /// The value of a column or pointer in the present record (context template, id); nothing: missing or
    /// null. Objects and arrays are given as they stand.
    virtual std::optional<std::string> value(std::string_view place) const = 0;
    /// Appends `record` (any record of this source) with the value of its cell replaced, quoted and escaped
    /// as it was; what old and new value have in common at both ends keeps its bytes.
    virtual void appendReplaced(ByteView record, const Cell &cell, std::string_view newValue,
                                Bytes &out) const = 0;
    /// Where reading stands, to go on later at the same record: give it to openRecordReader.
    struct Position {
        std::uint64_t offset = 0;
        std::uint64_t number = 0;
        std::uint64_t line = 1;
        bool operator==(const Position &) const = default;
    };
    /// Behind the present record; of no use while that one continues.
    virtual Position position() const = 0;
    /// The header's bytes, byte order mark included; empty without one.
    virtual ByteView header() const = 0;

    /// The present record's bytes with the blob cell's value replaced.
    Bytes withBlob(const Record &present, std::string_view newValue) const;
};

/// A record with the target cell masked, in two parts and one byte between them: equal before and after by
/// construction of the final proof (reliability-security.md section 4 point 5). Without a cell: all of it.
struct MaskedRecord {
    ByteView before;
    ByteView after;
    bool hasCell = false;
};
MaskedRecord masked(const Record &record);

struct ReaderOptions {
    std::size_t bufferBytes = 256 * 1024; ///< read at once; grows with the longest record
    std::size_t recordBytes = recordBytesMax;
};

/// `source` must stand at `from.offset`. With a header, the header's bytes are given again by `header` when
/// `from` is not the beginning. Errors: Usage naming a column that the header lacks (and what it has), or
/// that it has twice.
Result<std::unique_ptr<RecordReader>> openRecordReader(ByteSource source, const JobSpec &spec,
                                                       RecordReader::Position from = {}, ByteView header = {},
                                                       ReaderOptions options = {});

/// The columns or pointers that a job reads beside the blob: id, context, destination context; each once.
std::vector<std::string> placesOf(const JobSpec &spec);

} // namespace keyturn::reencrypt
