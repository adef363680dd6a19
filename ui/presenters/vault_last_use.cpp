// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/vault_last_use.h"

#include "kms/operation.h"
#include "reencrypt/json_scan.h"

namespace keyturn::ui {
namespace {

constexpr std::size_t newestRecords = 1'000'000;

struct UseRecord {
    std::optional<Timestamp> time;
    std::string action;
    std::string keyId;
    std::string outcome;
    std::string note;
};

/// A line of the vault's log (chainlog/FORMAT.md, "Export").
UseRecord useRecordOf(reencrypt::JsonScan &scan, std::string_view line) {
    UseRecord record;
    if (!scan.read(line)) {
        return record;
    }
    const auto text = [&](std::string_view name) {
        const reencrypt::JsonNode *node = scan.member(scan.root(), name);
        return node == nullptr ? std::string() : scan.text(*node).value_or("");
    };
    if (auto time = parseIso8601(text("time"))) {
        record.time = *time;
    }
    record.action = text("action");
    record.keyId = text("keyId");
    record.outcome = text("outcome");
    record.note = text("note");
    return record;
}

/// A cryptographic operation; DryRun ends in DryRunOperationException and is no success.
bool isUse(std::string_view action) {
    for (std::size_t i = 0; i < kms::operationCount; ++i) {
        const kms::OperationInfo &info = kms::operationInfo(static_cast<kms::OperationId>(i));
        if (info.name == action) {
            return info.effect == kms::Effect::UsesKey || info.effect == kms::Effect::RevealsPlaintext;
        }
    }
    return false;
}

} // namespace

Result<reencrypt::LastUse> lastUseInLog(workspace::OpenVault &vault, const std::string &key) {
    const std::string keyId = key.substr(key.rfind('/') + 1);
    reencrypt::LastUse use;
    use.reported = true;
    reencrypt::JsonScan scan;
    auto read = vault.exportLog(newestRecords, [&](std::string_view line) {
        const UseRecord record = useRecordOf(scan, line);
        const bool names = record.keyId == keyId || record.note.starts_with("to " + keyId);
        if (names && record.outcome == "Success" && isUse(record.action)) {
            use.at = record.time;
            use.operation = record.action;
        }
    });
    return read ? Result<reencrypt::LastUse>(std::move(use)) : failFrom(read);
}

} // namespace keyturn::ui
