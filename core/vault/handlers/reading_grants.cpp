// SPDX-License-Identifier: Apache-2.0
// ListGrants and ListRetirableGrants.
#include "vault/handlers/faults.h"
#include "vault/handlers/grants.h"
#include "vault/handlers/markers.h"
#include "vault/handlers/resolve.h"

namespace keyturn::vault {

namespace {

std::optional<std::string> presentText(const std::string &text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

kms::GrantListEntry entryOf(const VaultCore &core, const GrantState &grant) {
    const KeyPointer key = core.keys.find(grant.key);
    kms::GrantListEntry entry;
    entry.keyId = key ? key->arn : core.names.keyArn(formatUuid(grant.key));
    entry.grantId = grant.idText;
    entry.name = presentText(grant.name);
    entry.creationDate = grant.created;
    entry.granteePrincipal = presentText(grant.granteePrincipal);
    entry.retiringPrincipal = presentText(grant.retiringPrincipal);
    entry.issuingAccount = presentText(grant.issuingAccount);
    entry.operations.emplace(grant.operations.begin(), grant.operations.end());
    entry.constraints = grant.constraints;
    entry.granteeServicePrincipal = presentText(grant.granteeService);
    entry.retiringServicePrincipal = presentText(grant.retiringService);
    return entry;
}

std::vector<kms::GrantListEntry> entriesOf(const VaultCore &core, const std::vector<GrantPointer> &grants) {
    std::vector<kms::GrantListEntry> entries;
    for (const GrantPointer &grant : grants) {
        entries.push_back(entryOf(core, *grant));
    }
    return entries;
}

/// "<key id>/<grant id>" of the last item; nothing for the first page.
std::optional<GrantPlace> placeFrom(std::string_view position) {
    const auto slash = position.find('/');
    if (slash == std::string_view::npos) {
        return std::nullopt;
    }
    const auto key = parseUuid(position.substr(0, slash));
    const auto grant = parseGrantId(position.substr(slash + 1));
    return key && grant ? std::optional(GrantPlace(*key, *grant)) : std::nullopt;
}

} // namespace

Result<kms::ListGrants::Reply> listGrants(Call &call, const kms::ListGrants::Request &request) {
    auto key = resolveKey(call, *request.keyId, kms::keyIdOrArn);
    if (!key) {
        return failFrom(key);
    }
    if (request.grantId && !parseGrantId(*request.grantId)) {
        return serviceFault(ErrorCode::InvalidGrantId, "Invalid grant ID: 64 hexadecimal digits are one.");
    }
    auto position = readMarker(call, (*key)->uuid, request.marker);
    if (!position) {
        return failFrom(position);
    }
    const std::size_t size = pageSize(call, request.limit);
    const auto isWanted = [&](const GrantState &grant) {
        return (!request.grantId || grant.idText == *request.grantId) &&
               (!request.granteePrincipal || grant.granteePrincipal == *request.granteePrincipal) &&
               (!request.granteeServicePrincipal || grant.granteeService == *request.granteeServicePrincipal);
    };
    call.trace.restOnGrants(call.core);
    kms::ListGrants::Reply reply;
    auto &entries = reply.grants.emplace(entriesOf(
        call.core, call.core.grants.after((*key)->id, parseGrantId(*position), size + 1, isWanted)));
    closePage(call, (*key)->uuid, size, entries, reply,
              [](const kms::GrantListEntry &last) { return *last.grantId; });
    return reply;
}

Result<kms::ListRetirableGrants::Reply>
listRetirableGrants(Call &call, const kms::ListRetirableGrants::Request &request) {
    if (!request.retiringPrincipal && !request.retiringServicePrincipal) {
        return nullMemberFault("retiringPrincipal");
    }
    if (request.retiringPrincipal && request.retiringServicePrincipal) {
        return validationFault("You cannot specify RetiringPrincipal and RetiringServicePrincipal in the "
                               "same request.");
    }
    const std::string &retiring =
        request.retiringPrincipal ? *request.retiringPrincipal : *request.retiringServicePrincipal;
    auto position = readMarker(call, retiring, request.marker);
    if (!position) {
        return failFrom(position);
    }
    const std::size_t size = pageSize(call, request.limit);
    call.trace.restOnGrants(call.core);
    auto grants = call.core.grants.retirableAfter(retiring, placeFrom(*position), size + 1);
    kms::ListRetirableGrants::Reply reply;
    reply.truncated = grants.size() > size;
    if (*reply.truncated) {
        grants.resize(size);
        const GrantState &last = *grants.back();
        reply.nextMarker = makeMarker(call, retiring, formatUuid(last.key) + "/" + last.idText);
    }
    reply.grants = entriesOf(call.core, grants);
    return reply;
}

} // namespace keyturn::vault
