// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/records/record_reader.h"

#include "reencrypt/records/record_grammar.h"

#include <algorithm>
#include <cstring>

namespace keyturn::reencrypt {
namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

/// A window on the source: bytes are consumed at its front and read in at its back.
class Window {
public:
    Window(ByteSource source, ReaderOptions options)
        : m_source(std::move(source))
        , m_options(options) {}

    ByteView bytes() const { return ByteView(m_buffer).subspan(m_begin, m_end - m_begin); }
    bool atEnd() const { return m_atEnd; }
    bool full() const { return m_end - m_begin >= m_options.recordBytes; }
    void consume(std::size_t size) { m_begin += size; }

    /// Reads until twice as much is held as now, so that a long record is looked at few times.
    Status more() {
        const std::size_t held = m_end - m_begin;
        const std::size_t wanted = std::min(std::max(2 * held, m_options.bufferBytes),
                                            std::max(m_options.recordBytes, m_options.bufferBytes));
        if (m_begin > 0) {
            std::memmove(m_buffer.data(), m_buffer.data() + m_begin, held);
            m_begin = 0;
            m_end = held;
        }
        if (m_buffer.size() < wanted) {
            m_buffer.resize(wanted);
        } else if (m_buffer.size() > 4 * std::max(wanted, m_options.bufferBytes)) {
            m_buffer.resize(wanted); // a long record is over
            m_buffer.shrink_to_fit();
        }
        while (m_end < wanted && !m_atEnd) {
            const auto read = m_source(std::span(m_buffer).subspan(m_end, wanted - m_end));
            if (!read) {
                return fail(read.error());
            }
            m_end += *read;
            m_atEnd = *read == 0;
        }
        return {};
    }

private:
    ByteSource m_source;
    ReaderOptions m_options;
    Bytes m_buffer;
    std::size_t m_begin = 0;
    std::size_t m_end = 0;
    bool m_atEnd = false;
};

class StreamReader final : public RecordReader {
public:
    StreamReader(ByteSource source, std::unique_ptr<RecordGrammar> grammar, Position from,
                 ReaderOptions options)
        : m_window(std::move(source), options)
        , m_grammar(std::move(grammar))
        , m_next(from) {}

    /// Reads the header, which next() gives as record 0; on the way again takes the one that is given.
    Status begin(ByteView header) {
        if (m_next.offset > 0) {
            m_header = toBytes(header);
            const bool marked = asText(header).starts_with(byteOrderMark);
            return m_grammar->hasHeader()
                       ? m_grammar->readHeader(ByteView(m_header).subspan(marked ? byteOrderMark.size() : 0))
                       : Status();
        }
        if (auto read = m_window.more(); !read) {
            return read;
        }
        m_mark = asText(m_window.bytes()).starts_with(byteOrderMark) ? byteOrderMark.size() : 0;
        if (!m_grammar->hasHeader()) {
            return {};
        }
        m_headerDue = true;
        ScannedRecord scanned;
        if (m_window.bytes().size() > m_mark) {
            if (auto found = scan(scanned); !found) {
                return failFrom(found);
            } else if (!*found) {
                return fail(ErrorCode::Usage,
                            "source.header: " + m_grammar->skipMessage(m_window.bytes(), 1));
            }
        }
        m_header = toBytes(m_window.bytes().first(m_mark + scanned.length));
        return m_grammar->readHeader(ByteView(m_header).subspan(m_mark));
    }

    Result<std::optional<Record>> next() override {
        m_window.consume(std::exchange(m_given, 0));
        if (m_skipping) {
            return nextPiece();
        }
        if (m_window.bytes().empty() && !m_window.atEnd()) {
            if (auto read = m_window.more(); !read) {
                return failFrom(read);
            }
        }
        if (m_window.bytes().empty()) {
            return std::optional<Record>();
        }
        ScannedRecord scanned;
        if (m_window.bytes().size() > m_mark) {
            const auto found = scan(scanned);
            if (!found) {
                return fail(found.error());
            }
            if (!*found) {
                return firstPiece();
            }
        }
        return std::optional(give(scanned));
    }

    std::optional<std::string> value(std::string_view place) const override {
        return m_grammar->value(place);
    }
    void appendReplaced(ByteView record, const Cell &cell, std::string_view newValue,
                        Bytes &out) const override {
        m_grammar->appendReplaced(record, cell, newValue, out);
    }
    Position position() const override { return m_next; }
    ByteView header() const override { return m_header; }

private:
    /// False: longer than a record may be.
    Result<bool> scan(ScannedRecord &scanned) {
        for (;;) {
            if (m_window.bytes().size() > m_mark &&
                m_grammar->scan(m_window.bytes().subspan(m_mark), m_window.atEnd(), m_next.line, scanned)) {
                return true;
            }
            if (m_window.full()) {
                return false;
            }
            if (auto read = m_window.more(); !read) {
                return failFrom(read);
            }
        }
    }

