// SPDX-License-Identifier: Apache-2.0
// Items: what a job moves, one ciphertext each, and what became of it. Plain values, any thread.
// Follows reliability-security.md section 4, points 2, 3 and 8.
#pragma once

#include "base/bytes.h"
#include "base/error.h"
#include "kms/encryption_context.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::reencrypt {

/// SHA-256 of a ciphertext as KMS takes it (never of its text form, never of a plaintext).
using Digest = std::array<std::uint8_t, 32>;

enum class ItemState : std::uint8_t {
    Pending,
    Intent,   ///< the new ciphertext is in the journal, the live value may be old or new
    Applied,  ///< the live value is the new one
    Verified, ///< and was proven to be readable under the destination key with its context
    Final,    ///< the old one is gone from the journal
    Skipped,  ///< was under the destination key (and context) already
    Conflict, ///< the live value is neither what the job read nor what it wrote: left alone
    Failed
};
std::string_view wireName(ItemState state); ///< "pending", "intent", ...
std::optional<ItemState> itemStateOf(std::string_view wireName);

/// Why an item failed, is a conflict or was left alone; grouped by in reports and in the window.
enum class Cause : std::uint8_t {
    None,
    NotACiphertext,     ///< the cell or file holds no blob of a form that the job's finder takes
    OtherCiphertext,    ///< one of another tool (Vault transit, Kubernetes, Encryption SDK, ...)
    StrayKey,           ///< under a key that the job does not name (IncorrectKeyException)
    ContextMismatch,    ///< InvalidCiphertextException: the context does not match, or the blob is damaged
    Refused,            ///< AccessDenied for this item alone
    KeyUnusable,        ///< disabled, pending deletion, wrong usage
    Service,            ///< any other answer of the service
    NetworkGaveUp,      ///< after all retries
    OutcomeUnknown,     ///< the answer was lost; ReEncrypt changes nothing there, so the item may be retried
    VerificationFailed, ///< the new ciphertext does not prove: the old one stays
    ChangedMeanwhile,   ///< somebody else wrote the value while the job ran
    Missing,            ///< it is gone
    ReadOnly,           ///< file or table cannot be written
    NotRegular,         ///< symbolic link out of the folder, device, folder
    DoesNotFit,         ///< the new value is longer than the column takes
    BadSyntax,          ///< the record or document cannot be parsed; where: line
    BadTemplate,        ///< a column that the context template names is missing or null in this row
    Unreadable,         ///< file or folder cannot be read
    HardLinked,         ///< the file has several names: an exchange would part them
    Count_
};
std::string_view wireName(Cause cause); ///< "stray-key", ...
std::string_view sentence(Cause cause); ///< for people: what it means and what to do next
std::optional<Cause> causeOf(std::string_view wireName);

/// Where an item stands: the unit that changes as a whole, and the place in it.
struct Place {
    std::string unit;       ///< a file as the job names it, or a row's primary key as a JSON array
    std::string part;       ///< "sops.kms[0].enc", "line 12 column 4", a column; empty: the whole
    std::uint64_t line = 0; ///< from 1, the line where the item begins; 0: no lines there
    bool operator==(const Place &) const = default;
};

/// What happened to one item: what reports, status and window show. Holds no plaintext and no ciphertext.
struct ItemRecord {
    Place place;
    ItemState state = ItemState::Pending;
    Cause cause = Cause::None;
    std::string message;     ///< the service's own or ours; never input bytes
    std::string serviceCode; ///< "IncorrectKeyException", ...; empty
    std::optional<Digest> before;
    std::optional<Digest> after;
    std::string sourceKey; ///< as the service names it
    std::string destinationKey;
    std::string sourceMaterial;
    std::string destinationMaterial;
    std::string requestId;
    bool operator==(const ItemRecord &) const = default;
};

/// "users.jsonl, line 12": where an item stands, for people.
std::string whereText(const Place &place);
/// What was said of an item, to stand behind its place: a message that begins with the item's own line loses
/// that.
std::string_view messageBehindPlace(const ItemRecord &item);

/// How a ciphertext is written where it stands.
enum class Encoding : std::uint8_t { Raw, Base64, Base64Url, Hex };
std::string_view wireName(Encoding encoding); ///< "raw", "base64", "base64url", "hex"
std::optional<Encoding> encodingOf(std::string_view wireName);

/// The exact dress of a ciphertext found in text, so that the new one is written the same way.
struct Dress {
    Encoding encoding = Encoding::Base64;
    bool padded = true;           ///< base64: ends in '=' where it must
    bool upperCase = false;       ///< hex
    std::uint32_t lineLength = 0; ///< base64 broken into lines of this many characters; 0: one line
    std::string lineEnd;          ///< of broken lines: "\n" or "\r\n"
    std::string prefix;           ///< in front of the encoded bytes, kept: "v1:", "\\x", "0x"
    std::string suffix;           ///< behind them, kept: a trailing line feed
    bool operator==(const Dress &) const = default;
};
/// `ciphertext` dressed; prefix and suffix included.
Bytes dress(ByteView ciphertext, const Dress &how);
/// Takes the dress off: nothing when `value` is not wholly such an encoding of 1 to 6,144 bytes.
/// `allowed`: nothing = every encoding, tried strictest first (raw last).
struct Undressed {
    Dress dress;
    Bytes ciphertext;
};
std::optional<Undressed> undress(ByteView value, std::optional<Encoding> allowed);

} // namespace keyturn::reencrypt
