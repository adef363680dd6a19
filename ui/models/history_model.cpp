// SPDX-License-Identifier: Apache-2.0
#include "ui/models/history_model.h"

#include "base/encoding.h"
#include "ui/models/key_words.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <array>

namespace keyturn::ui {
namespace {

using history::HistoryEntry;
using history::HistoryFilter;
using history::Stage;

struct TextField {
    const char *name;
    std::string HistoryFilter::*member;
};
constexpr std::array textFields{
    TextField{"profile", &HistoryFilter::profile}, TextField{"operation", &HistoryFilter::operation},
    TextField{"outcome", &HistoryFilter::outcome}, TextField{"key", &HistoryFilter::key},
    TextField{"program", &HistoryFilter::program}, TextField{"job", &HistoryFilter::job},
};

/// Parts between blanks; quotes keep blanks together and are dropped.
QStringList wordsOf(const QString &text) {
    QStringList words;
    QString word;
    bool quoted = false;
    const QString closed = text + u' ';
    for (const QChar c : closed) {
        if (c == u'"') {
            quoted = !quoted;
        } else if (c == u' ' && !quoted) {
            if (!word.isEmpty()) {
                words << std::exchange(word, {});
            }
        } else {
            word += c;
        }
    }
    return word.isEmpty() ? words : words << word; // a quote that never closes
}

/// A day, which begins here, or a moment with its zone.
std::optional<Timestamp> timeOf(const QString &text) {
    const QDate day = QDate::fromString(text, Qt::ISODate);
    if (day.isValid() && text.size() == 10) {
        return Timestamp(std::chrono::milliseconds(day.startOfDay().toMSecsSinceEpoch()));
    }
    const auto time = parseIso8601(text.toStdString());
    return time ? std::optional(*time) : std::nullopt;
}

QString stageText(Stage stage) {
    switch (stage) {
    case Stage::Intent:
        return HistoryModel::tr("Intent, written before it was sent");
    case Stage::Outcome:
        return HistoryModel::tr("Outcome of an intent");
    case Stage::Sum:
        return HistoryModel::tr("Sum of a job's like calls");
    case Stage::Call:
        return HistoryModel::tr("One call");
    }
    return {};
}

} // namespace

HistoryQuery HistoryQuery::parse(const QString &text) {
    HistoryQuery query;
    for (const QString &word : wordsOf(text)) {
        const QString name = word.section(u':', 0, 0).toLower();
        const QString value = word.section(u':', 1);
        const auto field = std::ranges::find_if(
            textFields, [&](const TextField &each) { return name == QLatin1String(each.name); });
        const bool hasValue = word.contains(u':');
        if (hasValue && field != textFields.end()) {
            query.filter.*(field->member) = value.toStdString();
        } else if (hasValue && (name == QStringLiteral("since") || name == QStringLiteral("until"))) {
            const auto time = timeOf(value);
            (name == QStringLiteral("since") ? query.filter.since : query.filter.until) = time;
            if (!time) {
                query.problem = HistoryModel::tr("%1 takes a day such as 2026-11-22, or a time such as "
                                                 "2026-11-22T04:17:00Z.")
                                    .arg(name);
            }
        } else {
            query.filter.key = word.toStdString();
        }
    }
    return query;
}

QStringList HistoryQuery::fields() {
    QStringList names;
    for (const TextField &each : textFields) {
        names << QString::fromLatin1(each.name);
    }
    return names << QStringLiteral("since") << QStringLiteral("until");
}

QString outcomeWord(const HistoryEntry &entry) {
    if (entry.outcome == "Success") {
        return entry.dryRun ? HistoryModel::tr("Dry run") : HistoryModel::tr("Succeeded");
    }
    if (entry.outcome == "Intent") {
        return HistoryModel::tr("Intended");
    }
    return entry.outcome == "NotSent" ? HistoryModel::tr("Not sent") : fromUtf8(entry.outcome);
}

void HistoryModel::setEntries(std::vector<history::StoredEntry> entries) {
    beginResetModel();
    m_entries = std::move(entries);
    endResetModel();
}

std::vector<std::pair<QString, QString>> HistoryModel::facts(const history::StoredEntry &stored) {
    const HistoryEntry &entry = stored.entry;
    std::vector<std::pair<QString, QString>> all;
    const auto add = [&](const QString &name, const QString &value) {
        if (!value.isEmpty()) {
            all.emplace_back(name, value);
        }
    };
    add(tr("Number"), QString::number(stored.sequence));
    add(tr("Time"), fromUtf8(formatIso8601(entry.time)));
    add(tr("Operation"), fromUtf8(entry.operation));
    add(tr("Outcome"), outcomeWord(entry));
    add(tr("What it is"), stageText(entry.stage));
    add(tr("Profile"), fromUtf8(entry.profile));
    add(tr("Key"), fromUtf8(entry.key));
    add(tr("Key material"), fromUtf8(entry.material));
    add(tr("Destination key"), fromUtf8(entry.destinationKey));
    add(tr("Destination material"), fromUtf8(entry.destinationMaterial));
    add(tr("Details"), fromUtf8(entry.detail));
    add(tr("Calls"), entry.calls > 1 ? QLocale().toString(static_cast<qulonglong>(entry.calls)) : QString());
    add(tr("Job"), fromUtf8(entry.jobId));
    add(tr("Request id"), fromUtf8(entry.requestId));
    add(tr("Program"), fromUtf8(entry.program));
    add(tr("Call id"), fromUtf8(entry.callId));
    add(tr("Context"), fromUtf8(entry.context));
    add(tr("Hash of the context"), fromUtf8(toHex(entry.contextDigest)));
    add(tr("Hash of the destination context"), fromUtf8(toHex(entry.destinationContextDigest)));
    add(tr("Chain hash"), fromUtf8(toHex(stored.hash)));
    return all;
}

int HistoryModel::rowCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int HistoryModel::columnCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString HistoryModel::text(const HistoryEntry &entry, int column) const {
    switch (column) {
    case Time:
        return minuteText(entry.time);
    case Profile:
        return fromUtf8(entry.profile);
    case Operation:
        return entry.calls > 1 ? tr("%1 (%2 calls)").arg(fromUtf8(entry.operation)).arg(entry.calls)
                               : fromUtf8(entry.operation);
    case Key:
        return entry.key.empty() ? fromUtf8(entry.detail) : fromUtf8(entry.key);
    case Outcome:
        return outcomeWord(entry);
    case RequestId:
        return fromUtf8(entry.requestId);
    default:
        return {};
    }
}

QVariant HistoryModel::data(const QModelIndex &index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const HistoryEntry &entry = at(index.row()).entry;
    if (role == Qt::DisplayRole) {
        return text(entry, index.column());
    }
    if (role == Qt::ToolTipRole) {
        return index.column() == Time ? fromUtf8(formatIso8601(entry.time)) : text(entry, index.column());
    }
    if (role == OutcomeRole) {
        return entry.outcome == "Success" ? Succeeded : entry.outcome == "Intent" ? Open : Failed;
    }
    return {};
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Time:
        return tr("Time");
    case Profile:
        return tr("Profile");
    case Operation:
        return tr("Operation");
    case Key:
        return tr("Key");
    case Outcome:
        return tr("Outcome");
    case RequestId:
        return tr("Request id");
    default:
        return {};
    }
}

} // namespace keyturn::ui
