// SPDX-License-Identifier: Apache-2.0
// A reply as the AWS CLI shows it: members in the order of the model, blobs as base64, times as ISO 8601 in
// the machine's time zone. Secrets stay secrets. Pure function.
#pragma once

#include "aws/value.h"
#include "kms/field.h"

#include <span>

namespace keyturn::cli::aws {

Value replyValue(std::span<const kms::Field> fields, const void *object);

} // namespace keyturn::cli::aws
