// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/row_context.h"

#include "reencrypt/json_scan.h"

namespace keyturn::reencrypt {
namespace {

Status addFrom(const std::string &place, const ContextTemplate::Lookup &lookup,
               kms::EncryptionContext &context) {
    const auto json = lookup(place);
    if (!json) {
        return fail(ErrorCode::Usage, "{" + place + "}: the row has no value there");
    }
    JsonScan scan;
    if (auto read = scan.read(*json); !read) {
        return fail(ErrorCode::BadJson, "context-from: " + place + " holds no JSON: " + read.error().detail);
    }
    const Error noTexts = clientError(
        ErrorCode::BadJson, "context-from: " + place + " must hold a JSON object whose values are texts");
    if (scan.root().kind != JsonKind::Object) {
        return fail(noTexts);
    }
    for (const JsonNode *member = scan.first(scan.root()); member != nullptr;
         member = scan.after(scan.root(), *member)) {
        auto value = scan.text(*member);
        if (!value || !context.insert(scan.name(*member), std::move(*value))) {
            return fail(noTexts);
        }
    }
    return {};
}

} // namespace

Result<kms::EncryptionContext> expandContext(const ContextSpec &spec, const ContextTemplate::Lookup &lookup) {
    kms::EncryptionContext context;
    if (!spec.from.empty()) {
        if (auto added = addFrom(spec.from, lookup, context); !added) {
            return failFrom(added);
        }
    }
    for (const auto &[name, text] : spec.pairs) {
        auto value = text.expand(lookup);
        if (!value) {
            return failFrom(value);
        }
        context.set(name, std::move(*value));
    }
    return context;
}

Result<ItemContexts> contextsOf(const JobSpec &spec, const ContextTemplate::Lookup &lookup) {
    auto present = expandContext(spec.context, lookup);
    if (!present) {
        return failFrom(present);
    }
    ItemContexts contexts{*present, *present};
    if (spec.destinationContext) {
        auto next = expandContext(*spec.destinationContext, lookup);
        if (!next) {
            return failFrom(next);
        }
        contexts.next = std::move(*next);
    }
    return contexts;
}

} // namespace keyturn::reencrypt
