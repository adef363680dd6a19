// SPDX-License-Identifier: Apache-2.0
// ServerKind: what stands behind an endpoint, as far as it matters for what may be sent there. Told by a
// profile, else guessed from the URL, else learned from answers. Plain values, pure functions, any thread. No
// errors. Follows kms-semantics.md section 13.
#pragma once

#include "kms/capabilities.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace keyturn::remote {

enum class ServerKind : std::uint8_t {
    Unknown, ///< some TrentService endpoint
    Aws,
    Qkms,
    LocalStack,
    Keyturn ///< a vault that Keyturn serves
};

/// For people: "AWS KMS", "QKMS", "LocalStack", "Keyturn vault", "KMS endpoint".
std::string_view serverKindName(ServerKind kind);
/// For profiles: "aws", "qkms", "localstack", "keyturn", "other".
std::string_view serverKindId(ServerKind kind);
std::optional<ServerKind> serverKindFromId(std::string_view id);

/// By the host: names of AWS in every partition (VPC endpoints too), QKMS, LocalStack.
ServerKind serverKindOfHost(std::string_view host);

/// What is known of the kind before any call: its name, operations that it lacks, DryRun, aliases.
void applyServerKind(ServerKind kind, kms::Capabilities &capabilities);

} // namespace keyturn::remote
