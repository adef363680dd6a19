// SPDX-License-Identifier: Apache-2.0
#include "inspect/inspect.h"

#include "base/text.h"
#include "inspect/layers.h"
#include "inspect/recognisers.h"
#include "inspect/record.h"

#include <algorithm>
#include <fstream>

namespace keyturn::inspect {
namespace {

constexpr int layersMax = 4;

bool isText(ByteView bytes) {
    const bool control = std::any_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) {
        return (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7f;
    });
    return !control && isValidUtf8(asText(bytes));
}

bool recogniseBinary(const Input &input, Inspection &out) {
    return recogniseKeyturnBlob(input, out) || recogniseAwsKmsBlob(input, out) ||
           recogniseEncryptionSdkMessage(input, out) || recogniseEmulatorBlob(input, out) ||
           recogniseKnownFile(input, out);
}

/// True when some form was recognised, here or below a wrapping.
bool look(const Input &input, int depth, Inspection &out) {
    if (recogniseBinary(input, out)) {
        out.payload = toBytes(input.bytes);
        return true;
    }
    if (!input.isWhole() || !isText(input.bytes)) {
        return false;
    }
    const std::string_view text = asText(input.bytes);
    if (recogniseTextForm(trimmed(text), out) || recogniseJson(text, out)) {
        out.payload = toBytes(input.bytes);
        return true;
    }
    if (depth == 0) {
        return false;
    }
    for (const Unwrapped &way : unwrap(text)) {
        Inspection inner;
        if (look({way.bytes, way.bytes.size()}, depth - 1, inner)) {
            out = std::move(inner);
            out.layers.insert(out.layers.begin(), way.layers.begin(), way.layers.end());
            return true;
        }
    }
    return false;
}

bool isRsaSize(std::size_t bytes) {
    return bytes == 256 || bytes == 384 || bytes == 512;
}

void describeRsaSized(ByteView bytes, Inspection &out) {
    out.kind = Kind::RsaSized;
    out.certainty = Certainty::Unknown;
    out.summary = byteCount(bytes.size()) + " without any known form. A ciphertext of an RSA_" +
                  std::to_string(bytes.size() * 8) + " key looks like this, and so does any random data.";
    addFact(out, "Size", byteCount(bytes.size()));
    addFact(out, "Key", "not in the ciphertext", Certainty::Unknown);
    addFact(out, "Algorithm", "not in the ciphertext", Certainty::Unknown);
    out.hints.push_back(
        "Neither key nor algorithm stands in the ciphertext of an RSA key: name both to decrypt or "
        "re-encrypt it. There is no encryption context.");
    out.ciphertext = toBytes(bytes);
    out.payload = out.ciphertext;
}

void describeBinary(const Input &input, Inspection &out) {
    out.kind = Kind::Binary;
    out.certainty = Certainty::Unknown;
    out.summary =
        "Binary data without any form that is known here. Whether some KMS made it cannot be told offline.";
    addFact(out, "Size", byteCount(input.totalBytes));
    constexpr std::uint64_t ciphertextBytesMax = 6144;
    if (input.totalBytes > ciphertextBytesMax) {
        out.summary =
            "Binary data without any form that is known here. It is no KMS ciphertext: those have at most " +
            byteCount(ciphertextBytesMax) + ".";
        out.hints.push_back(
            "If this was encrypted under a data key, its KMS ciphertext is stored elsewhere, often "
            "beside it.");
    }
    out.payload = toBytes(input.bytes);
}

/// Nothing was recognised, at no depth.
void describeUnrecognised(const Input &input, Inspection &out) {
    if (!isText(input.bytes) || !input.isWhole()) {
        if (isRsaSize(input.bytes.size()) && input.isWhole()) {
            describeRsaSized(input.bytes, out);
        } else {
            describeBinary(input, out);
        }
        return;
    }
    const auto ways = unwrap(asText(input.bytes));
    for (const Unwrapped &way : ways) {
        if (isRsaSize(way.bytes.size()) && !isText(way.bytes)) {
            describeRsaSized(way.bytes, out);
            out.layers = way.layers;
            return;
        }
    }
    out.kind = Kind::Text;
    out.summary = "Text, no KMS ciphertext.";
    addFact(out, "Size", byteCount(input.totalBytes));
    out.payload = toBytes(input.bytes);
    if (!ways.empty()) {
        const Unwrapped &way = ways.front();
        out.certainty = Certainty::Likely;
        out.summary = "Text that can be read as " + std::string(title(way.layers.back())) +
                      ", but what comes out has no form that is known here.";
        addFact(out, "Read as " + std::string(title(way.layers.back())), byteCount(way.bytes.size()),
                Certainty::Likely);
        out.layers = way.layers;
        out.payload = way.bytes;
    }
}

void addLayerHints(Inspection &out) {
    const auto isEncoding = [](Layer layer) {
        return layer == Layer::Base64 || layer == Layer::Base64WithLineBreaks || layer == Layer::Base64Url ||
               layer == Layer::Hex;
    };
    const auto encodings = std::count_if(out.layers.begin(), out.layers.end(), isEncoding);
    if (encodings > 1 && out.isKmsCiphertext()) {
        out.hints.push_back("It is encoded " + std::to_string(encodings) +
                            " times. Give a service the innermost bytes; decode the outer layers first.");
    }
    const bool newline =
        std::find(out.layers.begin(), out.layers.end(), Layer::TrailingNewline) != out.layers.end();
    if (newline && out.isKmsCiphertext()) {
        out.hints.push_back("A line feed or blank stands around the text. Strict readers refuse it.");
    }
}

} // namespace

