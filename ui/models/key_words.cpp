// SPDX-License-Identifier: Apache-2.0
#include "ui/models/key_words.h"

#include <QCoreApplication>
#include <QDateTime>

#include <array>
#include <utility>

namespace keyturn::ui {
namespace {

struct Word {
    std::string_view wire;
    const char *text;
};

constexpr std::array states{
    Word{"Enabled", QT_TRANSLATE_NOOP("KeyWords", "Enabled")},
    Word{"Disabled", QT_TRANSLATE_NOOP("KeyWords", "Disabled")},
    Word{"PendingDeletion", QT_TRANSLATE_NOOP("KeyWords", "Pending deletion")},
    Word{"PendingReplicaDeletion", QT_TRANSLATE_NOOP("KeyWords", "Pending replica deletion")},
    Word{"PendingImport", QT_TRANSLATE_NOOP("KeyWords", "Pending import")},
    Word{"Unavailable", QT_TRANSLATE_NOOP("KeyWords", "Unavailable")},
    Word{"Creating", QT_TRANSLATE_NOOP("KeyWords", "Creating")},
    Word{"Updating", QT_TRANSLATE_NOOP("KeyWords", "Updating")},
};
constexpr std::array usages{
    Word{"ENCRYPT_DECRYPT", QT_TRANSLATE_NOOP("KeyWords", "Encrypt and decrypt")},
    Word{"SIGN_VERIFY", QT_TRANSLATE_NOOP("KeyWords", "Sign and verify")},
    Word{"GENERATE_VERIFY_MAC", QT_TRANSLATE_NOOP("KeyWords", "MAC")},
    Word{"KEY_AGREEMENT", QT_TRANSLATE_NOOP("KeyWords", "Key agreement")},
    Word{"ENCAPSULATE_DECAPSULATE", QT_TRANSLATE_NOOP("KeyWords", "Encapsulate")},
};
constexpr std::array origins{
    Word{"AWS_KMS", QT_TRANSLATE_NOOP("KeyWords", "KMS")},
    Word{"EXTERNAL", QT_TRANSLATE_NOOP("KeyWords", "Imported")},
    Word{"AWS_CLOUDHSM", QT_TRANSLATE_NOOP("KeyWords", "CloudHSM")},
    Word{"EXTERNAL_KEY_STORE", QT_TRANSLATE_NOOP("KeyWords", "External key store")},
};

template <std::size_t N>
QString wordFor(const std::array<Word, N> &words, std::string_view wire) {
    for (const Word &word : words) {
        if (word.wire == wire) {
            return QCoreApplication::translate("KeyWords", word.text);
        }
    }
    return fromUtf8(wire); // a value that this version does not know is shown as it came
}

QDateTime localTime(Timestamp time) {
    using std::chrono::duration_cast;
    return QDateTime::fromMSecsSinceEpoch(
        duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

} // namespace

QString fromUtf8(std::string_view text) {
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

QString counted(qint64 number, const QString &one, const QString &many) {
    return number == 1 ? one : many.arg(number);
}

QString stateWord(std::string_view wireState) {
    return wordFor(states, wireState);
}
QString usageWord(std::string_view wireUsage) {
    return wordFor(usages, wireUsage);
}
QString originWord(std::string_view wireOrigin) {
    return wordFor(origins, wireOrigin);
}

QString specWord(std::string_view wireSpec) {
    if (wireSpec == "SYMMETRIC_DEFAULT") {
        return QCoreApplication::translate("KeyWords", "Symmetric");
    }
    return fromUtf8(wireSpec).replace(u'_', u' ');
}

QString dayText(Timestamp time) {
    return localTime(time).toString(QStringLiteral("yyyy-MM-dd"));
}
QString minuteText(Timestamp time) {
    return localTime(time).toString(QStringLiteral("yyyy-MM-dd hh:mm"));
}

int daysUntil(Timestamp time, Timestamp now) {
    using Days = std::chrono::days;
    return time <= now ? 0 : static_cast<int>(std::chrono::ceil<Days>(time - now).count());
}

} // namespace keyturn::ui
