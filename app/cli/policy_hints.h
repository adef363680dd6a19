// SPDX-License-Identifier: Apache-2.0
// What is probably not meant in a key policy that is sent to a service: KeyPolicy::doubts() as lines for
// standard error. A policy that cannot be read is the service's matter. One thread.
#pragma once

#include "kms/operation.h"

#include <string>

namespace keyturn::cli {

/// "Hint: ..." lines; empty for requests that carry no key policy.
std::string policyHints(const kms::AnyRequest &request);

} // namespace keyturn::cli