Inspection inspect(ByteView input, std::uint64_t totalBytes) {
    Inspection out;
    const Input whole{input, std::max<std::uint64_t>(totalBytes, input.size())};
    if (input.empty()) {
        out.kind = Kind::Empty;
        out.summary = "Nothing: there are no bytes.";
        return out;
    }
    if (!look(whole, layersMax, out)) {
        out = Inspection();
        describeUnrecognised(whole, out);
    }
    addLayerHints(out);
    return out;
}

Result<Inspection> inspectFile(const std::filesystem::path &file) {
    const auto sizeBytes = [&]() -> std::uint64_t {
        std::error_code ignored;
        const auto size = std::filesystem::file_size(file, ignored);
        return ignored ? 0 : size;
    }();
    Bytes content;
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        return fail(systemError(errno, file.string()));
    }
    content.resize(inspectedBytesMax);
    stream.read(reinterpret_cast<char *>(content.data()), static_cast<std::streamsize>(content.size()));
    if (stream.bad()) {
        return fail(systemError(errno, file.string()));
    }
    content.resize(static_cast<std::size_t>(stream.gcount()));
    Inspection out = inspect(content, sizeBytes);
    const auto record = loadRecord(file);
    if (!record) {
        out.hints.push_back("The record " + recordPath(file).filename().string() +
                            " cannot be read: " + record.error().detail + ".");
    } else if (*record) {
        const Record &found = **record;
        if (found.ciphertextBytes && static_cast<std::uint64_t>(*found.ciphertextBytes) != sizeBytes) {
            out.hints.push_back("The record beside the file belongs to a ciphertext of another size.");
        }
        addFact(out, "Key, by its record", found.keyId.value_or("not said"));
        addFact(out, "Algorithm, by its record", found.encryptionAlgorithm.value_or("not said"));
        if (found.encryptionContext) {
            addFact(out, "Encryption context, by its record", contextText(*found.encryptionContext));
            out.context = found.encryptionContext;
        }
        if (found.keyId) {
            out.sourceKey = *found.keyId;
        }
    }
    return out;
}

} // namespace keyturn::inspect
