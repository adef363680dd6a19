// SPDX-License-Identifier: Apache-2.0
#include "workspace/vault_memory.h"

#include "base/atomic_file.h"
#include "base/encoding.h"
#include "base/platform/file.h"
#include "base/platform/identity.h"
#include "chainlog/wire.h"
#include "crypto/sha256.h"
#include "kms/error_text.h"
#include "vault/write_transaction.h"
#include "vault/writer.h"

#include <algorithm>
#include <utility>

namespace keyturn::workspace {

namespace {

using vault::RootStamp;

constexpr std::string_view magic = "KTKNOWN1";
constexpr std::size_t digestSizeBytes = 32;
constexpr std::size_t fileSizeBytes = 8 + 16 + 4 + 8 + 32 + 8 + 8 + 8 + 32 + digestSizeBytes;

Bytes encode(const RootStamp &stamp) {
    Bytes bytes;
    chainlog::appendRaw(bytes, magic);
    chainlog::appendRaw(bytes, stamp.vaultId);
    chainlog::appendNumber(bytes, stamp.epoch);
    chainlog::appendNumber(bytes, stamp.generation);
    chainlog::appendRaw(bytes, stamp.fingerprint);
    chainlog::appendTime(bytes, stamp.committed);
    chainlog::appendNumber(bytes, stamp.log.pages);
    chainlog::appendNumber(bytes, stamp.log.records);
    chainlog::appendRaw(bytes, stamp.log.head);
    const auto digest = crypto::sha256(bytes);
    chainlog::appendRaw(bytes, digest);
    return bytes;
}

std::optional<RootStamp> decode(ByteView bytes, const vault::VaultUuid &vaultId) {
    chainlog::WireReader reader(bytes);
    if (bytes.size() != fileSizeBytes || asText(reader.raw(magic.size())) != magic) {
        return std::nullopt;
    }
    RootStamp stamp;
    stamp.vaultId = reader.array<16>();
    stamp.epoch = reader.number<std::uint32_t>();
    stamp.generation = reader.number<std::uint64_t>();
    stamp.fingerprint = reader.array<32>();
    stamp.committed = reader.time();
    stamp.log.pages = reader.number<std::uint64_t>();
    stamp.log.records = reader.number<std::uint64_t>();
    stamp.log.head = reader.array<32>();
    const auto digest = reader.array<digestSizeBytes>();
    const bool whole = reader.finished() && stamp.vaultId == vaultId &&
                       digest == crypto::sha256(bytes.first(fileSizeBytes - digestSizeBytes));
    return whole ? std::optional(stamp) : std::nullopt;
}

std::string told(const RootStamp &stamp) {
    return "change " + std::to_string(stamp.generation) + ", " + formatIso8601(stamp.committed);
}

/// Why this file is not what the known state became; empty: it is.
Result<std::string> whatIsOff(vault::Container &container, const RootStamp &known) {
    const RootStamp now = container.stamp();
    const std::string name = container.path().filename().string();
    if (now.epoch < known.epoch || (now.epoch == known.epoch && now.generation < known.generation)) {
        return name + " is older (" + told(now) + ") than the state that was last seen on this computer (" +
               told(known) + ")";
    }
    if (now.epoch > known.epoch) { // renewed elsewhere: nothing ties the two together
        return std::string();
    }
    Result<bool> continues = now.generation == known.generation
                                 ? Result<bool>(now.fingerprint == known.fingerprint)
                                 : container.continuesLogOf(known);
    if (!continues) {
        return failFrom(continues);
    }
    return *continues ? std::string()
                      : name + " (" + told(now) +
                            ") has another history than the state that was last seen on this "
                            "computer (" +
                            told(known) + "): it was changed elsewhere, from an earlier copy";
}

Status noteAcceptance(vault::Container &container, const std::string &program, const std::string &why) {
    auto record = vault::makeRecord(*systemClock(), program, "AcceptOlderVault");
    record.note = why;
    auto transaction = container.begin();
    auto done = transaction ? transaction->appendLog({&record, 1}) : Status(failFrom(transaction));
    return done ? transaction->commit() : std::move(done);
}

} // namespace

Result<std::shared_ptr<VaultMemory>> VaultMemory::open(std::filesystem::path folder,
                                                       const std::filesystem::path &vaultFile,
                                                       const vault::VaultUuid &vaultId, bool readOnly) {
    if (folder.empty()) {
        folder = platform::stateDirectory() / "vaults";
    }
    std::shared_ptr<VaultMemory> memory(new VaultMemory);
    std::error_code ignored;
    const auto place =
        std::filesystem::weakly_canonical(std::filesystem::absolute(vaultFile, ignored), ignored);
    const auto digest = crypto::sha256(asBytes(place.string()));
    memory->m_file = folder / (toHex(vaultId) + "-" + toHex(ByteView(digest).first(8)) + ".known");
    auto found = readFile(memory->m_file, 4096);
    if (!found && found.error().code != ErrorCode::FileNotFound) {
        return failFrom(found);
    }
    if (found) {
        memory->m_known = decode(*found, vaultId);
        memory->m_unreadable = !memory->m_known;
    }
    if (!readOnly && (!found || memory->m_unreadable)) {
        if (auto made = platform::createPrivateDirectory(folder); !made) {
            return failFrom(made);
        }
    }
    return memory;
}

Status VaultMemory::remember(const vault::RootStamp &stamp) {
    const Bytes bytes = encode(stamp);
    if (m_open && m_open->isStillNamed()) {
        return m_open->writeAt(0, bytes);
    }
    // Whole under its name, so that a kill leaves no half of a file.
    if (auto written = writeFileAtomically(m_file, bytes, {.mode = 0600}); !written) {
        return written;
    }
    auto opened = platform::SharedFile::open(m_file, platform::SharedFile::Access::ReadWrite);
    if (!opened) {
        return failFrom(opened);
    }
    m_open.emplace(std::move(*opened));
    return {};
}

Status VaultMemory::settle() {
    return m_open ? m_open->sync() : Status();
}

Result<Admitted> admitVault(vault::Container &container, const AdmissionWish &wish) {
    const bool readOnly = container.access() != vault::Access::ReadWrite;
    auto memory = VaultMemory::open(wish.memoryFolder, container.path(), container.vaultId(), readOnly);
    Admitted admitted;
    if (!memory) {
        admitted.warnings.push_back(
            "an older copy of the vault would not be noticed: what is known of it cannot be "
            "read (" +
            memory.error().detail + ")");
        return admitted;
    }
    if ((*memory)->wasUnreadable()) {
        admitted.warnings.push_back(
            "what was known of this vault could not be understood: whether this is an older "
            "copy was not checked this time");
    }
    if ((*memory)->known()) {
        auto off = whatIsOff(container, *(*memory)->known());
        if (!off) {
            return failFrom(off);
        }
        if (!off->empty() && readOnly) {
            admitted.warnings.push_back(*off);
        } else if (!off->empty()) {
            if (!wish.accept || !wish.accept(*off)) {
                return fail(kms::olderVault(*off));
            }
            if (auto noted = noteAcceptance(container, wish.program, *off); !noted) {
                return failFrom(noted);
            }
        }
    }
    if (readOnly) {
        return admitted;
    }
    auto remembered = (*memory)->remember(container.stamp());
    remembered = remembered ? (*memory)->settle() : std::move(remembered);
    if (!remembered) {
        admitted.warnings.push_back(
            "an older copy of the vault would not be noticed: its state cannot be kept (" +
            remembered.error().detail + ")");
        return admitted;
    }
    admitted.memory = *memory;
    container.watchCommits([kept = *memory](const RootStamp &stamp) {
        // The commit stands whatever happens here; a state that is not remembered is an older one, no false
        // one.
        static_cast<void>(kept->remember(stamp).has_value());
    });
    return admitted;
}

} // namespace keyturn::workspace
