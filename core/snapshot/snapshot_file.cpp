// SPDX-License-Identifier: Apache-2.0
#include "snapshot/snapshot_file.h"

#include "base/atomic_file.h"
#include "base/text.h"
#include "crypto/committing_aead.h"
#include "crypto/random.h"

#include <algorithm>
#include <array>

namespace keyturn::snapshot {
namespace {

constexpr std::string_view magic = "KTSNAP01";
constexpr std::string_view sealLabel = "keyturn snapshot seal";
constexpr std::size_t idBytes = 16;
constexpr std::size_t headClearBytes = 480;
constexpr std::size_t headBytes = 512;
constexpr std::size_t chunkBytes = 1024 * 1024;
constexpr std::size_t lengthBytes = 4;
constexpr std::size_t fileBytesMax = std::size_t{2} << 30;

using Id = std::array<std::uint8_t, idBytes>;

tl::unexpected<Error> damaged(const std::filesystem::path &file, std::string_view what) {
    return fail(ErrorCode::VaultDamaged, file.filename().string() + ": " + std::string(what));
}

struct Keys {
    Keys(ByteView key, const Id &id)
        : kdf(key)
        , head(kdf.derive("keyturn snapshot head", ByteView(id), snapshotKeyBytes).view())
        , seal(kdf.derive(sealLabel, ByteView(id), snapshotKeyBytes).view(), sealLabel) {}
    crypto::Kbkdf kdf;
    crypto::HmacSha256 head;
    crypto::CommittingAead seal;
};

void appendNumber(Bytes &out, std::uint64_t value, unsigned bytes) {
    for (unsigned i = bytes; i > 0; --i) {
        out.push_back(static_cast<std::uint8_t>(value >> (8 * (i - 1))));
    }
}

Bytes chunkPlace(const Id &id, std::uint64_t index, bool last) {
    Bytes place = toBytes("chunk");
    place.insert(place.end(), id.begin(), id.end());
    appendNumber(place, index, 8);
    place.push_back(last ? 1 : 0);
    return place;
}

struct Head {
    Id id{};
    std::string keySource;
};

Result<Head> readHead(const std::filesystem::path &file, ByteView bytes) {
    constexpr std::size_t sourceAt = magic.size() + idBytes;
    if (bytes.size() < headBytes || asText(bytes.first(magic.size())) != magic) {
        return damaged(file, "the head is not that of a snapshot");
    }
    Head head;
    std::ranges::copy(bytes.subspan(magic.size(), idBytes), head.id.begin());
    head.keySource = asText(bytes.subspan(sourceAt + 1, bytes[sourceAt]));
    return isValidUtf8(head.keySource) ? Result<Head>(std::move(head))
                                       : damaged(file, "the head is not that of a snapshot");
}

/// Chunk by chunk; the length of the last tells that it is the last.
Result<Bytes> openChunks(const std::filesystem::path &file, ByteView rest, const Keys &keys, const Id &id) {
    Bytes content;
    for (std::uint64_t index = 0;; ++index) {
        std::size_t size = 0;
        for (const std::uint8_t byte : rest.first(std::min(rest.size(), lengthBytes))) {
            size = size << 8 | byte;
        }
        if (rest.size() < lengthBytes || size > rest.size() - lengthBytes ||
            size < crypto::CommittingAead::overheadSizeBytes ||
            size > chunkBytes + crypto::CommittingAead::overheadSizeBytes) {
            return damaged(file, "cut, or a length was altered");
        }
        const ByteView sealed = rest.subspan(lengthBytes, size);
        rest = rest.subspan(lengthBytes + size);
        const std::size_t before = content.size();
        content.resize(before + size - crypto::CommittingAead::overheadSizeBytes);
        if (!keys.seal.open(chunkPlace(id, index, rest.empty()), {}, sealed,
                            MutableByteView(content).subspan(before))) {
            return damaged(file, "chunk " + std::to_string(index) + " was altered, or something is missing");
        }
        if (rest.empty()) {
            return content;
        }
    }
}

} // namespace

Result<std::string> snapshotKeySource(const std::filesystem::path &file) {
    const auto bytes = readFile(file, fileBytesMax);
    if (!bytes) {
        return fail(bytes.error());
    }
    auto head = readHead(file, *bytes);
    return head ? Result<std::string>(std::move(head->keySource)) : failFrom(head);
}

Status writeSnapshot(const std::filesystem::path &file, const Snapshot &snapshot, ByteView key,
                     const std::string &keySource) {
    if (key.size() != snapshotKeyBytes || keySource.size() > 255) {
        return fail(ErrorCode::Usage, "a snapshot takes a key of 32 bytes and a key source of 255");
    }
    Id id{};
    if (auto random = crypto::fillRandom(id); !random) {
        return random;
    }
    const Keys keys(key, id);
    Bytes out = toBytes(magic);
    out.insert(out.end(), id.begin(), id.end());
    out.push_back(static_cast<std::uint8_t>(keySource.size()));
    out.insert(out.end(), keySource.begin(), keySource.end());
    out.resize(headClearBytes, 0);
    const auto proof = keys.head.compute(out);
    out.insert(out.end(), proof.begin(), proof.end());
    const Bytes content = encodeSnapshot(snapshot);
    const std::size_t chunks = std::max<std::size_t>((content.size() + chunkBytes - 1) / chunkBytes, 1);
    for (std::size_t index = 0; index < chunks; ++index) {
        const ByteView clear = ByteView(content).subspan(
            index * chunkBytes, std::min(chunkBytes, content.size() - index * chunkBytes));
        const std::size_t size = clear.size() + crypto::CommittingAead::overheadSizeBytes;
        appendNumber(out, size, lengthBytes);
        out.resize(out.size() + size);
        const Bytes place = chunkPlace(id, index, index + 1 == chunks);
        if (auto sealed = keys.seal.seal(place, {}, clear, MutableByteView(out).last(size)); !sealed) {
            return sealed;
        }
    }
    return writeFileAtomically(file, out, {.mode = 0600, .mayReplace = false, .keepBackup = false});
}

Result<Snapshot> readSnapshot(const std::filesystem::path &file, ByteView key) {
    if (key.size() != snapshotKeyBytes) {
        return fail(ErrorCode::Usage, "the key of a snapshot has 32 bytes");
    }
    const auto bytes = readFile(file, fileBytesMax);
    if (!bytes) {
        return fail(bytes.error());
    }
    auto head = readHead(file, *bytes);
    if (!head) {
        return failFrom(head);
    }
    const ByteView all(*bytes);
    const Keys keys(key, head->id);
    if (!keys.head.verify(all.first(headClearBytes),
                          all.subspan(headClearBytes, headBytes - headClearBytes))) {
        return damaged(file, "the head was altered, or the key is another one");
    }
    auto content = openChunks(file, all.subspan(headBytes), keys, head->id);
    if (!content) {
        return failFrom(content);
    }
    auto snapshot = decodeSnapshot(*content);
    return snapshot ? std::move(snapshot) : damaged(file, snapshot.error().detail);
}

} // namespace keyturn::snapshot
