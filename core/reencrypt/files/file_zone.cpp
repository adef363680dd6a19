// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/files/file_zone.h"

#include "reencrypt/body.h"
#include "reencrypt/journal.h"

#include <algorithm>
#include <utility>

namespace keyturn::reencrypt {
namespace {

void appendPosition(Bytes &out, const std::optional<FilePosition> &position) {
    appendU8(out, position ? 1 : 0);
    if (position) {
        appendU32(out, position->root);
        appendText(out, position->below);
    }
}

std::optional<FilePosition> readPosition(BodyReader &in) {
    if (in.u8() == 0) {
        return std::nullopt;
    }
    FilePosition position;
    position.root = in.u32();
    position.below = in.text();
    return position;
}

void appendDigest(Bytes &out, const Digest &digest) {
    out.insert(out.end(), digest.begin(), digest.end());
}

Digest readDigest(BodyReader &in) {
    Digest digest{};
    const ByteView bytes = in.raw(digest.size());
    if (bytes.size() == digest.size()) {
        std::copy(bytes.begin(), bytes.end(), digest.begin());
    }
    return digest;
}

void appendFile(Bytes &out, const ZoneFile &file) {
    appendU32(out, file.position.root);
    appendText(out, file.position.below);
    appendText(out, file.path);
    appendU64(out, file.identity.device);
    appendU64(out, file.identity.inode);
    appendU64(out, file.identity.sizeBytes);
    appendU64(out, static_cast<std::uint64_t>(file.identity.modifiedNanoseconds));
    appendDigest(out, file.before);
    appendText(out, file.tag);
    appendDigest(out, file.after);
    appendU8(out, file.complete ? 1 : 0);
    appendCount(out, file.items.size());
}

/// The file, and how many of the body's items are its own.
std::pair<ZoneFile, std::uint64_t> readFile(BodyReader &in) {
    ZoneFile file;
    file.position.root = in.u32();
    file.position.below = in.text();
    file.path = in.text();
    file.identity.device = in.u64();
    file.identity.inode = in.u64();
    file.identity.sizeBytes = in.u64();
    file.identity.modifiedNanoseconds = static_cast<std::int64_t>(in.u64());
    file.before = readDigest(in);
    file.tag = in.text();
    file.after = readDigest(in);
    file.complete = in.u8() != 0;
    const std::uint64_t items = in.count();
    return {std::move(file), items};
}

Status malformed() {
    return fail(ErrorCode::NotAuthentic, "a record of files does not hold together");
}

} // namespace

Bytes intentBody(const FileZone &zone) {
    Bytes body;
    appendU64(body, zone.number);
    appendU8(body, zone.proven ? 1 : 0);
    appendU8(body, zone.clearsRedo ? 1 : 0);
    appendPosition(body, zone.cursor);
    appendCount(body, zone.files.size());
    std::vector<ItemRecord> items;
    for (const ZoneFile &file : zone.files) {
        appendFile(body, file);
        items.insert(items.end(), file.items.begin(), file.items.end());
    }
    items.insert(items.end(), zone.others.begin(), zone.others.end());
    appendItems(body, items);
    return body;
}

Result<FileZone> readIntent(ByteView body) {
    auto parts = readItems(body);
    if (!parts) {
        return failFrom(parts);
    }
    BodyReader in(parts->head);
    FileZone zone;
    zone.number = in.u64();
    zone.proven = in.u8() != 0;
    zone.clearsRedo = in.u8() != 0;
    zone.cursor = readPosition(in);
    auto item = parts->items.begin();
    for (std::uint64_t left = in.count(); left != 0 && !in.failed(); --left) {
        auto [file, count] = readFile(in);
        if (count > static_cast<std::uint64_t>(parts->items.end() - item)) {
            return fail(malformed().error());
        }
        const auto end = item + static_cast<std::ptrdiff_t>(count);
        file.items.assign(std::make_move_iterator(item), std::make_move_iterator(end));
        item = end;
        zone.files.push_back(std::move(file));
    }
    zone.others.assign(std::make_move_iterator(item), std::make_move_iterator(parts->items.end()));
    if (auto good = in.check("files about to change"); !good) {
        return failFrom(good);
    }
    return zone;
}

Bytes appliedBody(const AppliedFiles &applied, const std::vector<ItemRecord> &items) {
    Bytes body;
    appendU64(body, applied.zone);
    appendCount(body, applied.outcomes.size());
    for (const FileOutcome outcome : applied.outcomes) {
        appendU8(body, static_cast<std::uint8_t>(outcome));
    }
    appendItems(body, items);
    return body;
}

Result<AppliedFiles> readApplied(ByteView body) {
    auto parts = readItems(body);
    if (!parts) {
        return failFrom(parts);
    }
    BodyReader in(parts->head);
    AppliedFiles applied;
    applied.zone = in.u64();
    for (std::uint64_t left = in.count(); left != 0 && !in.failed(); --left) {
        const std::uint8_t outcome = in.u8();
        if (outcome < static_cast<std::uint8_t>(FileOutcome::Applied) ||
            outcome > static_cast<std::uint8_t>(FileOutcome::Refused)) {
            return fail(malformed().error());
        }
        applied.outcomes.push_back(static_cast<FileOutcome>(outcome));
    }
    if (auto good = in.check("changed files"); !good) {
        return failFrom(good);
    }
    return applied;
}

Bytes lookedAtBody(const LookedAt &looked, const std::vector<ItemRecord> &items) {
    Bytes body;
    appendPosition(body, looked.cursor);
    appendU8(body, looked.clearsRedo ? 1 : 0);
    appendItems(body, items);
    return body;
}

Result<LookedAt> readLookedAt(ByteView body) {
    auto parts = readItems(body);
    if (!parts) {
        return failFrom(parts);
    }
    BodyReader in(parts->head);
    LookedAt looked;
    looked.cursor = readPosition(in);
    looked.clearsRedo = in.u8() != 0;
    if (auto good = in.check("files that were looked at"); !good) {
        return failFrom(good);
    }
    return looked;
}

} // namespace keyturn::reencrypt
