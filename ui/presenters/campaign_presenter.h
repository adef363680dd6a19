// SPDX-License-Identifier: Apache-2.0
// CampaignPresenter: the rotation campaigns of this person, for a window: their files, and one that is open
// with the step under way. A step blocks and runs on a thread of the presenter's own; its death stops it and
// waits. GUI thread. Owner: the campaign view.
#pragma once

#include "base/cancel.h"
#include "reencrypt/campaign/campaign.h"
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
class Worker;
} // namespace keyturn::workspace

namespace keyturn::ui {

class CampaignJobs;

struct CampaignEntry {
    std::filesystem::path file;
    reencrypt::CampaignRecord record;
};

class CampaignPresenter : public QObject {
    Q_OBJECT

public:
    /// Both are borrowed; the keychain may be null. `folder` empty: Keyturn's. `rates`: those of the jobs
    /// beside it; null: its own.
    CampaignPresenter(workspace::Session *session, keychain::Keychain *keychain,
                      std::filesystem::path folder = {}, std::shared_ptr<reencrypt::JobRates> rates = nullptr,
                      QObject *parent = nullptr);
    ~CampaignPresenter() override;

    /// By name; files that cannot be read are left out.
    const std::vector<CampaignEntry> &entries() const { return m_entries; }
    void refresh();

    Status begin(const reencrypt::CampaignSpec &spec);
    Status open(const std::filesystem::path &file);
    void close();
    bool isOpen() const { return m_campaign != nullptr; }
    /// As of the last step that ended.
    const reencrypt::CampaignRecord &record() const { return m_record; }
    const std::filesystem::path &file() const { return m_file; }
    /// Why the step cannot be taken now; empty: it can.
    QString blocked(reencrypt::CampaignStep step) const;

    std::optional<reencrypt::CampaignStep> running() const { return m_running; }
    void perform(reencrypt::CampaignStep step);
    void stop();
    const reencrypt::JobProgress &progress() const { return m_progress; }

Q_SIGNALS:
    void entriesChanged();
    void recordChanged();
    void runningChanged();
    void progressChanged();
    void ended(keyturn::reencrypt::CampaignStep step, const keyturn::Status &status);

private:
    Status take(Result<reencrypt::Campaign> campaign, const std::filesystem::path &file);
    reencrypt::Campaign::Parts parts();
    void end(reencrypt::CampaignStep step, std::uint64_t round, const Status &status);

    workspace::Session *m_session;
    std::shared_ptr<workspace::JournalKeychain> m_keychain;
    std::filesystem::path m_folder;
    std::shared_ptr<reencrypt::JobRates> m_rates;
    std::vector<CampaignEntry> m_entries;
    std::unique_ptr<CampaignJobs> m_jobs;
    std::unique_ptr<reencrypt::Campaign> m_campaign; ///< on the worker while a step runs
    std::filesystem::path m_file;
    reencrypt::CampaignRecord m_record;
    std::optional<reencrypt::CampaignStep> m_running;
    std::uint64_t m_round = 0; ///< steps of a campaign that was closed meanwhile are not heard
    reencrypt::JobProgress m_progress;
    CancelSource m_cancel;
    std::unique_ptr<workspace::Worker> m_worker; ///< last: joined before the rest goes
};

} // namespace keyturn::ui
