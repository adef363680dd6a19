// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/records/csv_grammar.h"

#include <algorithm>
#include <cstring>

namespace keyturn::reencrypt {
namespace {

constexpr std::string_view loneReturn =
    "a carriage return without a line feed. Lines end in LF or CRLF; inside a field it must stand in quotes.";
constexpr std::string_view bareQuote =
    "a quote inside a field that does not begin with one. Quote the whole field and double the quote.";
constexpr std::string_view textBehindQuote =
    "text behind a closing quote. Double the quotes inside a field; nothing stands between a closing quote "
    "and the delimiter.";
constexpr std::string_view openQuote =
    "a quote that never closes; it takes the rest of the file. Close it, then run again.";

std::size_t find(std::string_view text, char c, std::size_t from) {
    if (from >= text.size()) {
        return std::string_view::npos;
    }
    const void *found = std::memchr(text.data() + from, c, text.size() - from);
    return found != nullptr ? static_cast<std::size_t>(static_cast<const char *>(found) - text.data())
                            : std::string_view::npos;
}

void append(Bytes &out, std::string_view text) {
    out.insert(out.end(), text.begin(), text.end());
}

void appendDoubled(Bytes &out, std::string_view text) {
    for (const char c : text) {
        if (c == '"') {
            out.push_back('"');
        }
        out.push_back(static_cast<std::uint8_t>(c));
    }
}

/// `raw` (between quotes) with its value replaced; bytes that both ends have in common stay as they are.
void appendQuoted(Bytes &out, std::string_view raw, std::string_view value) {
    std::size_t begin = 0, valueBegin = 0;
    while (begin < raw.size() && valueBegin < value.size() && raw[begin] == value[valueBegin]) {
        begin += raw[begin] == '"' ? 2 : 1;
        ++valueBegin;
    }
    std::size_t end = raw.size(), valueEnd = value.size();
    while (end > begin && valueEnd > valueBegin && raw[end - 1] == value[valueEnd - 1]) {
        end -= raw[end - 1] == '"' ? 2 : 1;
        --valueEnd;
    }
    append(out, raw.substr(0, begin));
    appendDoubled(out, value.substr(valueBegin, valueEnd - valueBegin));
    append(out, raw.substr(end));
}

} // namespace

std::string atLine(std::uint64_t line, std::size_t column, std::string_view what) {
    return "line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + std::string(what);
}

CsvGrammar::CsvGrammar(const JobSpec &spec)
    : m_spec(spec)
    , m_delimiter(spec.source.kind == SourceKind::Tsv ? '\t' : spec.source.delimiter)
    , m_header(spec.source.csvHeader)
    , m_strictQuotes(spec.source.kind == SourceKind::Csv) {}

void CsvGrammar::noteFault(std::size_t at, std::string_view what) {
    if (!m_fault) {
        m_fault = Fault{at, what};
    }
}

bool CsvGrammar::scan(ByteView bytes, bool atEnd, std::uint64_t line, ScannedRecord &out) {
    const std::string_view text = asText(bytes);
    m_fields.clear();
    m_fault.reset();
    const std::size_t feed = find(text, '\n', 0);
    if (feed == std::string_view::npos && !atEnd) {
        return false;
    }
    std::size_t end = std::min(feed, text.size());
    std::size_t length = feed == std::string_view::npos ? text.size() : feed + 1;
    m_record = text.substr(0, length);
    if (feed != std::string_view::npos && end > 0 && text[end - 1] == '\r') {
        --end;
    }
    out.lines = feed == std::string_view::npos ? 0 : 1;
    if (!scanPlain(end)) {
        m_fields.clear();
        if (!scanFields(text, atEnd, length)) {
            return false;
        }
        m_record = text.substr(0, length);
        out.lines = static_cast<std::size_t>(std::count(m_record.begin(), m_record.end(), '\n'));
    }
    out.length = length;
    judge(line, out);
    return true;
}

/// The common case: a line without quotes and without stray carriage returns.
bool CsvGrammar::scanPlain(std::size_t end) {
    const std::string_view line = m_record.substr(0, end);
    if (find(line, '"', 0) != std::string_view::npos || find(line, '\r', 0) != std::string_view::npos) {
        return false;
    }
    std::size_t at = 0;
    for (;;) {
        const std::size_t next = std::min(find(line, m_delimiter, at), end);
        m_fields.push_back({at, next - at, false, false});
        if (next == end) {
            return true;
        }
        at = next + 1;
    }
}

/// False: more bytes are needed.
bool CsvGrammar::scanFields(std::string_view text, bool atEnd, std::size_t &length) {
    std::size_t at = 0;
    for (;;) {
        Cell field{at, 0, false, false};
        if (at < text.size() && text[at] == '"') {
            if (!scanQuoted(text, atEnd, at, field)) {
                return false;
            }
        }
        const std::size_t behindQuote = at;
        if (!scanBare(text, atEnd, at, field.quoted)) {
            return false;
        }
        if (field.quoted && at != behindQuote) {
            noteFault(behindQuote, textBehindQuote);
        }
        field.length = at - field.offset;
        m_fields.push_back(field);
        if (at < text.size() && text[at] == m_delimiter) {
            ++at;
            continue;
        }
        if (at < text.size() && text[at] == '\r') {
            ++at;
        }
        length = std::min(at + 1, text.size());
        return true;
    }
}

bool CsvGrammar::scanQuoted(std::string_view text, bool atEnd, std::size_t &at, Cell &field) {
    field.quoted = true;
    ++at;
    for (;;) {
        const std::size_t quote = find(text, '"', at);
        if (quote == std::string_view::npos) {
            noteFault(field.offset, openQuote);
            at = text.size();
            return atEnd;
        }
        at = quote + 1;
        if (at == text.size() && !atEnd) {
            return false;
        }
        if (at == text.size() || text[at] != '"') {
            return true;
        }
        field.escaped = true;
        ++at;
    }
}

/// Up to a delimiter, the line's end or the file's; false: more bytes are needed.
bool CsvGrammar::scanBare(std::string_view text, bool atEnd, std::size_t &at, bool afterQuote) {
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (c == m_delimiter || c == '\n') {
            return true;
        }
        if (c == '\r') {
            if (at + 1 == text.size() && !atEnd) {
                return false;
            }
            if (at + 1 < text.size() && text[at + 1] == '\n') {
                return true;
            }
            noteFault(at, loneReturn);
        } else if (c == '"' && m_strictQuotes && !afterQuote) {
            noteFault(at, bareQuote);
        }
    }
    return atEnd;
}

