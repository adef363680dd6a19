// SPDX-License-Identifier: Apache-2.0
// Principals by their ARNs, as policies and grants name them. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace keyturn::vault {

/// "arn:aws:iam::111122223333:user/app", and roles, roots, role sessions and federated users.
bool isPrincipalArn(std::string_view text);
/// The 12 digits in a principal's ARN; empty where there are none.
std::string_view accountOf(std::string_view principalArn);
/// Of a role's session: the role that it is a session of. Nothing for others.
std::optional<std::string> roleOf(std::string_view principalArn);
/// "arn:aws:iam::<account>:root"
std::string rootOf(std::string_view partition, std::string_view account);

} // namespace keyturn::vault
