// SPDX-License-Identifier: Apache-2.0
// Watches what the ordinary heap gives back: how many freed blocks still held a text. Linking
// freed_memory.cpp replaces the program's operator new and delete. For single-threaded tests.
#pragma once

#include <cstddef>
#include <string_view>

namespace keyturn::test {

/// From now on; the text must outlive the watch. An empty one ends it.
void watchFreedMemoryFor(std::string_view text);
std::size_t freedBlocksWithText();

} // namespace keyturn::test
