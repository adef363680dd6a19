// SPDX-License-Identifier: Apache-2.0
#include "progress_line.h"

#include "base/text.h"
#include "console.h"

#include <string>

namespace keyturn::cli {
namespace {

constexpr std::string_view emptyLine = "\r\x1b[K";

} // namespace

ProgressLine::ProgressLine()
    : m_terminal(stderrIsTerminal()) {}

std::size_t ProgressLine::columns() const {
    return errorWidthColumns() - 1; // a line that wraps could not be taken back
}

void ProgressLine::show(std::string_view text) {
    if (m_terminal) {
        printError(std::string(emptyLine) + elideMiddle(text, columns()));
        m_shown = true;
    }
}

void ProgressLine::clear() {
    if (m_shown) {
        printError(emptyLine);
        m_shown = false;
    }
}

} // namespace keyturn::cli
