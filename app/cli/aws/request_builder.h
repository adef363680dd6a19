// SPDX-License-Identifier: Apache-2.0
// From parameters to a request: base64 of blobs, the type and length checks of the AWS CLI (all faults in one
// message), then the members of the table. Failures: 255 for base64, 252 for the rest.
#pragma once

#include "aws/value.h"
#include "kms/operation.h"
#include "outcome.h"

namespace keyturn::cli::aws {

enum class BinaryFormat : std::uint8_t { Base64, RawInBase64Out };

Outcome<kms::AnyRequest> buildRequest(const kms::OperationInfo &operation, Value::Map parameters,
                                      BinaryFormat format);

/// What is wrong with parameters, one fault a line; empty when nothing is.
std::string parameterReport(std::span<const kms::Field> fields, const Value::Map &parameters);

} // namespace keyturn::cli::aws
