// SPDX-License-Identifier: Apache-2.0
// --ciphertext-out, --plaintext-out, --signature-out and so on, one for each blob of a reply, and --record:
// raw bytes into files of mode 0600, replaced atomically. What goes into a file is not printed. A record
// (core/inspect/record.h) stands beside the ciphertext file. Failures: 252 for options that do not go
// together, 255 for files.
#pragma once

#include "argument_parser.h"
#include "inspect/record.h"
#include "kms/operation.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace keyturn::cli {

struct KmsFiles {
    struct Wanted {
        const kms::Field *member;
        std::string path;
    };
    std::vector<Wanted> blobs; ///< in the order of the model
    bool record = false;
};

/// The options that this operation's reply gives sense to.
std::vector<ArgumentSpec> fileOptions(const kms::OperationInfo &operation);
Outcome<KmsFiles> findKmsFiles(const kms::OperationInfo &operation, const ParsedArguments &arguments);

/// What a request says for the record, noted before the request is sent away.
class RecordDraft {
public:
    RecordDraft(const kms::OperationInfo &operation, const kms::AnyRequest &request);
    inspect::Record with(const kms::OperationInfo &operation, const kms::AnyReply &reply) const;

private:
    inspect::Record m_record;
};

/// Writes, and takes what was written out of the reply.
Outcome<std::monostate> writeKmsFiles(const KmsFiles &files, const kms::OperationInfo &operation,
                                      kms::AnyReply &reply, const RecordDraft &draft);

} // namespace keyturn::cli
