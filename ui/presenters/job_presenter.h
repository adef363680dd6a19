// SPDX-License-Identifier: Apache-2.0
// JobPresenter: one bulk job for a window (features-and-screens.md 3.6): preview, plan, run, verify, undo,
// finalise. What blocks runs on a thread of the presenter's own, one act at a time; signals come on the GUI
// thread. Holds no plaintext and no ciphertext. Between acts the journal is let go of, so that others may
// work on the job. Its death stops the act at once and waits: the job stays resumable. GUI thread. Owner: the
// view that shows the job.
#pragma once

#include "base/cancel.h"
#include "base/result.h"
#include "reencrypt/job.h"
#include "reencrypt/plan.h"
#include "reencrypt/runner.h"

#include <QObject>
#include <QString>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace keyturn::workspace {
class Worker;
}

namespace keyturn::ui {

class JobPresenter : public QObject {
    Q_OBJECT

public:
    enum class Act { None, Preview, Plan, Load, Run, Verify, Undo, Finalise, Report };

    /// What a job needs of the rest of the program; called on the presenter's thread.
    struct Parts {
        std::function<reencrypt::JobParts(const reencrypt::JobSpec &)> jobParts;
        /// The job's journal, made where there is none.
        std::function<Result<std::unique_ptr<reencrypt::Journal>>(const reencrypt::JobSpec &)> journal;
    };
    static constexpr std::size_t faultsMost = 10000; ///< kept here; the report has them all
    static constexpr std::uint64_t previewItems = 20;

    explicit JobPresenter(Parts parts, QObject *parent = nullptr);
    ~JobPresenter() override;

    /// A newer preview replaces one under way.
    void preview(reencrypt::JobSpec spec);
    void plan(reencrypt::JobSpec spec);
    /// What was planned counts no longer.
    void forgetPlan() { m_plan.reset(); }
    // On the job's journal. Nothing happens while another act is under way.
    /// What the journal tells: state, counts and faults.
    void load();
    void run(reencrypt::JobSpec spec);
    void verify();
    void undo();
    void finalise();
    /// JSON, CSV or HTML by the file's ending; HTML where it has none of these.
    void report(const std::filesystem::path &file);
    /// A job whose journal stands: what verify(), undo() and finalise() work on before a run.
    void setSpec(reencrypt::JobSpec spec) { m_spec = std::move(spec); }

    /// Of a run: first after the present batch, asked a second time at once. Of the others: at once.
    void stop();
    bool isStopping() const { return m_stopsAsked > 0; }
    /// 0: none. Holds from the next call on.
    void setCeiling(double perSecond);

    Act act() const { return m_act; }
    bool isBusy() const { return m_act != Act::None; }
    const reencrypt::JobSpec &spec() const { return m_spec; }
    const std::vector<reencrypt::PreviewItem> &previewed() const { return m_preview; }
    const std::optional<reencrypt::Plan> &planned() const { return m_plan; }
    const reencrypt::JobProgress &progress() const { return m_progress; }
    const std::vector<reencrypt::ItemRecord> &faults() const { return m_faults; }
    std::uint64_t faultCount() const { return m_faultCount; }

    /// "3,412 of 10,000 · 1,250/s · 5 min left": what is known of it.
    QString progressText() const;
    /// "Throttled 12 times · 64/s of 200/s": empty while nothing was throttled.
    QString rateText() const;

Q_SIGNALS:
    void busyChanged();
    void previewChanged();
    void planChanged();
    void progressChanged();
    void faultsArrived(std::size_t first); ///< index of the first new one in faults()
    /// Cancelled is no error: the person stopped it.
    void ended(keyturn::ui::JobPresenter::Act act, const keyturn::Status &status);

private:
    struct Shared;
    using Work = std::function<Status(Shared &shared, const CancelToken &cancel)>;
    void begin(Act act, Work work);
    void end(Act act, std::uint64_t round, const Status &status);
    Status withRunner(Shared &shared, const reencrypt::JobSpec &spec, reencrypt::JobObserver watching,
                      const CancelToken &cancel, Status (reencrypt::JobRunner::*member)());
    void onJob(Act act, Status (reencrypt::JobRunner::*member)());
    void takeProgress(const reencrypt::JobProgress &progress);
    void takeFaults(std::vector<reencrypt::ItemRecord> faults);
    reencrypt::JobObserver observer();

    Parts m_parts;
    std::shared_ptr<Shared> m_shared;
    Act m_act = Act::None;
    std::uint64_t m_round = 0;
    int m_stopsAsked = 0;
    CancelSource m_cancel;
    reencrypt::JobSpec m_spec;
    std::vector<reencrypt::PreviewItem> m_preview;
    std::optional<reencrypt::Plan> m_plan;
    reencrypt::JobProgress m_progress;
    std::vector<reencrypt::ItemRecord> m_faults;
    std::uint64_t m_faultCount = 0;
    std::unique_ptr<workspace::Worker> m_worker; ///< last: joined before the rest goes
};

} // namespace keyturn::ui
