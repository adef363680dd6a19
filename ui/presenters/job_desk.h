// SPDX-License-Identifier: Apache-2.0
// JobDesk: the bulk jobs of this person, for a window: those whose journals lie in Keyturn's jobs folder, and
// new ones. Gives a JobPresenter what it needs of the open session: service, shared rate, the journal with
// its key (fetched here, since a keychain is asked on the GUI thread). GUI thread. Owner: the jobs window.
#pragma once

#include "reencrypt/job_places.h"
#include "reencrypt/job_rate.h"
#include "reencrypt/journal.h"
#include "ui/models/job_list_model.h"
#include "ui/presenters/job_presenter.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace keyturn::keychain {
class Keychain;
}
namespace keyturn::workspace {
class JournalKeychain;
class Session;
struct JournalKey;
} // namespace keyturn::workspace

namespace keyturn::ui {

struct OpenedJob {
    std::unique_ptr<JobPresenter> presenter;
    std::filesystem::path journal; ///< of a new job: made when it runs
    std::filesystem::path jobFile; ///< of a new job
};

class JobDesk : public QObject {
    Q_OBJECT

public:
    using Opened = std::function<void(Result<OpenedJob>)>;

    /// Both are borrowed and outlive the desk; the keychain may be null. `folder` empty: Keyturn's.
    JobDesk(workspace::Session *session, keychain::Keychain *keychain, std::filesystem::path folder = {},
            QObject *parent = nullptr);
    ~JobDesk() override;

    /// Shared with whatever else runs jobs beside this desk.
    std::shared_ptr<reencrypt::JobRates> rates() const { return m_rates; }

    /// Newest first. Unreadable journals are left out and counted.
    const std::vector<JobEntry> &entries() const { return m_entries; }
    int unreadable() const { return m_unreadable; }
    void refresh();

    /// For the wizard: preview and plan, no journal.
    JobPresenter::Parts planningParts() const;
    /// A new job, its paths absolute. `file` is its job file if it was saved, else one is written into the
    /// jobs folder, so that the terminal finds the job as well. What is to be known of where the journal's
    /// key lies now comes by `noticed`.
    void openNew(const reencrypt::JobSpec &spec, const QString &file, Opened opened);
    void openAgain(const JobEntry &entry, Opened opened);

    /// A job file for the window, its paths absolute. Errors: those of readJobFile(), and Usage for a job
    /// that only the command line can run.
    static Result<reencrypt::JobSpec> readJob(const std::filesystem::path &file);
    /// The job that has begun from this file, asks for the same and is neither finalised nor undone.
    std::optional<JobEntry> begunFrom(const std::filesystem::path &file,
                                      const reencrypt::JobSpec &spec) const;

Q_SIGNALS:
    void entriesChanged();
    void noticed(const QString &sentence);

private:
    using KeyUser = std::function<void(Result<std::shared_ptr<workspace::JournalKey>>)>;
    void withKey(const std::string &source, KeyUser use);
    Result<std::filesystem::path> keptJobFile(const reencrypt::JobSpec &spec) const;
    JobPresenter::Parts partsFor(std::filesystem::path journal, const std::filesystem::path &base, bool isNew,
                                 std::shared_ptr<workspace::JournalKey> key) const;

    workspace::Session *m_session;
    std::filesystem::path m_folder;
    bool m_isOwnFolder; ///< not Keyturn's: all jobs lie in it side by side
    std::shared_ptr<workspace::JournalKeychain> m_keychain;
    std::shared_ptr<reencrypt::JobRates> m_rates;
    std::vector<JobEntry> m_entries;
    int m_unreadable = 0;
};

} // namespace keyturn::ui
