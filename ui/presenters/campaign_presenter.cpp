// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/campaign_presenter.h"

#include "base/atomic_file.h"
#include "kms/call.h"
#include "reencrypt/job_places.h"
#include "ui/models/key_words.h"
#include "ui/presenters/campaign_jobs.h"
#include "workspace/session.h"
#include "workspace/worker.h"

#include <algorithm>

namespace keyturn::ui {
namespace {

constexpr std::size_t campaignBytesMax = 1024 * 1024;

} // namespace

CampaignPresenter::CampaignPresenter(workspace::Session *session, keychain::Keychain *keychain,
                                     std::filesystem::path folder, std::shared_ptr<reencrypt::JobRates> rates,
                                     QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_folder(folder.empty() ? reencrypt::jobsFolder().parent_path() / "campaigns" : std::move(folder))
    , m_rates(rates ? std::move(rates) : std::make_shared<reencrypt::JobRates>())
    , m_worker(std::make_unique<workspace::Worker>()) {
    if (keychain != nullptr) {
        m_keychain = workspace::journalKeychain(*keychain, {});
    }
}

CampaignPresenter::~CampaignPresenter() {
    m_cancel.cancel();
    m_worker.reset();
}

void CampaignPresenter::refresh() {
    m_entries.clear();
    std::error_code none;
    for (const auto &each : std::filesystem::directory_iterator(m_folder, none)) {
        const auto content = each.path().extension() == ".yaml"
                                 ? readFile(each.path(), campaignBytesMax)
                                 : Result<Bytes>(fail(ErrorCode::FileNotRegular, {}));
        if (!content) {
            continue;
        }
        if (auto record = reencrypt::parseCampaign(asText(*content))) {
            m_entries.push_back({each.path(), std::move(*record)});
        }
    }
    std::sort(m_entries.begin(), m_entries.end(),
              [](const CampaignEntry &a, const CampaignEntry &b) { return a.file < b.file; });
    Q_EMIT entriesChanged();
}

reencrypt::Campaign::Parts CampaignPresenter::parts() {
    reencrypt::JobObserver observer;
    observer.progress = [this, delivery = kms::Delivery(this)](const reencrypt::JobProgress &progress) {
        delivery.post([this, progress] {
            m_progress = progress;
            Q_EMIT progressChanged();
        });
    };
    m_jobs = std::make_unique<CampaignJobs>(m_session, m_keychain, m_folder, m_rates, std::move(observer));
    return {m_session->service(), m_jobs.get(), systemClock()};
}

Status CampaignPresenter::take(Result<reencrypt::Campaign> campaign, const std::filesystem::path &file) {
    if (!campaign) {
        return failFrom(campaign);
    }
    m_campaign = std::make_unique<reencrypt::Campaign>(std::move(*campaign));
    m_file = file;
    m_record = m_campaign->record();
    Q_EMIT recordChanged();
    return {};
}

Status CampaignPresenter::begin(const reencrypt::CampaignSpec &spec) {
    if (m_running || m_session->service() == nullptr) {
        return fail(ErrorCode::Usage, "Nothing is open, or another step is under way.");
    }
    std::string name = spec.name.empty() ? "campaign" : spec.name;
    std::replace(name.begin(), name.end(), '/', '-');
    const std::filesystem::path file = m_folder / (name + ".yaml");
    auto taken = take(reencrypt::Campaign::begin(file, spec, parts()), file);
    refresh();
    return taken;
}

Status CampaignPresenter::open(const std::filesystem::path &file) {
    if (m_running || m_session->service() == nullptr) {
        return fail(ErrorCode::Usage, "Nothing is open, or another step is under way.");
    }
    return take(reencrypt::Campaign::open(file, parts()), file);
}

void CampaignPresenter::close() {
    stop();
    m_worker = std::make_unique<workspace::Worker>(); // waits for what runs
    ++m_round;
    m_running.reset();
    m_campaign.reset();
    m_jobs.reset();
    m_record = {};
    m_file.clear();
    Q_EMIT recordChanged();
}

QString CampaignPresenter::blocked(reencrypt::CampaignStep step) const {
    if (!m_campaign) {
        return tr("No campaign is open.");
    }
    return m_running ? tr("A step is under way.") : fromUtf8(m_campaign->blocked(step));
}

void CampaignPresenter::perform(reencrypt::CampaignStep step) {
    if (!m_campaign || m_running) {
        return;
    }
    m_running = step;
    m_progress = {};
    m_cancel = CancelSource();
    Q_EMIT runningChanged();
    m_worker->run([this, step, round = m_round, campaign = m_campaign.get(), cancel = m_cancel.token(),
                   delivery = kms::Delivery(this)] {
        Status status = campaign->perform(step, cancel);
        delivery.post([this, step, round, status = std::move(status)] { end(step, round, status); });
    });
}

void CampaignPresenter::end(reencrypt::CampaignStep step, std::uint64_t round, const Status &status) {
    if (round != m_round) {
        return; // closed meanwhile
    }
    m_running.reset();
    m_record = m_campaign->record();
    refresh();
    Q_EMIT runningChanged();
    Q_EMIT recordChanged();
    Q_EMIT ended(step, status);
}

void CampaignPresenter::stop() {
    m_cancel.cancel();
}

} // namespace keyturn::ui
