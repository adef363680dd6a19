// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/job_desk.h"

#include "base/atomic_file.h"
#include "base/platform/file.h"
#include "kms/call.h"
#include "reencrypt/job_file.h"
#include "ui/models/key_words.h"
#include "ui/presenters/job_backing.h"
#include "workspace/journal_keys.h"
#include "workspace/session.h"

#include <QDir>

#include <algorithm>

namespace keyturn::ui {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t longestJobFile = 1024 * 1024;

Error nothingOpen() {
    return clientError(ErrorCode::VaultLocked, "Nothing is open. Unlock the vault or connect first.");
}

} // namespace

JobDesk::JobDesk(workspace::Session *session, keychain::Keychain *keychain, std::filesystem::path folder,
                 QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_folder(folder.empty() ? reencrypt::jobsFolder() : folder)
    , m_isOwnFolder(!folder.empty())
    , m_rates(std::make_shared<reencrypt::JobRates>()) {
    if (keychain != nullptr) {
        m_keychain = workspace::journalKeychain(*keychain, {});
    }
}

JobDesk::~JobDesk() = default;

void JobDesk::refresh() {
    m_entries.clear();
    m_unreadable = 0;
    for (const std::filesystem::path &journal : reencrypt::journalsIn(m_folder)) {
        auto head = reencrypt::Journal::peek(journal);
        if (!head) {
            ++m_unreadable;
            continue;
        }
        const reencrypt::JobHolder holder = reencrypt::holderOf(journal);
        m_entries.push_back({journal, std::move(*head), holder.isHeld ? fromUtf8(holder.note) : QString()});
    }
    std::stable_sort(m_entries.begin(), m_entries.end(),
                     [](const JobEntry &a, const JobEntry &b) { return a.head.changed > b.head.changed; });
    Q_EMIT entriesChanged();
}

JobPresenter::Parts JobDesk::planningParts() const {
    return partsFor({}, QDir::homePath().toStdString(), true, nullptr);
}

JobPresenter::Parts JobDesk::partsFor(std::filesystem::path journal, const std::filesystem::path &base,
                                      bool isNew, std::shared_ptr<workspace::JournalKey> key) const {
    JobPresenter::Parts parts;
    parts.jobParts = [backing = JobBacking::of(*m_session, m_rates), base](const reencrypt::JobSpec &spec) {
        return backing.partsFor(spec, base);
    };
    parts.journal = [journal = std::move(journal), isNew,
                     key](const reencrypt::JobSpec &spec) -> Result<std::unique_ptr<reencrypt::Journal>> {
        std::error_code ignored;
        if (!isNew || std::filesystem::exists(journal, ignored)) {
            return reencrypt::Journal::open(journal, key->key, systemClock());
        }
        return reencrypt::Journal::create(journal, spec, key->key, key->source, systemClock());
    };
    return parts;
}

void JobDesk::withKey(const std::string &source, KeyUser use) {
    workspace::JournalKeyWish wish;
    wish.source = source;
    wish.vault = m_session->vault();
    workspace::obtainJournalKey(std::move(wish), m_keychain,
                                [this, delivery = kms::Delivery(this),
                                 use = std::move(use)](Result<workspace::JournalKey> key) mutable {
                                    delivery.post(
                                        [this, use = std::move(use), key = std::move(key)]() mutable {
                                            if (!key) {
                                                return use(failFrom(key));
                                            }
                                            if (!key->notice.empty()) {
                                                Q_EMIT noticed(fromUtf8(key->notice));
                                            }
                                            use(std::make_shared<workspace::JournalKey>(std::move(*key)));
                                        });
                                });
}

/// Where the job file of a job that was not saved lies: named after it, another one's is never overwritten.
Result<fs::path> JobDesk::keptJobFile(const reencrypt::JobSpec &spec) const {
    std::string name = spec.name.empty() ? "job" : spec.name;
    std::replace(name.begin(), name.end(), '/', '-');
    const std::string text = reencrypt::writeJob(spec);
    if (auto made = platform::createPrivateDirectory(m_folder); !made) {
        return failFrom(made);
    }
    for (int n = 1;; ++n) {
        const fs::path file = m_folder / (n == 1 ? name + ".yaml" : name + "-" + std::to_string(n) + ".yaml");
        std::error_code ignored;
        if (!fs::exists(file, ignored)) {
            auto saved = writeFileAtomically(file, asBytes(text), {});
            return saved ? Result<fs::path>(file) : failFrom(saved);
        }
        const auto there = readFile(file, longestJobFile);
        if (there && asText(*there) == text) {
            return file;
        }
    }
}

void JobDesk::openNew(const reencrypt::JobSpec &spec, const QString &file, Opened opened) {
    if (m_session->service() == nullptr) {
        return opened(fail(nothingOpen()));
    }
    auto jobFile = file.isEmpty() ? keptJobFile(spec) : Result<fs::path>(fs::path(file.toStdString()));
    if (!jobFile) {
        return opened(failFrom(jobFile));
    }
    auto journal =
        reencrypt::nextJournal(reencrypt::placeOf(*jobFile, m_isOwnFolder ? m_folder : fs::path()));
    if (!journal) {
        return opened(failFrom(journal));
    }
    withKey({}, [this, journal = *journal, jobFile = *jobFile,
                 opened = std::move(opened)](Result<std::shared_ptr<workspace::JournalKey>> key) {
        if (!key) {
            return opened(failFrom(key));
        }
        opened(OpenedJob{std::make_unique<JobPresenter>(partsFor(journal, jobFile.parent_path(), true, *key)),
                         journal, jobFile});
    });
}

Result<reencrypt::JobSpec> JobDesk::readJob(const fs::path &file) {
    auto spec = reencrypt::readJobFile(file);
    if (!spec) {
        return spec;
    }
    if (!spec->destinationService.empty()) {
        return fail(ErrorCode::Usage, "destination-service: a move between two services runs on the command "
                                      "line: keyturn-cli job run " +
                                          file.string());
    }
    return reencrypt::withAbsolutePaths(std::move(*spec), fs::absolute(file).parent_path());
}

std::optional<JobEntry> JobDesk::begunFrom(const fs::path &file, const reencrypt::JobSpec &spec) const {
    const auto journal =
        reencrypt::newestJournal(reencrypt::placeOf(file, m_isOwnFolder ? m_folder : fs::path()));
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&](const JobEntry &each) {
        return journal && each.journal == *journal && each.head.state != reencrypt::JobState::Finalised &&
               each.head.state != reencrypt::JobState::Undone && reencrypt::isSameWork(each.head.spec, spec);
    });
    return found == m_entries.end() ? std::nullopt : std::optional(*found);
}

void JobDesk::openAgain(const JobEntry &entry, Opened opened) {
    if (m_session->service() == nullptr) {
        return opened(fail(nothingOpen()));
    }
    withKey(entry.head.keySource, [this, journal = entry.journal, opened = std::move(opened)](
                                      Result<std::shared_ptr<workspace::JournalKey>> key) {
        if (!key) {
            return opened(failFrom(key));
        }
        opened(
            OpenedJob{std::make_unique<JobPresenter>(partsFor(journal, journal.parent_path(), false, *key)),
                      journal,
                      {}});
    });
}

} // namespace keyturn::ui
