// SPDX-License-Identifier: Apache-2.0
// From parameters to a request: base64 of blobs, the type and length checks of the AWS CLI (all faults in one
// message), then the members of the table. Failures: 255 for base64, 252 for the rest.
#pragma once

#include "aws/value.h"
#include "base/clock.h"
#include "kms/operation.h"
#include "outcome.h"

#include <optional>

namespace keyturn::cli::aws {

enum class BinaryFormat : std::uint8_t { Base64, RawInBase64Out };

Outcome<kms::AnyRequest> buildRequest(const kms::OperationInfo &operation, Value::Map parameters,
                                      BinaryFormat format);

/// What is wrong with parameters, one fault a line; empty when nothing is.
std::string parameterReport(std::span<const kms::Field> fields, const Value::Map &parameters);

/// A number or text that the AWS CLI takes for a time; nothing for any other value.
std::optional<Timestamp> timeOf(const Value &value);

} // namespace keyturn::cli::aws
