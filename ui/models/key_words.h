// SPDX-License-Identifier: Apache-2.0
// Words for what KMS calls by its wire names: states, specs, usages, dates. One place, so that table, detail
// and dialogs say the same. Pure functions.
#pragma once

#include "base/clock.h"
#include "kms/enums.h"

#include <QString>

#include <optional>

namespace keyturn::ui {

QString stateWord(std::string_view wireState);   ///< "Pending deletion"
QString usageWord(std::string_view wireUsage);   ///< "Encrypt and decrypt"
QString originWord(std::string_view wireOrigin); ///< "This vault or AWS KMS", "Imported"
QString specWord(std::string_view wireSpec);     ///< "Symmetric", "RSA 2048"
/// "2026-11-22" in the local time zone.
QString dayText(Timestamp time);
/// "2026-11-22 05:17" in the local time zone.
QString minuteText(Timestamp time);
/// Whole days from now, rounded up; 0 when past.
int daysUntil(Timestamp time, Timestamp now);
QString fromUtf8(std::string_view text);
/// `one` or `many`, whose %1 is the number: "1 key", "%1 keys".
QString counted(qint64 number, const QString &one, const QString &many);

} // namespace keyturn::ui
