// SPDX-License-Identifier: Apache-2.0
// Capabilities: what a backend has, and why something is absent. Plain value.
#pragma once

#include "kms/op_fwd.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::kms {

/// Present, or absent with the reason that a person is shown.
struct Availability {
    bool available = true;
    std::string reason;
};

struct Capabilities {
    std::string backend;   ///< "vault", "AWS KMS", "QKMS", ...
    std::string region;    ///< of keys made here
    std::string accountId; ///< empty: not known yet
    std::array<Availability, operationCount> operations{};
    std::vector<std::string> keySpecs; ///< that CreateKey takes here, wire names
    bool dryRun = true;                ///< false: the endpoint ignores or refuses DryRun
    bool aliasesAsKeyIds = true;       ///< QKMS takes none
    bool readOnly = false;
    std::string readOnlyReason;

    const Availability &of(OperationId id) const { return operations[static_cast<std::size_t>(id)]; }
    void withdraw(OperationId id, std::string reason) {
        operations[static_cast<std::size_t>(id)] = {false, std::move(reason)};
    }
    bool hasKeySpec(std::string_view wireName) const;
};

} // namespace keyturn::kms
