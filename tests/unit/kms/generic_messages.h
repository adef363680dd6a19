// SPDX-License-Identifier: Apache-2.0
// Messages of any operation, made and compared through the field tables alone. Plain functions.
#pragma once

#include "kms/field.h"

#include <span>
#include <string>

namespace keyturn::test {

struct FillOptions {
    /// What secret members hold.
    std::string secret = "secret bytes";
    /// Makes every value of one message differ from that of another.
    int seed = 1;
};

/// Gives every member a value, structures and lists included; texts hold what JSON finds difficult.
void fillEverything(std::span<const kms::Field> fields, void *object, const FillOptions &options = {});

/// Empty when all members are equal, else the path of the first that is not.
std::string firstDifference(std::span<const kms::Field> fields, const void *a, const void *b);

} // namespace keyturn::test
