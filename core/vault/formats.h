// SPDX-License-Identifier: Apache-2.0
// Formats: which formats of the container a program knows, and the steps from each to the next. What is
// shipped is shippedFormats(); tests hand in their own through OpenOptions. Plain values; steps run on the
// container's thread. Follows FORMAT.md section 9.
#pragma once

#include "base/result.h"
#include "sqlite/database.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace keyturn::vault {

class Container;
class WriteTransaction;

/// What a step works on, all in one transaction that is checked and committed behind the last step: the
/// tables (schema changes; rows only through `rows`), the vault to read from, its sealed rows to write.
struct MigrationWork {
    sqlite::Database &database;
    Container &vault;
    WriteTransaction &rows;
};

/// From format `to` - 1 to `to`.
struct MigrationStep {
    std::uint16_t to = 0;
    std::uint16_t minReader = 0; ///< of the header that the step leaves
    std::uint16_t minWriter = 0;
    std::function<Status(MigrationWork &)> act;
};

struct Formats {
    std::uint16_t newest = 0;
    std::function<std::vector<sqlite::SchemaObject>(std::uint16_t format)> schema;
    std::vector<MigrationStep> steps; ///< ascending, the last one to `newest`
};

/// Format 1, and no step.
const Formats &shippedFormats();

} // namespace keyturn::vault
