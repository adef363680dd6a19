// SPDX-License-Identifier: Apache-2.0
#include "aws/table_layout.h"

#include "aws/text_width.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace keyturn::cli::aws {
namespace {

constexpr std::size_t columnPadding = 4;
constexpr std::size_t borderPadding = 2;
constexpr const char *resetCode = "\x1b[0m";

void spaces(std::ptrdiff_t count, SecretText &out) {
    for (std::ptrdiff_t i = 0; i < count; ++i) {
        out.append(' ');
    }
}

void centre(std::string_view text, std::size_t length, bool leftEdge, SecretText &out) {
    const auto width = static_cast<std::ptrdiff_t>(textWidth(text));
    const auto total = static_cast<std::ptrdiff_t>(length);
    const std::ptrdiff_t start = total / 2 - width / 2 - 1;
    out.append(leftEdge ? "|" : "");
    spaces(start, out);
    out.append(text);
    spaces(total - 1 - (leftEdge ? 1 : 0) - start - width, out);
    out.append('|');
}

void alignLeft(std::string_view text, std::size_t length, bool leftEdge, bool inColour, SecretText &out) {
    constexpr std::size_t leftPadding = 2;
    const std::size_t width = textWidth(text);
    const std::size_t edges = leftEdge ? 2 : 1;
    const std::size_t padding = length >= width + leftPadding + edges ? leftPadding : 0;
    out.append(leftEdge ? "|" : "");
    spaces(static_cast<std::ptrdiff_t>(padding), out);
    out.append(inColour ? "\x1b[1m\x1b[34m" : "");
    out.append(text);
    out.append(inColour ? "\x1b[0m" : "");
    spaces(static_cast<std::ptrdiff_t>(length) - static_cast<std::ptrdiff_t>(width + padding + edges), out);
    out.append('|');
}

std::string ruler(const std::vector<std::size_t> &widths) {
    std::string line = "+";
    for (std::size_t i = 0; i < widths.size(); ++i) {
        const std::size_t edges = i == 0 ? 2 : 1;
        line += std::string(widths[i] > edges ? widths[i] - edges : 0, '-') + "+";
    }
    return line;
}

/// Lines with the bars of outer tables on both sides.
class IndentedLines {
public:
    IndentedLines(std::size_t indent, bool inColour, SecretText &out)
        : m_reset(inColour ? resetCode : "")
        , m_out(out) {
        for (std::size_t i = 0; i < indent; ++i) {
            m_bars += inColour ? "\x1b[2m\x1b[33m|\x1b[0m" : "|";
        }
    }
    template <class Write>
    void line(const Write &write) {
        m_out.append(m_bars + m_reset);
        write();
        m_out.append(m_reset + m_bars + m_reset + "\n" + m_reset);
    }

private:
    std::string m_bars;
    std::string m_reset; ///< behind each piece that colorama writes for the AWS CLI
    SecretText &m_out;
};

} // namespace

void TableLayout::Section::widen(std::size_t column, std::size_t width) {
    if (column >= widths.size()) {
        widths.resize(column + 1);
    }
    widths[column] = std::max(widths[column], width);
}

std::size_t TableLayout::Section::totalWidth() const {
    const std::size_t cells =
        std::accumulate(widths.begin(), widths.end(), std::size_t{0}) + columnPadding * widths.size();
    return std::max(textWidth(title), cells) + borderPadding + 2 * indent;
}

/// Scaled so that they fill `total` exactly.
std::vector<std::size_t> TableLayout::Section::columnWidths(std::size_t total) const {
    std::vector<std::size_t> scaled;
    const std::size_t sum =
        std::accumulate(widths.begin(), widths.end(), std::size_t{0}) + columnPadding * widths.size();
    const double factor = static_cast<double>(total) / static_cast<double>(sum);
    for (const std::size_t width : widths) {
        // Half to even, as Python rounds.
        scaled.push_back(
            static_cast<std::size_t>(std::nearbyint(factor * static_cast<double>(width + columnPadding))));
    }
    std::size_t reached = std::accumulate(scaled.begin(), scaled.end(), std::size_t{0});
    for (std::size_t i = 0; reached > total; i = (i + 1) % scaled.size(), --reached) {
        --scaled[i];
    }
    for (std::size_t i = 0; reached < total; i = (i + 1) % scaled.size(), ++reached) {
        ++scaled[scaled.size() - 1 - i];
    }
    return scaled;
}

