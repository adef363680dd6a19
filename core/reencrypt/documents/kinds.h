// SPDX-License-Identifier: Apache-2.0
// One parser for each kind of document, called by parseDocument(). Private to documents/.
#pragma once

#include "reencrypt/documents/slot_document.h"

namespace keyturn::reencrypt {

using ParsedDocument = Result<std::unique_ptr<Document>>;

ParsedDocument parseFile(ByteView content, const JobSpec &spec);
ParsedDocument parseText(std::string_view text, const JobSpec &spec);
ParsedDocument parsePulumi(std::string_view text, const JobSpec &spec);
ParsedDocument parseTink(std::string_view text, const JobSpec &spec);
ParsedDocument parseCredstash(std::string_view text, const JobSpec &spec);
ParsedDocument parseMongoKeyVault(std::string_view text, const JobSpec &spec);
ParsedDocument parseParquetKeys(std::string_view text, const JobSpec &spec);

/// The contexts that stand beside the payloads of `data "aws_kms_secrets"` in HCL: for text documents.
struct HclContext {
    std::size_t payloadOffset = 0; ///< of the text between the quotes
    std::size_t payloadLength = 0;
    kms::EncryptionContext context;
    std::size_t mapOffset = 0; ///< of the context's braces
    std::size_t mapLength = 0; ///< 0: there is no context
    std::string fault;         ///< a context that is not made of plain texts
};
std::vector<HclContext> hclContexts(std::string_view text);

} // namespace keyturn::reencrypt
