// SPDX-License-Identifier: Apache-2.0
// Profiles as JSON members, for the profile file and for files that people exchange. Strict: an unknown or
// repeated member, a wrong type and a value out of bounds are faults that name the member. Pure, any thread.
// Internal to this module. Errors: Configuration.
#pragma once

#include "workspace/profile.h"

#include <string>
#include <string_view>
#include <vector>

namespace keyturn::workspace {

/// Newest version of both files that this program reads and the one that it writes. Version 1 had no safety
/// level but "readOnly", no service kinds and no rules.
inline constexpr int profileFormat = 2;

struct ProfileDocument {
    int version = 0;
    std::vector<Profile> profiles;
};

/// What the document is: the store's own file, or one for other people (no ids in it).
enum class DocumentKind { Store, Exchange };

/// `{"version":2,"profiles":[...]}` or `{"keyturnProfiles":2,"profiles":[...]}`.
std::string writeProfiles(DocumentKind kind, const std::vector<Profile> &profiles);
/// Faults without the file's name; the caller puts it in front.
Result<ProfileDocument> readProfiles(DocumentKind kind, std::string_view text);

} // namespace keyturn::workspace
