// SPDX-License-Identifier: Apache-2.0
// RecordGrammar: where one record of a table file ends and where its cells stand. Private to records/. Given
// bytes that begin with a record; keeps a view of them until the next scan(). One thread at a time.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "reencrypt/records/record_reader.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace keyturn::reencrypt {

struct ScannedRecord {
    std::size_t length = 0; ///< line end included
    std::size_t lines = 0;  ///< line feeds in it
    bool hasBlob = false;
    std::string_view blob;
    Cell cell;
    Cause fault = Cause::None;
    std::string message;
};

class RecordGrammar {
public:
    virtual ~RecordGrammar() = default;
    /// False: the record does not end in `bytes` and more may follow (never when `atEnd`). `line` is where it
    /// begins, for messages. `bytes` is not empty.
    virtual bool scan(ByteView bytes, bool atEnd, std::uint64_t line, ScannedRecord &out) = 0;
    /// Binds the columns of the job. Errors: Usage.
    virtual Status readHeader(ByteView header) = 0;
    virtual bool hasHeader() const = 0;
    virtual std::optional<std::string> value(std::string_view place) const = 0;
    virtual void appendReplaced(ByteView record, const Cell &cell, std::string_view newValue,
                                Bytes &out) const = 0;

    /// For records that are too long to be held: where it ends in `bytes`, which go on where the last call
    /// stopped; nothing: not here.
    virtual void beginSkip() = 0;
    virtual std::optional<std::size_t> skip(ByteView bytes) = 0;
    /// Why the record that is being skipped is a fault.
    virtual std::string skipMessage(ByteView begin, std::uint64_t line) const = 0;
};

Result<std::unique_ptr<RecordGrammar>> makeCsvGrammar(const JobSpec &spec);
Result<std::unique_ptr<RecordGrammar>> makeJsonGrammar(const JobSpec &spec);

/// "line 7, column 12: what"
std::string atLine(std::uint64_t line, std::size_t column, std::string_view what);

} // namespace keyturn::reencrypt
