// SPDX-License-Identifier: Apache-2.0
// The lane of files, text and documents (lane.h): a hot zone is up to batch items or 8 MiB of whole files,
// read, moved, written beside themselves, announced in the journal, exchanged with the live files and
// recorded. The old files stand under the temporary names until finalise. A file in which some ciphertexts
// cannot be moved gets the others. Thread and errors as lane.h says.
#pragma once

#include "reencrypt/lane.h"

#include <memory>

namespace keyturn::reencrypt {

std::unique_ptr<Lane> makeFileLane(const LaneParts &parts);

} // namespace keyturn::reencrypt
