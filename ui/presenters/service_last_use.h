// SPDX-License-Identifier: Apache-2.0
// When a key was used last, by the service's own record (GetKeyLastUsage). A service that has none, or does
// not tell this caller, is no failure: the reason is in the answer. Blocks; any thread but the GUI's.
// Errors: Cancelled, and those of the connection.
#pragma once

#include "kms/service.h"
#include "reencrypt/campaign/campaign.h"

namespace keyturn::ui {

/// `key`: id or ARN.
Result<reencrypt::LastUse> lastUseByService(kms::KmsService &service, const std::string &key,
                                            const CancelToken &cancel);

} // namespace keyturn::ui
