// SPDX-License-Identifier: Apache-2.0
// CsvGrammar: CSV by RFC 4180 and TSV. In CSV a quote inside a field that does not begin with one is a fault;
// in TSV it is text. A carriage return is part of a line end or a fault, except in quotes. Private to
// records/.
#pragma once

#include "reencrypt/records/record_grammar.h"

#include <vector>

namespace keyturn::reencrypt {

class CsvGrammar final : public RecordGrammar {
public:
    explicit CsvGrammar(const JobSpec &spec);

    bool scan(ByteView bytes, bool atEnd, std::uint64_t line, ScannedRecord &out) override;
    Status readHeader(ByteView header) override;
    bool hasHeader() const override { return m_header; }
    std::optional<std::string> value(std::string_view place) const override;
    void appendReplaced(ByteView record, const Cell &cell, std::string_view newValue,
                        Bytes &out) const override;
    void beginSkip() override;
    std::optional<std::size_t> skip(ByteView bytes) override;
    std::string skipMessage(ByteView begin, std::uint64_t line) const override;

    /// The places of a job without a header: "1", "2", ... Errors: Usage.
    Status bindNumbers();

private:
    enum class SkipState : std::uint8_t { FieldStart, Plain, Quoted, QuoteSeen };
    struct Column {
        std::string name;
        std::size_t index = 0;
    };
    struct Fault {
        std::size_t at = 0;
        std::string_view what;
    };

    bool scanPlain(std::size_t end);
    bool scanFields(std::string_view text, bool atEnd, std::size_t &length);
    bool scanQuoted(std::string_view text, bool atEnd, std::size_t &at, Cell &field);
    bool scanBare(std::string_view text, bool atEnd, std::size_t &at, bool afterQuote);
    void noteFault(std::size_t at, std::string_view what);
    void judge(std::uint64_t line, ScannedRecord &out);
    std::string cellText(const Cell &field) const;
    std::string_view cellView(const Cell &field, std::string &room) const;
    std::optional<std::size_t> columnOf(std::string_view name) const;
    SkipState step(SkipState state, char c) const;

    const JobSpec &m_spec;
    char m_delimiter;
    bool m_header;
    bool m_strictQuotes;
    std::vector<std::string> m_names; ///< of the header
    std::vector<Column> m_columns;    ///< that the job names
    std::size_t m_blob = 0;
    bool m_bound = false;

    std::string_view m_record;
    std::vector<Cell> m_fields;
    std::optional<Fault> m_fault;
    std::string m_blobRoom;
    SkipState m_skip = SkipState::FieldStart;
};

} // namespace keyturn::reencrypt
