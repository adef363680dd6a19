// SPDX-License-Identifier: Apache-2.0
// ProgressLine: one line on standard error that says what is going on, replaced by the next and gone at the
// end. Only where standard error is a terminal: a script sees nothing of it. One thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace keyturn::cli {

class ProgressLine {
public:
    ProgressLine();
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine &) = delete;
    ProgressLine &operator=(const ProgressLine &) = delete;

    /// So many fit; asked anew each time, terminals are resized.
    std::size_t columns() const;
    void show(std::string_view text);
    void clear();

private:
    bool m_terminal;
    bool m_shown = false;
};

} // namespace keyturn::cli
