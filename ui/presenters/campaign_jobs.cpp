// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/campaign_jobs.h"

#include "reencrypt/job_file.h"
#include "reencrypt/job_places.h"
#include "ui/presenters/job_words.h"
#include "ui/presenters/service_last_use.h"
#include "ui/presenters/vault_last_use.h"
#include "workspace/session.h"

#include <QTimer>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace keyturn::ui {
namespace {

using reencrypt::CampaignJob;
using reencrypt::CampaignStep;
using reencrypt::JobState;

/// An answer that one thread waits for and another gives, or nobody.
template <class T>
class Awaited {
public:
    void give(T value) {
        const std::lock_guard lock(m_mutex);
        m_value = std::move(value);
        m_wake.notify_all();
    }
    void giveUp() {
        const std::lock_guard lock(m_mutex);
        m_over = true;
        m_wake.notify_all();
    }
    std::optional<T> wait() {
        std::unique_lock lock(m_mutex);
        m_wake.wait(lock, [this] { return m_value || m_over; });
        return std::move(m_value);
    }
    /// True: the time passed undisturbed.
    bool rest(std::chrono::milliseconds time) {
        std::unique_lock lock(m_mutex);
        return !m_wake.wait_for(lock, time, [this] { return m_over; });
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::optional<T> m_value;
    bool m_over = false;
};

Error stopped() {
    return clientError(ErrorCode::Cancelled, "stopped by a person");
}

bool isOver(JobState state) {
    return state == JobState::Finalised || state == JobState::Undone;
}

} // namespace

CampaignJobs::CampaignJobs(workspace::Session *session, std::shared_ptr<workspace::JournalKeychain> keychain,
                           std::filesystem::path folder, std::shared_ptr<reencrypt::JobRates> rates,
                           reencrypt::JobObserver observer)
    : m_session(session)
    , m_keychain(std::move(keychain))
    , m_folder(std::move(folder))
    , m_observer(std::move(observer))
    , m_vault(session->vault())
    , m_backing(JobBacking::of(*session, std::move(rates))) {}

Result<reencrypt::JobSpec> CampaignJobs::specOf(const std::string &jobFile,
                                                const std::string &destinationKey) const {
    auto spec = reencrypt::readJobFile(jobFile);
    if (spec) {
        spec->destinationKey = destinationKey;
        spec = reencrypt::withAbsolutePaths(std::move(*spec), std::filesystem::path(jobFile).parent_path());
    }
    return spec;
}

reencrypt::JobParts CampaignJobs::partsFor(const std::string &jobFile, const reencrypt::JobSpec &spec) const {
    reencrypt::JobParts parts = m_backing.partsFor(spec, std::filesystem::path(jobFile).parent_path());
    parts.observer = m_observer;
    return parts;
}

Result<std::shared_ptr<workspace::JournalKey>> CampaignJobs::keyFrom(const std::string &source,
                                                                     const CancelToken &cancel) {
    using Key = Result<workspace::JournalKey>;
    auto awaited = std::make_shared<Awaited<Key>>();
    const auto subscription = cancel.onCancel([awaited] { awaited->giveUp(); });
    QTimer::singleShot(0, this, [this, source, awaited] {
        workspace::JournalKeyWish wish;
        wish.source = source;
        wish.vault = m_session->vault();
        workspace::obtainJournalKey(std::move(wish), m_keychain,
                                    [awaited](Key key) { awaited->give(std::move(key)); });
    });
    auto key = awaited->wait();
    if (!key) {
        return fail(stopped());
    }
    if (!*key) {
        return failFrom(*key);
    }
    return std::make_shared<workspace::JournalKey>(std::move(**key));
}

Result<std::unique_ptr<reencrypt::Journal>> CampaignJobs::journalFor(const std::string &jobFile,
                                                                     const reencrypt::JobSpec &spec,
                                                                     bool mustExist,
                                                                     const CancelToken &cancel) {
    // Dry runs are many and each is looked at once: they do not stand among the jobs.
    const reencrypt::JobPlace place =
        reencrypt::placeOf(jobFile, spec.safety.dryRun ? m_folder / "dry-runs" : std::filesystem::path());
    const auto newest = spec.safety.dryRun ? std::nullopt : reencrypt::newestJournal(place);
    if (newest) {
        auto head = reencrypt::Journal::peek(*newest);
        if (!head) {
            return failFrom(head);
        }
        if (mustExist || (!isOver(head->state) && reencrypt::isSameWork(head->spec, spec))) {
            auto key = keyFrom(head->keySource, cancel);
            return key ? reencrypt::Journal::open(*newest, (*key)->key, systemClock())
                       : Result<std::unique_ptr<reencrypt::Journal>>(failFrom(key));
        }
    }
    if (mustExist) {
        return fail(ErrorCode::FileNotFound, jobFile + ": the job has no journal yet; run it first");
    }
    auto next = reencrypt::nextJournal(place);
    if (!next) {
        return failFrom(next);
    }
    auto key = keyFrom({}, cancel);
    if (!key) {
        return failFrom(key);
    }
    return reencrypt::Journal::create(*next, spec, (*key)->key, (*key)->source, systemClock());
}

Result<CampaignJob> CampaignJobs::perform(CampaignStep step, const std::string &jobFile,
                                          const std::string &destinationKey, const CancelToken &cancel) {
    auto spec = specOf(jobFile, destinationKey);
    if (!spec) {
        return failFrom(spec);
    }
    spec->safety.dryRun = step == CampaignStep::DryRun;
    return step == CampaignStep::Plan ? plan(jobFile, *spec, cancel)
                                      : work(jobFile, *spec, step == CampaignStep::Verify, cancel);
}

Result<CampaignJob> CampaignJobs::plan(const std::string &jobFile, const reencrypt::JobSpec &spec,
                                       const CancelToken &cancel) {
    reencrypt::JobRunner runner(spec, partsFor(jobFile, spec));
    auto plan = runner.plan(cancel);
    if (!plan) {
        return failFrom(plan);
    }
    for (const reencrypt::Finding &finding : plan->findings) {
        if (finding.weight == reencrypt::Finding::Weight::Blocks) {
            return fail(ErrorCode::Usage, jobFile + ": " + finding.text);
        }
    }
    CampaignJob job;
    job.summary =
        std::to_string(plan->survey.items) + " items, " + std::to_string(plan->callsEstimated) + " calls.";
    return job;
}

Result<CampaignJob> CampaignJobs::work(const std::string &jobFile, const reencrypt::JobSpec &spec,
                                       bool verify, const CancelToken &cancel) {
    auto journal = journalFor(jobFile, spec, verify, cancel);
    if (!journal) {
        return failFrom(journal);
    }
    reencrypt::JobRunner runner(std::move(*journal), partsFor(jobFile, spec));
    const auto subscription = cancel.onCancel([&runner] { runner.stop(reencrypt::Stop::AfterBatch); });
    Status done = verify ? runner.verify() : runner.run();
    if (!done) {
        return failFrom(done);
    }
    CampaignJob job;
    job.counters = runner.progress().counters;
    job.state = runner.head().state;
    job.summary = verify ? std::to_string(job.counters.verified) + " items proven."
                         : countsText(job.counters, spec.safety.dryRun).toStdString() + ".";
    return job;
}

/// What a dry run would still move is left. What it could not look at may be; a stray is under another key.
Result<std::uint64_t> CampaignJobs::itemsOn(const std::string &key, const std::string &destinationKey,
                                            const std::string &jobFile, const CancelToken &cancel) {
    auto spec = specOf(jobFile, destinationKey);
    if (!spec) {
        return failFrom(spec);
    }
    spec->sourceKeys = {key};
    spec->safety.dryRun = true;
    auto journal = journalFor(jobFile, *spec, false, cancel);
    if (!journal) {
        return failFrom(journal);
    }
    std::uint64_t strays = 0;
    reencrypt::JobParts parts = partsFor(jobFile, *spec);
    parts.observer.faults = [&strays](const std::vector<reencrypt::ItemRecord> &faults) {
        strays +=
            static_cast<std::uint64_t>(std::count_if(faults.begin(), faults.end(), [](const auto &fault) {
                return fault.cause == reencrypt::Cause::StrayKey;
            }));
    };
    reencrypt::JobRunner runner(std::move(*journal), std::move(parts));
    const auto subscription = cancel.onCancel([&runner] { runner.stop(reencrypt::Stop::Now); });
    if (auto looked = runner.run(); !looked) {
        return failFrom(looked);
    }
    const reencrypt::Counters counters = runner.progress().counters;
    return counters.found - counters.skipped - std::min(strays, counters.failed);
}

Result<reencrypt::LastUse> CampaignJobs::lastUse(const std::string &key, const CancelToken &cancel) {
    if (m_vault != nullptr) {
        return lastUseInLog(*m_vault, key);
    }
    return lastUseByService(*m_backing.services.service, key, cancel);
}

Status CampaignJobs::pause(std::chrono::milliseconds time, const CancelToken &cancel) {
    Awaited<int> rest;
    const auto subscription = cancel.onCancel([&rest] { rest.giveUp(); });
    return rest.rest(time) ? Status{} : Status(fail(stopped()));
}

} // namespace keyturn::ui