void CsvGrammar::judge(std::uint64_t line, ScannedRecord &out) {
    if (m_fault) {
        const std::string_view before = m_record.substr(0, m_fault->at);
        const auto lines = static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
        const std::size_t begin = before.rfind('\n');
        out.fault = Cause::BadSyntax;
        out.message =
            atLine(line + lines, m_fault->at - (begin == before.npos ? 0 : begin + 1) + 1, m_fault->what);
        return;
    }
    const bool emptyLine = m_fields.size() == 1 && m_fields[0].length == 0;
    if (!m_bound || emptyLine) {
        return;
    }
    if (m_header ? m_fields.size() != m_names.size() : m_fields.size() <= m_blob) {
        out.fault = Cause::BadSyntax;
        out.message = "line " + std::to_string(line) + ": " + std::to_string(m_fields.size()) + " fields, ";
        out.message += m_header ? "the header has " + std::to_string(m_names.size())
                                : "the blob is in column " + std::to_string(m_blob + 1);
        out.message += ". Mend the line: a delimiter inside a field needs quotes around the field.";
        return;
    }
    out.cell = m_fields[m_blob];
    out.blob = cellView(out.cell, m_blobRoom);
    out.hasBlob = !out.blob.empty();
}

std::string_view CsvGrammar::cellView(const Cell &field, std::string &room) const {
    std::string_view raw = m_record.substr(field.offset, field.length);
    if (field.quoted) {
        raw = raw.substr(1, raw.size() - 2);
    }
    if (!field.escaped) {
        return raw;
    }
    room.clear();
    for (std::size_t at = 0; at < raw.size(); ++at) {
        room.push_back(raw[at]);
        at += raw[at] == '"' ? 1 : 0;
    }
    return room;
}

