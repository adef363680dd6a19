// SPDX-License-Identifier: Apache-2.0
// CampaignJobs: runs the jobs of a rotation campaign on an open session: the CampaignPort of the window. Its
// port members are called on the campaign's thread; the journal's key is asked for on the GUI thread, since a
// keychain is. Made and destroyed on the GUI thread. Owner: the campaign presenter, which outlives the calls.
#pragma once

#include "reencrypt/campaign/campaign.h"
#include "ui/presenters/job_backing.h"
#include "ui/presenters/job_presenter.h"
#include "workspace/journal_keys.h"

#include <QObject>

#include <memory>

namespace keyturn::workspace {
class Session;
}

namespace keyturn::ui {

class CampaignJobs final : public QObject, public reencrypt::CampaignPort {
    Q_OBJECT

public:
    CampaignJobs(workspace::Session *session, std::shared_ptr<workspace::JournalKeychain> keychain,
                 std::filesystem::path folder, std::shared_ptr<reencrypt::JobRates> rates,
                 reencrypt::JobObserver observer);

    Result<reencrypt::CampaignJob> perform(reencrypt::CampaignStep step, const std::string &jobFile,
                                           const std::string &destinationKey,
                                           const CancelToken &cancel) override;
    Result<std::uint64_t> itemsOn(const std::string &key, const std::string &destinationKey,
                                  const std::string &jobFile, const CancelToken &cancel) override;
    Result<reencrypt::LastUse> lastUse(const std::string &key, const CancelToken &cancel) override;
    Status pause(std::chrono::milliseconds time, const CancelToken &cancel) override;

private:
    Result<reencrypt::JobSpec> specOf(const std::string &jobFile, const std::string &destinationKey) const;
    reencrypt::JobParts partsFor(const std::string &jobFile, const reencrypt::JobSpec &spec) const;
    Result<std::unique_ptr<reencrypt::Journal>> journalFor(const std::string &jobFile,
                                                           const reencrypt::JobSpec &spec, bool mustExist,
                                                           const CancelToken &cancel);
    Result<std::shared_ptr<workspace::JournalKey>> keyFrom(const std::string &source,
                                                           const CancelToken &cancel);
    Result<reencrypt::CampaignJob> plan(const std::string &jobFile, const reencrypt::JobSpec &spec,
                                        const CancelToken &cancel);
    Result<reencrypt::CampaignJob> work(const std::string &jobFile, const reencrypt::JobSpec &spec,
                                        bool verify, const CancelToken &cancel);

    workspace::Session *m_session;
    std::shared_ptr<workspace::JournalKeychain> m_keychain;
    std::filesystem::path m_folder;
    reencrypt::JobObserver m_observer;
    std::shared_ptr<workspace::OpenVault> m_vault; ///< nullptr: an endpoint
    JobBacking m_backing;
};

} // namespace keyturn::ui
