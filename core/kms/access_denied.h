// SPDX-License-Identifier: Apache-2.0
// AccessDenied in words: which permission is missing, on which side and key, and a policy statement that
// grants it. Pure function. Private to the kms module; error_text is its only caller.
#pragma once

#include "kms/error_text.h"

namespace keyturn::kms {

ErrorText describeAccessDenied(const Error &error, const ErrorCircumstances &circumstances);

} // namespace keyturn::kms
