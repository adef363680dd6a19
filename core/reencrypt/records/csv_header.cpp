// SPDX-License-Identifier: Apache-2.0
// Which column is which: by the header's names, or by numbers where there is no header.
#include "base/text.h"
#include "reencrypt/records/csv_grammar.h"

#include <algorithm>
#include <charconv>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t namesShownMax = 40;
constexpr std::size_t nameCharactersMax = 40;

std::string shown(const std::string &name) {
    if (!isValidUtf8(name)) {
        return "(not UTF-8)";
    }
    std::string clean = name;
    std::replace_if(
        clean.begin(), clean.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, '?');
    return '"' + elideMiddle(clean, nameCharactersMax) + '"';
}

std::string shownNames(const std::vector<std::string> &names) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < std::min(names.size(), namesShownMax); ++i) {
        parts.push_back(shown(names[i]));
    }
    if (names.size() > namesShownMax) {
        parts.push_back("and " + std::to_string(names.size() - namesShownMax) + " more");
    }
    return join(parts, ", ");
}

} // namespace

Status CsvGrammar::readHeader(ByteView header) {
    m_bound = false;
    m_names.clear();
    m_columns.clear();
    ScannedRecord scanned;
    if (header.empty() || !scan(header, true, 1, scanned)) {
        return fail(ErrorCode::Usage,
                    "source.header: the file has no header line. Say `header: false` for one without.");
    }
    if (scanned.fault != Cause::None) {
        return fail(ErrorCode::Usage, "source.header: " + scanned.message);
    }
    for (const Cell &field : m_fields) {
        std::string room;
        m_names.emplace_back(cellView(field, room));
    }
    std::vector<std::string> wanted = placesOf(m_spec);
    wanted.insert(wanted.begin(), m_spec.finder.blob);
    for (const std::string &name : wanted) {
        const auto count = std::count(m_names.begin(), m_names.end(), name);
        if (count != 1) {
            return fail(ErrorCode::Usage,
                        std::string(&name == &wanted.front() ? "find.blob" : "context or find.id") +
                            (count == 0 ? ": there is no column " : ": there is more than one column ") +
                            shown(name) + ". The header has " + shownNames(m_names) + ".");
        }
        const auto index =
            static_cast<std::size_t>(std::find(m_names.begin(), m_names.end(), name) - m_names.begin());
        m_columns.push_back({name, index});
    }
    m_blob = m_columns.front().index;
    m_bound = true;
    return {};
}

Status CsvGrammar::bindNumbers() {
    std::vector<std::string> wanted = placesOf(m_spec);
    wanted.insert(wanted.begin(), m_spec.finder.blob);
    for (const std::string &name : wanted) {
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (error != std::errc() || end != name.data() + name.size() || number == 0) {
            return fail(ErrorCode::Usage,
                        std::string(&name == &wanted.front() ? "find.blob" : "context or find.id") +
                            ": without a header columns are called 1, 2, 3, ...; " + shown(name) +
                            " is no such number.");
        }
        m_columns.push_back({name, number - 1});
    }
    m_blob = m_columns.front().index;
    m_bound = true;
    return {};
}

Result<std::unique_ptr<RecordGrammar>> makeCsvGrammar(const JobSpec &spec) {
    const std::string_view unusable = "\"\r\n";
    if (spec.source.kind == SourceKind::Csv &&
        (unusable.find(spec.source.delimiter) != unusable.npos || spec.source.delimiter == '\0')) {
        return fail(ErrorCode::Usage, "source.delimiter: must be one character, no quote and no line end.");
    }
    auto grammar = std::make_unique<CsvGrammar>(spec);
    if (!spec.source.csvHeader) {
        if (auto bound = grammar->bindNumbers(); !bound) {
            return failFrom(bound);
        }
    }
    return grammar;
}

} // namespace keyturn::reencrypt
