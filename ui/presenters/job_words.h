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
/// As the runner decides it, said before anybody asks; empty: the act applies.
QString whyNotOnJob(JobPresenter::Act act, const reencrypt::JournalHead &head);
/// What is said when an act has succeeded.
QString endedTitle(JobPresenter::Act act, const reencrypt::JournalHead &head);
QString endedText(JobPresenter::Act act, const reencrypt::JournalHead &head);

} // namespace keyturn::ui
