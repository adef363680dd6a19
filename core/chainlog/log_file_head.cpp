// SPDX-License-Identifier: Apache-2.0
// The head of a log file: reading it, and making a new file.
#include "base/atomic_file.h"
#include "base/text.h"
#include "chainlog/log_file_layout.h"
#include "chainlog/wire.h"
#include "crypto/random.h"

namespace keyturn::chainlog {
namespace {

using platform::SharedFile;

constexpr std::string_view magic = "KTLOGF01";

Bytes headClear(const LogFileHead &head) {
    Bytes bytes = toBytes(magic);
    appendRaw(bytes, ByteView(head.id));
    appendTime(bytes, head.created);
    bytes.push_back(static_cast<std::uint8_t>(head.keySource.size()));
    appendRaw(bytes, head.keySource);
    bytes.resize(logHeadClearBytes, 0);
    return bytes;
}

tl::unexpected<Error> noLogFile(const std::string &name, std::string_view what) {
    return fail(ErrorCode::VaultDamaged, name + ": " + std::string(what));
}

} // namespace

Result<LogFileStart> readLogFileStart(const platform::SharedFile &file, const std::string &name) {
    const auto size = file.size();
    if (!size) {
        return fail(size.error());
    }
    if (*size < logFramesAt) {
        return noLogFile(name, "shorter than any log file");
    }
    LogFileStart read{{}, Bytes(logHeadBytes)};
    if (auto got = file.readAt(0, read.bytes); !got) {
        return failFrom(got);
    }
    WireReader reader{read.bytes};
    const ByteView found = reader.raw(magic.size());
    read.head.id = reader.array<16>();
    read.head.created = reader.time();
    read.head.keySource = asText(reader.raw(reader.number<std::uint8_t>()));
    if (asText(found) != magic || !isValidUtf8(read.head.keySource)) {
        return noLogFile(name, "the head is not that of a log file");
    }
    return read;
}

Result<LogFileHead> LogFile::readHead(const std::filesystem::path &path) {
    auto file = SharedFile::open(path, SharedFile::Access::Read);
    if (!file) {
        return failFrom(file);
    }
    auto read = readLogFileStart(*file, path.filename().string());
    return read ? Result<LogFileHead>(std::move(read->head)) : failFrom(read);
}

Status LogFile::create(const std::filesystem::path &path, ByteView key, const std::string &keySource,
                       Timestamp now) {
    LogFileHead head{.id = {}, .created = now, .keySource = keySource};
    if (key.size() != keySizeBytes || keySource.size() > 255) {
        return fail(ErrorCode::Usage, "a log file takes a key of 32 bytes and a key source of 255");
    }
    if (auto random = crypto::fillRandom(head.id); !random) {
        return random;
    }
    const Keys keys(key, head);
    const crypto::CommittingAead seal(keys.derive(logSealLabel).view(), logSealLabel);
    Bytes bytes = headClear(head);
    appendRaw(bytes, ByteView(keys.headProof().compute(bytes)));
    for (std::uint64_t generation = 0; generation < logSlotCount; ++generation) {
        auto slot = sealedState(seal, head, {generation, {}, logFramesAt});
        if (!slot) {
            return failFrom(slot);
        }
        appendRaw(bytes, *slot);
    }
    return writeFileAtomically(path, bytes, {.mode = 0600, .mayReplace = false, .keepBackup = false});
}

} // namespace keyturn::chainlog
