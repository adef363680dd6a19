// SPDX-License-Identifier: Apache-2.0
// How the re-encrypt dialog's results reach files; see re_encrypt_presenter.h.
#include "base/encoding.h"
#include "inspect/inspect.h"
#include "ui/presenters/re_encrypt_presenter.h"

#include <algorithm>

namespace keyturn::ui {

inspect::Record ReEncryptPresenter::recordOf(const ReEncryptItem &item) const {
    const kms::ReEncrypt::Reply &reply = *item.reply;
    inspect::Record record;
    record.version = 1;
    record.operation = "ReEncrypt";
    record.keyId = reply.keyId;
    record.sourceKeyId = reply.sourceKeyId;
    record.keyMaterialId = reply.destinationKeyMaterialId;
    record.sourceKeyMaterialId = reply.sourceKeyMaterialId;
    if (reply.destinationEncryptionAlgorithm) {
        record.encryptionAlgorithm = std::string(reply.destinationEncryptionAlgorithm->text());
    }
    if (reply.sourceEncryptionAlgorithm) {
        record.sourceEncryptionAlgorithm = std::string(reply.sourceEncryptionAlgorithm->text());
    }
    record.encryptionContext = m_running.destinationContext;
    record.ciphertextBytes = static_cast<std::int64_t>(reply.ciphertextBlob->size());
    record.time = systemClock()->now();
    return record;
}

Status ReEncryptPresenter::save(int row, const std::filesystem::path &target, bool asBase64, bool withRecord,
                                bool mayReplace) const {
    const ReEncryptItem &item = m_items[static_cast<std::size_t>(row)];
    const Bytes &blob = *item.reply->ciphertextBlob;
    return write(item, target, asBase64 ? toBytes(toBase64(blob) + "\n") : blob, withRecord,
                 {.mayReplace = mayReplace});
}

Status ReEncryptPresenter::replaceSourceFile(int row, bool withRecord) const {
    // The new content wears the layers of the old one, so that whatever reads the file still can.
    const ReEncryptItem &item = m_items[static_cast<std::size_t>(row)];
    const auto wears = [&](inspect::Layer layer) {
        return std::ranges::find(item.inspection.layers, layer) != item.inspection.layers.end();
    };
    const bool known = std::ranges::all_of(item.inspection.layers, [](inspect::Layer layer) {
        return layer == inspect::Layer::Base64 || layer == inspect::Layer::TrailingNewline;
    });
    if (!known) {
        return fail(ErrorCode::Usage,
                    "The file wraps its ciphertext in a form that Keyturn does not write. Save "
                    "the new ciphertext beside it instead.");
    }
    auto now = inspect::inspectFile(item.file);
    if (!now) {
        return failFrom(now);
    }
    if (now->payload != item.inspection.payload || now->ciphertext != item.inspection.ciphertext) {
        return fail(ErrorCode::Usage, "The file has changed since it was read. Open it again.");
    }
    const Bytes &blob = *item.reply->ciphertextBlob;
    const std::string end = wears(inspect::Layer::TrailingNewline) ? "\n" : "";
    const Bytes content = wears(inspect::Layer::Base64) ? toBytes(toBase64(blob) + end) : blob;
    return write(item, item.file, content, withRecord, {.keepBackup = true});
}

Status ReEncryptPresenter::write(const ReEncryptItem &item, const std::filesystem::path &target,
                                 const Bytes &content, bool withRecord, AtomicFile::Options options) const {
    auto written = writeFileAtomically(target, content, options);
    if (!written || !withRecord) {
        return written;
    }
    inspect::Record record = recordOf(item);
    record.ciphertextBytes = static_cast<std::int64_t>(content.size());
    return inspect::saveRecord(target, record);
}

} // namespace keyturn::ui
