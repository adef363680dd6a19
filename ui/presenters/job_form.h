// SPDX-License-Identifier: Apache-2.0
// What the job wizard's pages know without widgets: which member of the job file belongs to which page, what
// is wrong with it, templates to begin with, and the command that does the same. Pure functions.
#pragma once

#include "reencrypt/job.h"
#include "workspace/profile.h"

#include <QString>

#include <vector>

namespace keyturn::ui {

enum class JobPage { Source, Blobs, Keys, Safety, Review };
inline constexpr int jobPageCount = 5;
QString title(JobPage page);

struct JobFault {
    JobPage page = JobPage::Source;
    QString member;   ///< as the job file calls it, "source.table"
    QString sentence; ///< what is wrong and how to mend it
};
/// All of checkJob()'s, in order of pages. `from`: pages that were not reached yet are silent.
std::vector<JobFault> jobFaults(const reencrypt::JobSpec &spec);

/// The page that shows a member of the job file.
JobPage pageOf(QStringView member);

/// A job to begin with: a dry run first; a vault has no ceiling and verifies by decryption.
reencrypt::JobSpec newJob(bool inVault);

struct JobTemplate {
    QString name;
    QString sentence;
    reencrypt::JobSpec spec;
};
std::vector<JobTemplate> jobTemplates(bool inVault);

/// "keyturn-cli job run secrets.yaml --profile production".
QString jobCommand(const QString &jobFile, const workspace::Profile &profile);

/// "Files", "JSON Lines", "SQLite table", ...
QString kindName(reencrypt::SourceKind kind);

} // namespace keyturn::ui
