// SPDX-License-Identifier: Apache-2.0
// Feeds inspect() anything: it must answer, render what it answered, and never leave its input.
#include "inspect/inspect.h"
#include "inspect/record.h"
#include "inspect/render.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const keyturn::ByteView input(data, size);
    const keyturn::inspect::Inspection found = keyturn::inspect::inspect(input);
    if (found.summary.empty() || keyturn::inspect::renderText(found).empty() ||
        keyturn::inspect::renderJson(found).empty()) {
        std::abort();
    }
    const auto record = keyturn::inspect::parseRecord(keyturn::asText(input));
    if (record && !keyturn::inspect::parseRecord(keyturn::inspect::recordText(*record))) {
        std::abort();
    }
    return 0;
}
