// SPDX-License-Identifier: Apache-2.0
// The recorded message texts of kms-semantics.md as rows: each with a request that makes a vault say it.
#pragma once

#include "request_rows.h"

#include <span>

namespace keyturn::test {

struct Recorded {
    int section;
    const char *text;   ///< as the document has it; empty: the error has no message
    const char *answer; ///< "<exception>: <message>"; $arn and the other names of Scene
    Purpose purpose;
    const char *operation;
    const char *request;
    const char *state = "Enabled";
    bool external = false;
};

std::span<const Recorded> recordedRows();

} // namespace keyturn::test
