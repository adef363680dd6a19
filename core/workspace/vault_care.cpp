// SPDX-License-Identifier: Apache-2.0
#include "workspace/vault_care.h"

#include "base/encoding.h"
#include "crypto/random.h"
#include "vault/container.h"
#include "vault/row_places.h"
#include "vault/writer.h"
#include "workspace/vault_memory.h"
#include "workspace/vault_opening.h"

#include <utility>

namespace keyturn::workspace {

Result<RotatedVaultKey> rotateVaultKey(VaultKeyRotation rotation, CancelToken cancel) {
    vault::KeyRotation wish;
    if (rotation.recoveryCode) {
        auto code = vault::RecoveryCode::parse(rotation.recoveryCode->text());
        if (!code) {
            return failFrom(code);
        }
        wish.recoveryCode = std::move(*code);
    }
    RotatedVaultKey rotated;
    if (rotation.keychainSlot) {
        auto secret = crypto::randomSecret(vault::keychainSecretBytes);
        if (!secret) {
            return failFrom(secret);
        }
        wish.keychainSecret = secret->clone();
        rotated.keychainSecret = std::move(*secret);
    }
    auto container = openPatiently(rotation.file, vault::Access::ReadWrite,
                                   {rotation.waitIfInUse, rotation.waits}, cancel);
    auto unlocked = container ? container->unlockWithPassphrase(rotation.passphrase, cancel)
                              : Status(failFrom(container));
    if (!unlocked) {
        return failFrom(unlocked);
    }
    auto admitted = admitVault(*container, {rotation.memoryFolder, rotation.acceptOlder, rotation.program});
    if (!admitted) {
        return failFrom(admitted);
    }
    wish.passphrase = std::move(rotation.passphrase);
    wish.placeOf = vault::placeUnderNewKey;
    wish.progress = std::move(rotation.progress);
    wish.cancel = std::move(cancel);
    auto record = vault::makeRecord(*systemClock(), rotation.program, "RotateVaultKey");
    const chainlog::LogState log = container->logState();
    record.note = "the last record before had the hash " + toHex(log.head);
    auto done = container->rotateKey(std::move(wish), {&record, 1});
    if (!done) {
        return failFrom(done);
    }
    rotated.vaultId = uuidText(container->vaultId());
    rotated.keyEpoch = done->epoch;
    rotated.rows = done->rows;
    rotated.logPages = done->logPages;
    rotated.droppedSlots = std::move(done->droppedSlots);
    if (auto locked = container->lock(); !locked) {
        rotated.warning = "the vault has its new key, but was not locked cleanly: " + locked.error().detail;
    }
    return rotated;
}

Result<VaultLogReport> verifyVaultLog(VaultToOpen vault, Progress progress, CancelToken cancel) {
    auto container = vault::Container::open(vault.file, {.access = vault::Access::Examine});
    auto unlocked =
        container ? unlock(*container, vault.with, vault.secret, cancel) : Status(failFrom(container));
    vault.secret.clear();
    auto found = unlocked ? container->verifyLog(progress) : failFrom(unlocked);
    if (!found) {
        return failFrom(found);
    }
    VaultLogReport report;
    report.pages = found->logPages;
    report.records = found->logRecords;
    report.lastHash = toHex(container->logState().head);
    for (const auto &finding : found->findings) {
        report.findings.push_back(finding.where == "log" ? finding.what
                                                         : finding.where + ": " + finding.what);
    }
    const std::uint32_t epoch = container->keys()->epoch();
    report.sealedBy =
        "the vault's key number " + std::to_string(epoch) +
        ": a chain of HMAC-SHA256 under its subkey for the log, pages sealed with AES-256-GCM, and the "
        "chain's end in the vault's sealed root";
    report.notProven = {
        "that the whole file is not an older copy put back: its log is whole too, and shorter. Opening for "
        "writing "
        "compares with what this computer last saw; compare the number of records and the last hash with a "
        "note of your own.",
        "anything against somebody who can unlock the vault: with its key, log and root can be made anew.",
        "that the times are right: they are those of the computers that wrote them."};
    if (epoch > 1) {
        report.notProven.push_back(
            "the hashes of before the vault's key was renewed: a new key makes a new chain of "
            "the same records; each RotateVaultKey notes the last hash before it.");
    }
    return report;
}

} // namespace keyturn::workspace
