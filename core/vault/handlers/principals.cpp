// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/principals.h"

#include "kms/identifier.h"

#include <array>

namespace keyturn::vault {

namespace {

struct Parts {
    std::string_view partition;
    std::string_view service;
    std::string_view account;
    std::string_view resource;
};

/// "arn:<partition>:<service>::<account>:<resource>"
std::optional<Parts> partsOf(std::string_view arn) {
    std::array<std::string_view, 5> fields;
    for (std::string_view &field : fields) {
        const auto colon = arn.find(':');
        if (colon == std::string_view::npos) {
            return std::nullopt;
        }
        field = arn.substr(0, colon);
        arn.remove_prefix(colon + 1);
    }
    const auto &[word, partition, service, region, account] = fields;
    if (word != "arn" || !region.empty() || !kms::looksLikeAccountId(account)) {
        return std::nullopt;
    }
    return Parts{partition, service, account, arn};
}

bool hasName(std::string_view resource, std::string_view kind) {
    return resource.starts_with(kind) && resource.size() > kind.size();
}

} // namespace

bool isPrincipalArn(std::string_view text) {
    const auto parts = partsOf(text);
    if (!parts || !parts->partition.starts_with("aws")) {
        return false;
    }
    if (parts->service == "iam") {
        return parts->resource == "root" || hasName(parts->resource, "user/") ||
               hasName(parts->resource, "role/");
    }
    return parts->service == "sts" &&
           (hasName(parts->resource, "assumed-role/") || hasName(parts->resource, "federated-user/"));
}

std::string_view accountOf(std::string_view principalArn) {
    const auto parts = partsOf(principalArn);
    return parts ? parts->account : std::string_view();
}

std::optional<std::string> roleOf(std::string_view principalArn) {
    constexpr std::string_view kind = "assumed-role/";
    const auto parts = partsOf(principalArn);
    if (!parts || parts->service != "sts" || !parts->resource.starts_with(kind)) {
        return std::nullopt;
    }
    const std::string_view session = parts->resource.substr(kind.size());
    const std::string_view role = session.substr(0, session.find('/'));
    return "arn:" + std::string(parts->partition) + ":iam::" + std::string(parts->account) + ":role/" +
           std::string(role);
}

std::string rootOf(std::string_view partition, std::string_view account) {
    return "arn:" + std::string(partition) + ":iam::" + std::string(account) + ":root";
}

} // namespace keyturn::vault
