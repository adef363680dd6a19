// SPDX-License-Identifier: Apache-2.0
// "Copy as command": a request as a keyturn-cli command line that does the same, quoted for a POSIX shell.
// Driven by the field tables. Secrets are left out: a secret member becomes fileb:// of a file to be named.
// Pure functions.
#pragma once

#include "kms/operation.h"
#include "workspace/profile.h"

#include <QString>
#include <QStringList>

namespace keyturn::ui {

QString commandText(const kms::AnyRequest &request, const workspace::Profile &profile);

/// The options that name where a command of the command line goes: "--profile production", "--vault F", ...
QStringList targetOptions(const workspace::Profile &profile);

/// Quoted only where a POSIX shell needs it.
QString shellQuoted(const QString &text);

} // namespace keyturn::ui
