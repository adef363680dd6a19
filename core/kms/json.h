// SPDX-License-Identifier: Apache-2.0
// Wire JSON, driven by the field tables (DESIGN.md section 3; rules of AWS JSON 1.1). Reading: nlohmann's SAX
// parser straight into the table's members, but for secret blobs, which never enter the parser; duplicate
// names refused, depth at most 16, at most 1,024 members an object, blobs strict base64, unknown members of
// replies skipped, of requests refused when asked. Writing: our own writer, members in the
// order of the model. Pure functions. Errors: BadJson; detail names the member path, never input.
#pragma once

#include "base/result.h"
#include "base/secret_text.h"
#include "kms/field.h"

#include <span>
#include <string_view>

namespace keyturn::kms {

enum class UnknownMembers { Skip, Refuse };
enum class TimestampForm { EpochSeconds, Iso8601Local };

struct JsonWriteOptions {
    int indent = 0; ///< 0: compact; 4: as the AWS CLI prints
    TimestampForm timestamps = TimestampForm::EpochSeconds;
};

/// Fills the members of `object` that the text has. An empty text or `null` is an empty object.
Status readJson(std::string_view text, std::span<const Field> fields, void *object,
                UnknownMembers unknown = UnknownMembers::Skip);

/// The text of all present members. A secret may be inside: the text wipes itself.
SecretText writeJson(std::span<const Field> fields, const void *object, JsonWriteOptions options = {});

/// JSON string literal with quotes; non-ASCII kept.
void appendJsonString(std::string_view text, SecretText &out);

/// The `__type`/`code` and `message`/`Message` of an error body (kms-semantics.md section 1); empty where
/// absent.
struct ErrorBody {
    std::string code; ///< cut: everything up to '#' and from ':' is gone
    std::string message;
};
Result<ErrorBody> readErrorBody(std::string_view text);
/// Cuts "com.amazon#NotFoundException:http://..." to "NotFoundException".
std::string_view bareErrorCode(std::string_view code);

} // namespace keyturn::kms
