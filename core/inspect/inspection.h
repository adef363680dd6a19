// SPDX-License-Identifier: Apache-2.0
// Inspection: what a ciphertext or a file holds, as far as can be said offline. Every statement says how sure
// it is: `Read` stands in the bytes, `Likely` follows from a form that nobody has published or that other
// data could have by chance, `Unknown` cannot be told without the service. Plain values.
#pragma once

#include "base/bytes.h"
#include "kms/encryption_context.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::inspect {

enum class Certainty : std::uint8_t { Read, Likely, Unknown };

enum class Kind : std::uint8_t {
    Empty,
    KeyturnBlob,          ///< made by a Keyturn vault
    AwsKmsBlob,           ///< has the shape of ciphertexts that AWS KMS makes
    EmulatorBlob,         ///< has the shape of an emulator's ciphertexts (moto)
    EncryptionSdkMessage, ///< of the AWS Encryption SDK
    S3ClientMetadata,     ///< metadata of an object encrypted by an S3 client
    SopsDocument,
    SopsValue,        ///< ENC[...]
    VaultTransitText, ///< vault:vN:...
    KubernetesValue,  ///< k8s:enc:kms:v1:...
    TinkKeyset,
    Record,       ///< <file>.kms.json
    KeyturnVault, ///< a vault file itself
    RsaSized,     ///< as long as an RSA ciphertext, without any form
    Pem,
    Der, ///< some DER structure
    Gzip,
    Zip,
    Json,
    Text,
    Binary
};

/// A wrapping that was taken off before looking, outermost first.
enum class Layer : std::uint8_t {
    Base64,
    Base64WithLineBreaks,
    Base64Url,
    Hex,
    TrailingNewline,
    DataUrl,
    NumberedPrefix ///< "v1:", as kms_encrypted writes it
};

struct Fact {
    std::string label; ///< "Key", "Size", ...
    std::string value;
    Certainty certainty = Certainty::Read;
    bool operator==(const Fact &) const = default;
};

struct Inspection {
    Kind kind = Kind::Empty;
    Certainty certainty = Certainty::Read; ///< of the kind
    std::vector<Layer> layers;
    std::string
        summary; ///< a sentence or two: what it is, or what it looks like and why it is no KMS ciphertext
    std::vector<Fact> facts;
    std::vector<std::string> hints; ///< sentences: what to do, what to watch

    /// The bytes that Decrypt and ReEncrypt take, all layers off; empty when this is no KMS ciphertext.
    Bytes ciphertext;
    /// The innermost bytes, all layers off, whatever they are: for "send it anyway".
    Bytes payload;
    /// The key to prefill as source: an ARN or id that stands in the input; empty when there is none.
    std::string sourceKey;
    /// The context that stands in the input (Encryption SDK, S3, records).
    std::optional<kms::EncryptionContext> context;

    bool isKmsCiphertext() const { return !ciphertext.empty(); }
    /// The value of the first fact of that label, or empty.
    std::string_view fact(std::string_view label) const;
};

/// "keyturn-blob", "aws-kms-blob", ...: for JSON and tests.
std::string_view wireName(Kind kind);
std::string_view wireName(Layer layer);
std::string_view wireName(Certainty certainty);
/// "Keyturn ciphertext", "AWS KMS ciphertext", ...: for people.
std::string_view title(Kind kind);
/// "base64", "base64 with line breaks", ...: for people.
std::string_view title(Layer layer);

} // namespace keyturn::inspect