std::optional<std::size_t> CsvGrammar::columnOf(std::string_view name) const {
    const auto known = std::find_if(m_columns.begin(), m_columns.end(),
                                    [&](const Column &column) { return column.name == name; });
    if (known != m_columns.end()) {
        return known->index;
    }
    const auto named = std::find(m_names.begin(), m_names.end(), name);
    return named != m_names.end() ? std::optional(static_cast<std::size_t>(named - m_names.begin()))
                                  : std::nullopt;
}

std::optional<std::string> CsvGrammar::value(std::string_view place) const {
    const auto column = columnOf(place);
    if (!column || *column >= m_fields.size() || m_fault) {
        return std::nullopt;
    }
    std::string room;
    return std::string(cellView(m_fields[*column], room));
}

void CsvGrammar::appendReplaced(ByteView record, const Cell &cell, std::string_view newValue,
                                Bytes &out) const {
    const std::string_view text = asText(record);
    const std::string_view old = text.substr(cell.offset, cell.length);
    append(out, text.substr(0, cell.offset));
    if (cell.quoted) {
        out.push_back('"');
        appendQuoted(out, old.substr(1, old.size() - 2), newValue);
        out.push_back('"');
    } else if (const char special[] = {m_delimiter, '"', '\r', '\n', '\0'};
               newValue.find_first_of(special) != newValue.npos && newValue != old) {
        out.push_back('"');
        appendDoubled(out, newValue);
        out.push_back('"');
    } else {
        append(out, newValue);
    }
    append(out, text.substr(cell.offset + cell.length));
}

CsvGrammar::SkipState CsvGrammar::step(SkipState state, char c) const {
    if (state == SkipState::Quoted) {
        return c == '"' ? SkipState::QuoteSeen : SkipState::Quoted;
    }
    if (c == m_delimiter) {
        return SkipState::FieldStart;
    }
    if (c == '"' && state != SkipState::Plain) {
        return SkipState::Quoted;
    }
    return SkipState::Plain;
}

void CsvGrammar::beginSkip() {
    m_skip = SkipState::FieldStart;
    m_fields.clear();
}

std::optional<std::size_t> CsvGrammar::skip(ByteView bytes) {
    const std::string_view text = asText(bytes);
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (m_skip == SkipState::Quoted) {
            at = std::min(find(text, '"', at), text.size());
            m_skip = at < text.size() ? SkipState::QuoteSeen : SkipState::Quoted;
            continue;
        }
        if (text[at] == '\n') {
            return at + 1;
        }
        m_skip = step(m_skip, text[at]);
    }
    return std::nullopt;
}

std::string CsvGrammar::skipMessage(ByteView begin, std::uint64_t line) const {
    const std::string_view text = asText(begin);
    SkipState state = SkipState::FieldStart;
    std::size_t quote = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (state == SkipState::Quoted) {
            at = std::min(find(text, '"', at), text.size());
            state = at < text.size() ? SkipState::QuoteSeen : SkipState::Quoted;
            continue;
        }
        const SkipState next = step(state, text[at]);
        quote = next == SkipState::Quoted && state == SkipState::FieldStart ? at : quote;
        state = next;
    }
    const auto linesUpTo = [&](std::size_t end) {
        return static_cast<std::uint64_t>(std::count(text.data(), text.data() + end, '\n'));
    };
    const std::string size = std::to_string(begin.size()) + " bytes";
    if (state == SkipState::Quoted) {
        const std::size_t begins = text.substr(0, quote).rfind('\n');
        const std::size_t column = quote - (begins == text.npos ? 0 : begins + 1) + 1;
        return atLine(line + linesUpTo(quote), column, "a quote that does not close within " + size + ".");
    }
    return "the record that ends behind line " + std::to_string(line + linesUpTo(text.size())) +
           " is longer than " + size + ".";
}

} // namespace keyturn::reencrypt