void TableLayout::newSection(std::string_view title, std::size_t indent) {
    Section section;
    section.title = title;
    section.indent = indent;
    m_sections.push_back(std::move(section));
}

void TableLayout::addHeader(const std::vector<std::string> &names) {
    Section &section = m_sections.back();
    for (std::size_t i = 0; i < names.size(); ++i) {
        section.widen(i, textWidth(names[i]));
    }
    section.columns = section.columns.value_or(names.size());
    section.headers = names;
}

Status TableLayout::addRow(Row row) {
    Section &section = m_sections.back();
    const std::size_t expected = section.columns.value_or(row.size());
    section.columns = expected;
    if (row.size() != expected) {
        return fail(ErrorCode::Usage, "Row should have " + std::to_string(expected) +
                                          " elements, instead it has " + std::to_string(row.size()));
    }
    for (std::size_t i = 0; i < row.size(); ++i) {
        section.widen(i, textWidth(row[i].asText()));
    }
    section.rows.push_back(std::move(row));
    return {};
}

std::size_t TableLayout::maxWidth() const {
    std::size_t width = 0;
    for (const Section &section : m_sections) {
        width = std::max(width, section.totalWidth());
    }
    return width;
}

void TableLayout::turnOnTheirSide() {
    for (Section &section : m_sections) {
        if (section.rows.size() != 1 || section.headers.empty()) {
            continue;
        }
        Section turned;
        turned.title = section.title;
        turned.indent = section.indent;
        const Row &cells = section.rows.front();
        for (std::size_t i = 0; i < std::min(cells.size(), section.headers.size()); ++i) {
            turned.widen(0, textWidth(section.headers[i]));
            turned.widen(1, textWidth(cells[i].asText()));
            turned.rows.push_back({Value::text(section.headers[i]), cells[i]});
        }
        section = std::move(turned);
    }
}

void TableLayout::render(const TableForm &form, SecretText &out) {
    std::size_t width = maxWidth();
    if (width > form.widthColumns) {
        turnOnTheirSide();
        width = maxWidth();
    }
    out.append(std::string(width, '-') + "\n" + (form.inColour ? resetCode : ""));
    for (const Section &section : m_sections) {
        renderSection(section, width - 2 * section.indent, form.inColour, out);
    }
}

void TableLayout::renderSection(const Section &section, std::size_t width, bool inColour, SecretText &out) {
    IndentedLines lines(section.indent, inColour, out);
    if (!section.title.empty()) {
        lines.line([&] { centre(section.title, width, true, out); });
        if (section.headers.empty() && section.rows.empty()) {
            lines.line([&] { out.append("+" + std::string(width - 2, '-') + "+"); });
        }
    }
    if (section.widths.empty()) {
        return;
    }
    const auto widths = section.columnWidths(width);
    const std::string line = ruler(widths);
    if (!section.headers.empty()) {
        lines.line([&] { out.append(line); });
        lines.line([&] {
            for (std::size_t i = 0; i < section.headers.size(); ++i) {
                centre(section.headers[i], widths[i], i == 0, out);
            }
        });
    }
    if (section.rows.empty()) {
        return;
    }
    lines.line([&] { out.append(line); });
    for (const Row &row : section.rows) {
        lines.line([&] {
            for (std::size_t i = 0; i < row.size(); ++i) {
                alignLeft(row[i].asText(), widths[i], i == 0, inColour, out);
            }
        });
    }
    lines.line([&] { out.append(line); });
}

} // namespace keyturn::cli::aws
