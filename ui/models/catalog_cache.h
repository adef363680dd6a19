// SPDX-License-Identifier: Apache-2.0
// The list of a remote account's keys as it was at the end of the last run, so that a window shows rows at
// once. Text in KMS's own JSON: descriptions, a line each, then aliases. No secret is in it, and never a
// vault's list: what a vault holds stays sealed. Pure functions. Errors: BadJson, Usage (another version).
#pragma once

#include "base/result.h"
#include "ui/models/key_catalog.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::ui {

/// <cache folder>/catalogs/<profile id>.json; of a profile id that is no plain name: empty.
std::filesystem::path catalogCacheFile(std::string_view profileId);

/// Of a complete catalog; rows without a description are left out.
std::string encodeCatalog(const KeyCatalog &catalog, Timestamp now);
Result<std::vector<CatalogKey>> decodeCatalog(std::string_view text);

} // namespace keyturn::ui
