// SPDX-License-Identifier: Apache-2.0
// Metadata of objects that an S3 client encrypted, versions 2 and 3 (ecosystem.md 4.2 item 7). Private.
#pragma once

#include "inspect/inspection.h"

#include <map>
#include <string>
#include <string_view>

namespace keyturn::inspect {

/// Names in lower case, without "x-amz-meta-".
using MetadataValues = std::map<std::string, std::string, std::less<>>;

/// True, and the inspection filled, when the values are such metadata.
bool describeS3Metadata(const MetadataValues &values, Inspection &out);
/// "x-amz-key-v2: ..." lines, as tools print them.
bool recogniseS3HeaderLines(std::string_view text, Inspection &out);
/// The name as MetadataValues has it.
std::string metadataName(std::string_view name);

} // namespace keyturn::inspect
