// SPDX-License-Identifier: Apache-2.0
// Between the pairs of a ContextGrid and an EncryptionContext. Pure functions.
#pragma once

#include "kms/encryption_context.h"
#include "ui/widgets/context_text.h"

namespace keyturn::ui {

/// Of a grid that is valid: names are unique there.
inline kms::EncryptionContext contextOf(const widgets::ContextPairs &pairs) {
    kms::EncryptionContext context;
    for (const widgets::ContextPair &pair : pairs) {
        context.set(pair.name, pair.value);
    }
    return context;
}

inline widgets::ContextPairs pairsOf(const kms::EncryptionContext &context) {
    widgets::ContextPairs pairs;
    for (const auto &[name, value] : context) {
        pairs.push_back({name, value});
    }
    return pairs;
}

} // namespace keyturn::ui
