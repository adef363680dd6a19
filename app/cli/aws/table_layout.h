// SPDX-License-Identifier: Apache-2.0
// TableLayout: the sections of a table and their rendering, widths and rounding as the AWS CLI has them. One
// thread. Errors: Usage (a row of another length), in the AWS CLI's words.
#pragma once

#include "aws/table_output.h"

#include <optional>
#include <string>
#include <vector>

namespace keyturn::cli::aws {

class TableLayout {
public:
    using Row = std::vector<Value>; ///< texts

    void newSection(std::string_view title, std::size_t indent);
    void addHeader(const std::vector<std::string> &names);
    Status addRow(Row row);
    void render(const TableForm &form, SecretText &out);

private:
    struct Section {
        std::string title;
        std::size_t indent = 0;
        std::vector<std::string> headers;
        std::vector<Row> rows;
        std::optional<std::size_t> columns;
        std::vector<std::size_t> widths;

        void widen(std::size_t column, std::size_t width);
        std::size_t totalWidth() const;
        std::vector<std::size_t> columnWidths(std::size_t total) const;
    };
    std::size_t maxWidth() const;
    void turnOnTheirSide();
    static void renderSection(const Section &section, std::size_t width, bool inColour, SecretText &out);

    std::vector<Section> m_sections;
};

} // namespace keyturn::cli::aws
