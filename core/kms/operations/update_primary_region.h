// SPDX-License-Identifier: Apache-2.0
// UpdatePrimaryRegion: request and reply as in kms-api.json, members in the order of the service model. Asked
// of the present primary. Plain values.
#pragma once

#include "kms/operation.h"

#include <optional>
#include <string>

namespace keyturn::kms {

struct UpdatePrimaryRegion {
    static constexpr OperationId id = OperationId::UpdatePrimaryRegion;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId;         ///< required; 1 to 2048 characters
        std::optional<std::string> primaryRegion; ///< required; 1 to 32 characters
    };
    struct Reply {};
};

} // namespace keyturn::kms
