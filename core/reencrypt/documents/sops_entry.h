// SPDX-License-Identifier: Apache-2.0
// SOPS: what all its formats have in common. Of a file only `arn`, `enc`, `created_at` and `context` of its
// kms entries may change: the MAC covers the values and `lastmodified`, never the entries (ecosystem.md 4.2
// item 2). Private to documents/.
#pragma once

#include "reencrypt/documents/slot_document.h"

namespace keyturn::reencrypt {

struct SopsEntry {
    std::string path; ///< "sops.kms[0]", "sops.key_groups[1].kms[0]"
    std::uint64_t line = 0;
    std::optional<Slot> arn;
    std::optional<Slot> enc;
    std::optional<Slot> createdAt;
    kms::EncryptionContext context;
    std::function<Result<std::vector<Edit>>(const kms::EncryptionContext &context)> contextEdits;
    std::string fault; ///< why it cannot be read; with its line
};

/// Left out where the job does not mean the entry's key.
void addSopsEntry(SlotDocument &document, SopsEntry entry, const JobSpec &spec);

Result<std::unique_ptr<Document>> parseSopsJson(std::string_view text, const JobSpec &spec);
Result<std::unique_ptr<Document>> parseSopsYaml(std::string_view text, const JobSpec &spec);
/// ENV ("sops_kms__list_0__map_enc=...") and INI (the same names without "sops_" in section [sops]).
enum class SopsLines : std::uint8_t { Env, Ini };
Result<std::unique_ptr<Document>> parseSopsLines(std::string_view text, SopsLines form, const JobSpec &spec);

/// Tells the format by the name, then by the content.
Result<std::unique_ptr<Document>> parseSops(std::string_view text, const std::string &name,
                                            const JobSpec &spec);

} // namespace keyturn::reencrypt
