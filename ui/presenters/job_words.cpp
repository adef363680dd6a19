// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/job_words.h"

#include "ui/models/key_words.h"
#include "ui/presenters/job_form.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

namespace keyturn::ui {
namespace {

using Act = JobPresenter::Act;
using reencrypt::JobState;

QString tr(const char *text) {
    return QCoreApplication::translate("JobWords", text);
}

QString number(std::uint64_t count) {
    return QLocale().toString(static_cast<qulonglong>(count));
}

std::uint64_t faultsOf(const reencrypt::JournalHead &head) {
    return head.counters.failed + head.counters.conflicts;
}

bool hasLooked(const reencrypt::JournalHead &head) {
    return head.state == JobState::Done || head.state == JobState::Verified;
}

} // namespace

QString jobDirection(const reencrypt::JobSpec &spec) {
    const QString to = fromUtf8(spec.destinationKey);
    QString text = spec.sourceKeys.empty() ? tr("To %1").arg(to)
                                           : tr("From %1 to %2").arg(fromUtf8(spec.sourceKeys.front()), to);
    if (spec.sourceKeys.size() > 1) {
        text = tr("From %1 keys to %2").arg(spec.sourceKeys.size()).arg(to);
    }
    return spec.safety.dryRun ? text + QStringLiteral(" \u00b7 ") + tr("dry run, nothing is written") : text;
}

QString jobSource(const reencrypt::JobSpec &spec) {
    const reencrypt::SourceSpec &source = spec.source;
    QStringList where;
    if (!source.table.empty()) {
        where += fromUtf8(source.table);
    }
    if (!source.paths.empty()) {
        where += fromUtf8(source.paths.front());
    }
    QString text = kindName(source.kind) + QStringLiteral(": ") + where.join(QStringLiteral(", "));
    return source.paths.size() > 1 ? tr("%1 and %2 more").arg(text).arg(source.paths.size() - 1) : text;
}

QString countsText(const reencrypt::Counters &counters, bool dryRun) {
    const std::uint64_t others = counters.skipped + counters.conflicts + counters.failed;
    QStringList parts{dryRun ? tr("%1 would be moved").arg(number(counters.found - others))
                             : tr("%1 done").arg(number(counters.done))};
    if (counters.skipped > 0) {
        parts += counted(qint64(counters.skipped), tr("1 was there already"), tr("%1 were there already"));
    }
    if (counters.conflicts > 0) {
        parts += tr("%1 in conflict").arg(number(counters.conflicts));
    }
    if (counters.failed > 0) {
        parts += tr("%1 failed").arg(number(counters.failed));
    }
    return parts.join(QStringLiteral(" \u00b7 "));
}

QString workingWord(Act act) {
    switch (act) {
    case Act::Run:
        return tr("Running");
    case Act::Verify:
        return tr("Verifying");
    case Act::Undo:
        return tr("Undoing");
    case Act::Finalise:
        return tr("Finalising");
    case Act::Report:
        return tr("Writing the report");
    case Act::None:
    case Act::Preview:
    case Act::Plan:
    case Act::Load:
        return tr("Reading");
    }
    return {};
}

QString runVerb(const reencrypt::JournalHead &head) {
    return head.state == JobState::Planned ? tr("Start")
           : !hasLooked(head)              ? tr("Resume")
           : faultsOf(head) > 0            ? tr("Try failed items again")
                                           : tr("Look again");
}

bool mayStillCome(Act act, const reencrypt::JournalHead &head) {
    const bool isOver = head.state == JobState::Finalised || head.state == JobState::Undone;
    const bool writes = !head.spec.safety.dryRun;
    switch (act) {
    case Act::Run:
        return !isOver;
    case Act::Verify:
    case Act::Finalise:
        return !isOver && writes;
    case Act::Undo:
        return !isOver && writes && head.spec.safety.backup;
    default:
        return true;
    }
}

Act nextAct(const reencrypt::JournalHead &head) {
    const bool isDue = !hasLooked(head) || faultsOf(head) > 0;
    return !mayStillCome(Act::Run, head)                                     ? Act::None
           : isDue                                                           ? Act::Run
           : head.state == JobState::Done && mayStillCome(Act::Verify, head) ? Act::Verify
                                                                             : Act::None;
}

QString anotherVerb(const reencrypt::JournalHead &head) {
    return !mayStillCome(Act::Run, head)                ? tr("New job like this\u2026")
           : head.spec.safety.dryRun && hasLooked(head) ? tr("Run it for real\u2026")
                                                        : QString();
}

QString whyNotOnJob(Act act, const reencrypt::JournalHead &head) {
    const QString over = head.state == JobState::Finalised ? tr("The job is finalised. Begin a new one.")
                         : head.state == JobState::Undone  ? tr("The job was undone. Begin a new one.")
                                                           : QString();
    if (act == Act::Report) {
        return {};
    }
    if (act == Act::Run || !over.isEmpty()) {
        return over;
    }
    if (head.spec.safety.dryRun) {
        return tr("A dry run writes nothing.");
    }
    if (act == Act::Undo) {
        return !head.spec.safety.backup          ? tr("The job keeps no undo copies.")
               : head.state == JobState::Planned ? tr("Nothing was written yet.")
                                                 : QString();
    }
    if (!hasLooked(head)) {
        return tr("The job has not looked at everything yet.");
    }
    return act == Act::Finalise && head.state == JobState::Done &&
                   head.spec.verification == reencrypt::Verification::Reply
               ? tr("Verify it first: only answers were checked.")
               : QString();
}

QString endedTitle(Act act, const reencrypt::JournalHead &head) {
    switch (act) {
    case Act::Verify:
        return head.state == JobState::Verified ? tr("Every item was proven")
                                                : tr("Some items could not be proven");
    case Act::Undo:
        return tr("Undone");
    case Act::Finalise:
        return tr("Finalised");
    case Act::Report:
        return tr("Report saved");
    default:
        break;
    }
    return head.spec.safety.dryRun ? tr("Dry run done")
           : faultsOf(head) > 0    ? tr("Done, with items that need a look")
                                   : tr("Done");
}

QString endedText(Act act, const reencrypt::JournalHead &head) {
    switch (act) {
    case Act::Verify:
        return head.state == JobState::Verified
                   ? tr("A second pass has read each value again under the destination key.")
                   : tr("They are listed below.");
    case Act::Undo:
        return tr("The original ciphertexts are back. What somebody else has changed since is left alone.");
    case Act::Finalise:
        return tr("The old ciphertexts are gone. The job can no longer be undone.");
    case Act::Report:
        return tr("It holds ids, digests and causes, no ciphertext and no plaintext.");
    default:
        break;
    }
    return head.spec.safety.dryRun   ? tr("Everything was asked, nothing was written.")
           : faultsOf(head) > 0      ? tr("What is listed below was left as it was.")
           : head.spec.safety.backup ? tr("Undo works until you finalise.")
                                     : QString();
}

QString stoppedTitle(Act act) {
    return act == Act::Run ? tr("Paused") : tr("Stopped");
}

QString stoppedText(Act act) {
    switch (act) {
    case Act::Verify:
        return tr("Nothing was changed. Verify looks at every item again.");
    case Act::Undo:
        return tr("Some originals are back already. Undo goes on with the others, also on another day.");
    case Act::Finalise:
        return tr("Finalise goes on where it stood.");
    default:
        return tr("Nothing is lost. Resume goes on where it stood, also on another day.");
    }
}

} // namespace keyturn::ui
