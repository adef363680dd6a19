// SPDX-License-Identifier: Apache-2.0
// What the form of any operation says of an operation and of a request. Pure functions; internal to this
// folder.
#pragma once

#include "kms/operation.h"
#include "ui/theme/icons.h"

#include <QString>

namespace keyturn::ui {

theme::Icon effectIcon(kms::Effect effect);
QString effectWords(kms::Effect effect); ///< "It changes something."
/// "Needs kms:ReEncryptFrom and kms:ReEncryptTo."; empty: nothing.
QString permissionWords(const kms::OperationInfo &info);
/// The first thing that a request names, for a question; empty: nothing.
QString targetOf(const kms::AnyRequest &request);

} // namespace keyturn::ui
