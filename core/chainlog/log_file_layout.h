// SPDX-License-Identifier: Apache-2.0
// Where what stands in a log file (FORMAT.md "Log in a file of its own"). Internal to this module.
#pragma once

#include "chainlog/log_file.h"
#include "crypto/kbkdf.h"

#include <string_view>

namespace keyturn::chainlog {

inline constexpr std::size_t logHeadClearBytes = 480;
inline constexpr std::size_t logHeadBytes = 512;
inline constexpr std::size_t logSlotBytes = 256;
inline constexpr std::size_t logSlotCount = 2;
inline constexpr std::uint64_t logFramesAt = logHeadBytes + logSlotCount * logSlotBytes;
inline constexpr std::string_view logSealLabel = "keyturn logfile seal";

/// The head and the bytes that prove it.
struct LogFileStart {
    LogFileHead head;
    Bytes bytes;
};
/// Not proven yet. `name` is for messages.
Result<LogFileStart> readLogFileStart(const platform::SharedFile &file, const std::string &name);

struct LogFile::Keys {
    Keys(ByteView key, const LogFileHead &head)
        : kdf(key)
        , id(head.id) {}
    SecretBytes derive(std::string_view label) const { return kdf.derive(label, ByteView(id), keySizeBytes); }
    crypto::HmacSha256 headProof() const { return crypto::HmacSha256(derive("keyturn logfile head").view()); }
    crypto::Kbkdf kdf;
    std::array<std::uint8_t, 16> id;
};

} // namespace keyturn::chainlog
