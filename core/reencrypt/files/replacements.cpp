// SPDX-License-Identifier: Apache-2.0
// Writing the new contents of a hot zone beside its files, some of them at a time: all are written before the
// first is synced, so that the file system writes them out together.
#include "base/platform/replacement_file.h"
#include "crypto/sha256.h"
#include "reencrypt/files/file_candidate.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <utility>

namespace keyturn::reencrypt {
namespace {

using platform::PinnedFile;
using platform::ReplacementFile;

constexpr std::size_t syncsAtOnce = 8;
constexpr std::size_t openAtOnce = 64; ///< well below the usual 1,024 descriptors, two for each

/// The file alone is concerned, not the job.
bool isOfOneFile(ErrorCode code) {
    return code == ErrorCode::PermissionDenied || code == ErrorCode::ReadOnly ||
           code == ErrorCode::FileNotFound || code == ErrorCode::FileNotRegular ||
           code == ErrorCode::FileExists;
}

Cause causeOfWriting(ErrorCode code) {
    return code == ErrorCode::FileNotFound     ? Cause::Missing
           : code == ErrorCode::FileNotRegular ? Cause::NotRegular
                                               : Cause::ReadOnly;
}

class ReplacementWriter {
public:
    explicit ReplacementWriter(const FileLedger &ledger)
        : m_ledger(ledger) {}

    /// Refuses the file where it alone is at fault.
    Status begin(FileCandidate &candidate) {
        auto begun = write(candidate);
        if (begun) {
            return {};
        }
        const Error &error = begun.error();
        return isOfOneFile(error.code) ? refuse(candidate, causeOfWriting(error.code), error.detail) : begun;
    }
    Status finishAll() {
        if (auto synced = syncAll(); !synced) {
            return synced;
        }
        for (Begun &each : m_begun) {
            if (auto done = finish(each); !done) {
                return done;
            }
        }
        m_begun.clear();
        return {};
    }
    /// The job stops: as if nothing had been written.
    void discardAll() {
        for (Begun &each : m_begun) {
            (void)each.file.discard().has_value();
        }
        for (const ZoneFile &each : m_done) {
            if (auto file = ReplacementFile::reopen(each.path, each.tag)) {
                (void)file->discard().has_value();
            }
        }
    }
    std::size_t begun() const { return m_begun.size(); }
    std::vector<ZoneFile> takeDone() { return std::move(m_done); }

private:
    struct Begun {
        FileCandidate *candidate;
        ReplacementFile file;
        std::string tag;
    };

    static Status refuse(FileCandidate &candidate, Cause cause, const std::string &message) {
        const bool conflict = cause == Cause::ChangedMeanwhile;
        candidate.refuse(conflict ? ItemState::Conflict : ItemState::Failed, cause, message);
        return {};
    }

    Status write(FileCandidate &candidate) {
        auto live = PinnedFile::open(candidate.found.path);
        if (!live) {
            return failFrom(live);
        }
        if (live->path() != candidate.found.path || !live->identity().sameContentAs(candidate.identity)) {
            return refuse(candidate, Cause::ChangedMeanwhile, "it was changed after it was read");
        }
        if (live->identity().hardLinks > 1) {
            return refuse(candidate, Cause::HardLinked, "the file was given a second name");
        }
        const std::string tag = m_ledger.nextTag(candidate.found.path.string());
        auto file = ReplacementFile::create(*live, tag);
        if (!file && file.error().code == ErrorCode::FileExists) {
            // Not in the journal, or the tag would be another one: a kill left it before its intent was
            // written.
            if (auto left = ReplacementFile::reopen(candidate.found.path, tag)) {
                (void)left->discard().has_value();
            }
            file = ReplacementFile::create(*live, tag);
        }
        if (!file) {
            return failFrom(file);
        }
        Status written = file->reserve(candidate.replacement.size());
        written = written ? file->write(candidate.replacement) : std::move(written);
        written = written ? file->adoptFactsOf(*live) : std::move(written);
        if (!written) {
            (void)file->discard().has_value();
            return written;
        }
        m_begun.push_back({&candidate, std::move(*file), tag});
        return {};
    }

    /// Several at a time, each file by one thread: the disk's flushes are then shared. One after the other
    /// takes seven times as long on a disk of 4.5 ms.
    Status syncAll() {
        std::vector<Status> done(m_begun.size());
        std::atomic<std::size_t> next = 0;
        const auto work = [&] {
            for (std::size_t at = next++; at < m_begun.size(); at = next++) {
                done[at] = m_begun[at].file.sync();
            }
        };
        {
            std::vector<std::jthread> others;
            try {
                while (others.size() + 1 < std::min(syncsAtOnce, m_begun.size())) {
                    others.emplace_back(work);
                }
            } catch (const std::system_error &) {
                // No more threads to be had: those that are there do it.
            }
            work();
        }
        const auto failed = std::find_if(done.begin(), done.end(), [](const Status &s) { return !s; });
        return failed == done.end() ? Status() : std::move(*failed);
    }

    Status finish(Begun &begun) {
        auto back = begun.file.readBack(documentBytesMax + begun.candidate->replacement.size());
        if (!back) {
            return failFrom(back);
        }
        if (*back != begun.candidate->replacement) {
            return fail(ErrorCode::IoFailed, "what was written to " + begun.file.path().string() +
                                                 " does not come back; check the disk");
        }
        ZoneFile file;
        file.position = begun.candidate->found.position;
        file.path = begun.candidate->found.path.string();
        file.identity = begun.candidate->identity;
        file.before = begun.candidate->digest;
        file.after = crypto::sha256(*back);
        file.tag = begun.tag;
        file.complete = begun.candidate->isComplete();
        m_done.push_back(std::move(file));
        return {};
    }

    const FileLedger &m_ledger;
    std::vector<Begun> m_begun;
    std::vector<ZoneFile> m_done;
};

} // namespace

Result<std::vector<ZoneFile>> writeReplacements(std::vector<FileCandidate> &candidates,
                                                const FileLedger &ledger) {
    ReplacementWriter writer(ledger);
    for (std::size_t at = 0; at < candidates.size(); ++at) {
        Status done;
        if (!candidates[at].replacement.empty()) {
            done = writer.begin(candidates[at]);
        }
        const bool last = at + 1 == candidates.size();
        if (done && (last || writer.begun() == openAtOnce)) {
            done = writer.finishAll();
        }
        if (!done) {
            writer.discardAll();
            return failFrom(done);
        }
    }
    return writer.takeDone();
}

} // namespace keyturn::reencrypt
