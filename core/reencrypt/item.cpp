// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/item.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

constexpr std::array<std::string_view, 8> stateNames{"pending", "intent",  "applied",  "verified",
                                                     "final",   "skipped", "conflict", "failed"};
constexpr std::array<std::string_view, 4> encodingNames{"raw", "base64", "base64url", "hex"};

struct CauseText {
    std::string_view name;
    std::string_view sentence;
};
constexpr std::array<CauseText, static_cast<std::size_t>(Cause::Count_)> causeTexts{{
    {"none", ""},
    {"not-a-ciphertext",
     "There is no KMS ciphertext here. Check the job's finder: column, pointer, encoding."},
    {"other-ciphertext", "This is a ciphertext of another tool. Rotate it with that tool."},
    {"stray-key", "It is under a key that the job does not name. Add that key to source-keys, or leave it."},
    {"context-mismatch",
     "The encryption context does not match, or the ciphertext is damaged. Check the job's context."},
    {"refused", "The service refused it. Ask for kms:ReEncryptFrom on the source key and kms:ReEncryptTo on "
                "the destination key."},
    {"key-unusable", "The key cannot be used in its present state. Enable it, or cancel its deletion."},
    {"service", "The service answered with an error. Its message says why."},
    {"network-gave-up", "There was no answer after all retries. Check the connection, then resume the job."},
    {"outcome-unknown", "The answer was lost. Nothing was written; resume the job to try again."},
    {"verification-failed",
     "The new ciphertext could not be proven. The old one stays; try again, and report it if it repeats."},
    {"changed-meanwhile", "Somebody else changed the value while the job ran. It was left alone; run again."},
    {"missing", "It is not there any more. The new ciphertext is kept in the journal."},
    {"read-only", "It cannot be written. Grant write permission, then run again."},
    {"not-regular", "It is no ordinary file. Name the file that it points to."},
    {"does-not-fit", "The new value is longer than the column takes. Widen the column, then run again."},
    {"bad-syntax", "It cannot be parsed. Mend the line that the message names, then run again."},
    {"bad-template", "A column that the context names is missing or empty here. Check the job's context."},
    {"unreadable", "It cannot be read. Grant read permission, then run again."},
    {"hard-linked", "The file has several names (hard links), which a replacement would part. Leave it one "
                    "name, then run again."},
}};

template <class Value, std::size_t size>
std::optional<Value> valueOf(const std::array<std::string_view, size> &names, std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
        return std::nullopt;
    }
    return static_cast<Value>(found - names.begin());
}

} // namespace

std::string_view wireName(ItemState state) {
    return stateNames[static_cast<std::size_t>(state)];
}

std::optional<ItemState> itemStateOf(std::string_view wireName) {
    return valueOf<ItemState>(stateNames, wireName);
}

std::string_view wireName(Cause cause) {
    return causeTexts[static_cast<std::size_t>(cause)].name;
}

std::string_view sentence(Cause cause) {
    return causeTexts[static_cast<std::size_t>(cause)].sentence;
}

std::optional<Cause> causeOf(std::string_view wireName) {
    const auto found = std::find_if(causeTexts.begin(), causeTexts.end(),
                                    [&](const CauseText &each) { return each.name == wireName; });
    if (found == causeTexts.end()) {
        return std::nullopt;
    }
    return static_cast<Cause>(found - causeTexts.begin());
}

std::string whereText(const Place &place) {
    std::string text = place.unit;
    if (place.line != 0) {
        text += ", line " + std::to_string(place.line);
    }
    return place.part.empty() ? text : text + ", " + place.part;
}

std::string_view messageBehindPlace(const ItemRecord &item) {
    std::string_view message = item.message;
    const std::string line = "line " + std::to_string(item.place.line);
    if (message.starts_with(line + ", ") || message.starts_with(line + ": ")) {
        message.remove_prefix(line.size() + 2);
    }
    return message;
}

std::string_view wireName(Encoding encoding) {
    return encodingNames[static_cast<std::size_t>(encoding)];
}

std::optional<Encoding> encodingOf(std::string_view wireName) {
    return valueOf<Encoding>(encodingNames, wireName);
}

} // namespace keyturn::reencrypt
