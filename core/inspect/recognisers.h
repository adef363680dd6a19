// SPDX-License-Identifier: Apache-2.0
// The forms that inspect() knows, one function each: true, and the inspection filled, when the input has the
// form. None reads past the input, none throws. Private to the module.
#pragma once

#include "inspect/inspection.h"

#include <cstdint>
#include <string_view>

namespace keyturn::inspect {

struct Input {
    ByteView bytes;
    std::uint64_t totalBytes = 0; ///< of the whole, bytes may be its beginning
    bool isWhole() const { return totalBytes == bytes.size(); }
};

// Binary forms
bool recogniseKeyturnBlob(const Input &input, Inspection &out);
bool recogniseAwsKmsBlob(const Input &input, Inspection &out);
bool recogniseEmulatorBlob(const Input &input, Inspection &out);
bool recogniseEncryptionSdkMessage(const Input &input, Inspection &out);
bool recogniseKnownFile(const Input &input, Inspection &out); ///< vault file, gzip, zip, DER

// Texts
bool recogniseTextForm(std::string_view text, Inspection &out); ///< vault:, ENC[, k8s:, PEM, S3 header lines
bool recogniseJson(std::string_view text, Inspection &out);
bool looksLikeJson(std::string_view text);

// Helpers of the recognisers
void addFact(Inspection &out, std::string label, std::string value, Certainty certainty = Certainty::Read);
std::string byteCount(std::uint64_t count); ///< "1 byte", "184 bytes"
std::string contextText(const kms::EncryptionContext &context);

} // namespace keyturn::inspect
