// SPDX-License-Identifier: Apache-2.0
// From options to the parameters of a call: files, JSON, shorthand, JSON input, in the order and with the
// messages of the AWS CLI. The result still holds texts for blobs; request_builder.h makes a request of it.
// Failures: 252 for values, 255 where the AWS CLI gives that.
#pragma once

#include "argument_parser.h"
#include "aws/value.h"
#include "kms/operation.h"

namespace keyturn::cli::aws {

/// Members under their wire names, in the order of the model, then those that only the JSON input has.
Outcome<Value::Map> callParameters(const kms::OperationInfo &operation, const ParsedArguments &arguments);

} // namespace keyturn::cli::aws