    Record give(ScannedRecord &scanned) {
        Record record;
        record.offset = m_next.offset;
        record.line = m_next.line;
        record.number = m_headerDue ? 0 : m_next.number + 1;
        record.bytes = m_window.bytes().first(m_mark + scanned.length);
        if (!m_headerDue) {
            record.hasBlob = scanned.hasBlob && scanned.fault == Cause::None;
            record.blob = scanned.blob;
            record.cell = scanned.cell;
            record.cell.offset += m_mark;
            record.fault = scanned.fault;
            record.message = std::move(scanned.message);
        }
        advance(record.bytes.size(), record.number, scanned.lines);
        return record;
    }

    void advance(std::size_t bytes, std::uint64_t number, std::size_t lines) {
        m_given = bytes;
        m_next.offset += bytes;
        m_next.number = number;
        m_next.line += lines;
        m_mark = 0;
        m_headerDue = false;
    }

    std::optional<Record> firstPiece() {
        Record record;
        record.number = m_next.number + 1;
        record.fault = Cause::BadSyntax;
        record.message =
            m_grammar->skipMessage(m_window.bytes().subspan(m_mark), m_next.line) + " It was left as it is.";
        m_grammar->beginSkip();
        return piece(std::move(record), m_mark);
    }

    Result<std::optional<Record>> nextPiece() {
        if (m_window.bytes().empty() && !m_window.atEnd()) {
            if (auto read = m_window.more(); !read) {
                return failFrom(read);
            }
        }
        Record record;
        record.number = m_next.number;
        record.fault = Cause::BadSyntax;
        return piece(std::move(record), 0);
    }

    /// All that is held, or up to the record's end.
    std::optional<Record> piece(Record record, std::size_t mark) {
        const auto end = m_grammar->skip(m_window.bytes().subspan(mark));
        m_skipping = !end && !(m_window.atEnd() && m_window.bytes().empty());
        record.continues = m_skipping;
        record.offset = m_next.offset;
        record.line = m_next.line;
        record.bytes = m_window.bytes().first(end ? mark + *end : m_window.bytes().size());
        advance(record.bytes.size(), record.number,
                static_cast<std::size_t>(
                    std::count(record.bytes.data(), record.bytes.data() + record.bytes.size(), '\n')));
        return record;
    }

    Window m_window;
    std::unique_ptr<RecordGrammar> m_grammar;
    Position m_next;
    std::size_t m_given = 0; ///< bytes of the present record
    std::size_t m_mark = 0;  ///< bytes of the byte order mark in front of the next record
    bool m_headerDue = false;
    bool m_skipping = false;
    Bytes m_header;
};

} // namespace

Bytes RecordReader::withBlob(const Record &present, std::string_view newValue) const {
    Bytes out;
    appendReplaced(present.bytes, present.cell, newValue, out);
    return out;
}

MaskedRecord masked(const Record &record) {
    if (!record.hasBlob) {
        return {record.bytes, {}, false};
    }
    return {record.bytes.first(record.cell.offset),
            record.bytes.subspan(record.cell.offset + record.cell.length), true};
}

std::vector<std::string> placesOf(const JobSpec &spec) {
    std::vector<std::string> places;
    const auto add = [&](const std::string &place) {
        if (!place.empty() && std::find(places.begin(), places.end(), place) == places.end()) {
            places.push_back(place);
        }
    };
    const auto addContext = [&](const ContextSpec &context) {
        add(context.from);
        for (const auto &[name, text] : context.pairs) {
            for (const std::string &place : text.places()) {
                add(place);
            }
        }
    };
    add(spec.finder.id);
    addContext(spec.context);
    if (spec.destinationContext) {
        addContext(*spec.destinationContext);
    }
    return places;
}

Result<std::unique_ptr<RecordReader>> openRecordReader(ByteSource source, const JobSpec &spec,
                                                       RecordReader::Position from, ByteView header,
                                                       ReaderOptions options) {
    auto grammar = spec.source.kind == SourceKind::JsonLines ? makeJsonGrammar(spec) : makeCsvGrammar(spec);
    if (!grammar) {
        return failFrom(grammar);
    }
    options.bufferBytes = std::max<std::size_t>(options.bufferBytes, 4); // a byte order mark and one more
    auto reader = std::make_unique<StreamReader>(std::move(source), std::move(*grammar), from, options);
    if (auto begun = reader->begin(header); !begun) {
        return failFrom(begun);
    }
    return reader;
}

} // namespace keyturn::reencrypt
