// SPDX-License-Identifier: Apache-2.0
// A request that works for every operation that names a key, as data: tests put a key into a state, or its
// name into another form, and send it. A text "$name" stands for what Scene makes under that name.
#pragma once

#include "kms/enums.h"

#include <nlohmann/json.hpp>

#include <span>
#include <string_view>
#include <vector>

namespace keyturn::test {

/// What the key of a request is made for.
enum class Purpose { Encryption, Signatures, Macs, Agreement, Encapsulation };

struct RequestRow {
    std::string_view operation;
    std::string_view side; ///< where one operation has two keys: which of them is "$key"
    Purpose purpose;
    std::string_view request;
    bool multiRegion = false;
};

/// Each operation of the table of key states has at least one.
std::span<const RequestRow> requestRows();
std::vector<RequestRow> requestRowsOf(std::string_view operation);

} // namespace keyturn::test
