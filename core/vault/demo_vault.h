// SPDX-License-Identifier: Apache-2.0
// The demo vault: something to look at before there is a vault of one's own. Keys with aliases, tags and
// several materials, one disabled, one pending deletion, one RSA key. Its passphrase is no secret.
// Thread rule: makeDemoVault() takes about two seconds: never on the GUI thread. Errors: those of
// Container::create and of the operations it uses; FileExists when the name is taken. The file appears under
// its name when it is complete.
#pragma once

#include "base/cancel.h"
#include "base/result.h"

#include <filesystem>
#include <string_view>

namespace keyturn::vault {

inline constexpr std::string_view demoVaultPassphrase = "keyturn demo";
inline constexpr std::string_view demoVaultAccount = "111122223333";
inline constexpr std::string_view demoVaultRegion = "us-east-1";

Status makeDemoVault(const std::filesystem::path &path, const CancelToken &cancel = {});

} // namespace keyturn::vault
