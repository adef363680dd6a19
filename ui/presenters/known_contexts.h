// SPDX-License-Identifier: Apache-2.0
// KnownContexts: encryption contexts seen in this session (used with success, or read from a record), to
// compare with when a ciphertext does not open. Only in memory. The comparison is a hint: a ciphertext does
// not hold its context. GUI thread.
#pragma once

#include "kms/encryption_context.h"

#include <QString>

#include <optional>
#include <vector>

namespace keyturn::ui {

struct KnownContext {
    kms::EncryptionContext context;
    QString origin; ///< "used in this session", "record invoice.bin.kms.json"
};

struct ContextComparison {
    KnownContext known;
    std::vector<kms::ContextDifference> differences;
    /// "Known from ...: «Team» differs from «team» only in letter case." Sentences.
    QString text() const;
};

class KnownContexts {
public:
    void remember(const kms::EncryptionContext &context, const QString &origin);
    /// The known context that differs least from the one given, and is not equal to it.
    std::optional<ContextComparison> closest(const kms::EncryptionContext &context) const;
    const std::vector<KnownContext> &all() const { return m_known; }
    void clear() { m_known.clear(); }

private:
    std::vector<KnownContext> m_known; ///< newest first
};

} // namespace keyturn::ui
