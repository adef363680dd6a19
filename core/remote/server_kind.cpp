// SPDX-License-Identifier: Apache-2.0
#include "remote/server_kind.h"

#include "remote/endpoint_rules.h"

#include "base/text.h"
#include "kms/operation.h"

#include <algorithm>
#include <array>

namespace keyturn::remote {

namespace {

struct KindRow {
    ServerKind kind;
    std::string_view id;
    std::string_view name;
};

constexpr std::array<KindRow, 5> kinds = {{
    {ServerKind::Unknown, "other", "KMS endpoint"},
    {ServerKind::Aws, "aws", "AWS KMS"},
    {ServerKind::Qkms, "qkms", "QKMS"},
    {ServerKind::LocalStack, "localstack", "LocalStack"},
    {ServerKind::Keyturn, "keyturn", "Keyturn vault"},
}};

/// The operations that QKMS does not document.
constexpr std::array<std::string_view, 12> absentInQkms = {"GenerateRandom",
                                                           "RotateKeyOnDemand",
                                                           "ListKeyRotations",
                                                           "GetKeyLastUsage",
                                                           "Encapsulate",
                                                           "Decapsulate",
                                                           "ConnectCustomKeyStore",
                                                           "CreateCustomKeyStore",
                                                           "DeleteCustomKeyStore",
                                                           "DescribeCustomKeyStores",
                                                           "DisconnectCustomKeyStore",
                                                           "UpdateCustomKeyStore"};

/// "a.b.c" ends in "b.c" as a name, not only as a text.
bool isUnder(std::string_view host, std::string_view domain) {
    return host.size() > domain.size() && host.ends_with(domain) &&
           host[host.size() - domain.size() - 1] == '.';
}

bool isHostOfAws(std::string_view host) {
    const bool kms = host.starts_with("kms.") || host.starts_with("kms-fips.");
    const bool vpc = host.starts_with("vpce-") && host.find(".kms.") != std::string_view::npos;
    const auto partitions = awsPartitions();
    return (kms || vpc) && std::any_of(partitions.begin(), partitions.end(), [&](const AwsPartition &row) {
               return isUnder(host, row.suffix) || isUnder(host, row.dualStackSuffix);
           });
}

} // namespace

std::string_view serverKindName(ServerKind kind) {
    return kinds[static_cast<std::size_t>(kind)].name;
}

std::string_view serverKindId(ServerKind kind) {
    return kinds[static_cast<std::size_t>(kind)].id;
}

std::optional<ServerKind> serverKindFromId(std::string_view id) {
    const auto found =
        std::find_if(kinds.begin(), kinds.end(), [&](const KindRow &row) { return row.id == id; });
    return found == kinds.end() ? std::nullopt : std::optional(found->kind);
}

ServerKind serverKindOfHost(std::string_view text) {
    const std::string host = toLowerAscii(text);
    if (isHostOfAws(host)) {
        return ServerKind::Aws;
    }
    if (host == "qkms.quilibrium.com" || isUnder(host, "qkms.quilibrium.com")) {
        return ServerKind::Qkms;
    }
    if (isUnder(host, "localstack.cloud") || host == "localstack") {
        return ServerKind::LocalStack;
    }
    return ServerKind::Unknown;
}

void applyServerKind(ServerKind kind, kms::Capabilities &capabilities) {
    capabilities.backend = serverKindName(kind);
    if (kind != ServerKind::Qkms) {
        return;
    }
    for (const std::string_view name : absentInQkms) {
        if (const kms::OperationInfo *operation = kms::findOperation(name)) {
            capabilities.withdraw(operation->id, "QKMS has no " + std::string(name) + ".");
        }
    }
    capabilities.dryRun = false;
    capabilities.aliasesAsKeyIds = false;
}

} // namespace keyturn::remote
