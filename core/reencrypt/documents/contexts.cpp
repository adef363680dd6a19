// SPDX-License-Identifier: Apache-2.0
// Contexts of blobs and the match of keys.
#include "reencrypt/documents/slot_document.h"

#include "base/text.h"
#include "reencrypt/json_scan.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

Status appendPairs(std::string_view json, kms::EncryptionContext &out) {
    JsonScan scan;
    if (auto read = scan.read(json); !read) {
        return read;
    }
    if (scan.root().kind != JsonKind::Object) {
        return fail(ErrorCode::Usage, "no JSON object of texts");
    }
    for (auto *child = scan.first(scan.root()); child; child = scan.after(scan.root(), *child)) {
        auto value = scan.text(*child);
        if (!value || !out.insert(scan.name(*child), std::move(*value))) {
            return fail(ErrorCode::Usage, "no JSON object of texts");
        }
    }
    return {};
}

Result<kms::EncryptionContext> contextOf(const ContextSpec &spec, const Places &places) {
    kms::EncryptionContext context;
    if (!spec.from.empty()) {
        const auto json = places(spec.from);
        if (!json) {
            return fail(ErrorCode::Usage, "context-from: there is no such member here");
        }
        if (auto done = appendPairs(*json, context); !done) {
            return fail(ErrorCode::Usage, "context-from: " + done.error().detail);
        }
    }
    for (const auto &[name, value] : spec.pairs) {
        auto text = value.expand(places);
        if (!text) {
            return failFrom(text);
        }
        if (!context.insert(name, std::move(*text))) {
            return fail(ErrorCode::Usage, "context: a name stands there twice");
        }
    }
    return context;
}

/// "key/<id>", "alias/<name>": what all ways to name a key have in common.
std::string_view tailOf(std::string_view key) {
    if (const auto colon = key.rfind(':'); colon != std::string_view::npos) {
        key.remove_prefix(colon + 1);
    }
    return key.starts_with("key/") ? key.substr(4) : key;
}

bool sameKey(std::string_view a, std::string_view b) {
    const bool bothFull = a.starts_with("arn:") && b.starts_with("arn:");
    return bothFull ? a == b : !a.empty() && tailOf(a) == tailOf(b);
}

} // namespace

bool keyIsMeant(std::string_view documentKey, const JobSpec &spec) {
    return spec.sourceKeys.empty() || sameKey(documentKey, spec.destinationKey) ||
           std::any_of(spec.sourceKeys.begin(), spec.sourceKeys.end(),
                       [&](const std::string &key) { return sameKey(documentKey, key); });
}

void setContexts(FoundBlob &blob, const JobSpec &spec, const std::optional<kms::EncryptionContext> &own,
                 const Places &places) {
    auto old = own ? Result<kms::EncryptionContext>(*own) : contextOf(spec.context, places);
    if (!old) {
        setFault(blob, Cause::BadTemplate, faultText(blob.place, old.error().detail));
        return;
    }
    auto fresh = spec.destinationContext ? contextOf(*spec.destinationContext, places) : old;
    if (!fresh) {
        setFault(blob, Cause::BadTemplate, faultText(blob.place, fresh.error().detail));
        return;
    }
    blob.context = std::move(*old);
    blob.newContext = std::move(*fresh);
}

} // namespace keyturn::reencrypt
