// SPDX-License-Identifier: Apache-2.0
// A bulk job in words: what it does, what became of it, and why an act does not apply now. Pure functions,
// shared by the view, the list and the main window.
#pragma once

#include "reencrypt/journal.h"
#include "ui/presenters/job_presenter.h"

#include <QString>

namespace keyturn::ui {

/// "From alias/a to alias/b".
QString jobDirection(const reencrypt::JobSpec &spec);
/// "JSON Lines file: /srv/users.jsonl".
QString jobSource(const reencrypt::JobSpec &spec);
/// "9,998 done · 2 failed".
QString countsText(const reencrypt::Counters &counters, bool dryRun);
/// "Running", "Verifying", ...
QString workingWord(JobPresenter::Act act);
/// What run() is called in this state: Start, Resume, ...
QString runVerb(const reencrypt::JournalHead &head);
/// Whether the act may still come in this job's life: what never will is not offered at all.
bool mayStillCome(JobPresenter::Act act, const reencrypt::JournalHead &head);
/// The act that is due: what a window offers first. None: nothing is.
JobPresenter::Act nextAct(const reencrypt::JournalHead &head);
/// What begins a new job like this one: after a dry run in earnest, else again; empty: it is not the time.
QString anotherVerb(const reencrypt::JournalHead &head);
/// As the runner decides it, said before anybody asks; empty: the act applies.
QString whyNotOnJob(JobPresenter::Act act, const reencrypt::JournalHead &head);
/// What is said when an act has succeeded.
QString endedTitle(JobPresenter::Act act, const reencrypt::JournalHead &head);
QString endedText(JobPresenter::Act act, const reencrypt::JournalHead &head);
/// What is said when a person has stopped an act.
QString stoppedTitle(JobPresenter::Act act);
QString stoppedText(JobPresenter::Act act);

} // namespace keyturn::ui
