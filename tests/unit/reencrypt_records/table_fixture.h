// SPDX-License-Identifier: Apache-2.0
// A folder with table files, a real journal, and a service that moves "KTCBold!..." to "KTCBnew!...": enough
// to see every byte that the lane of tables writes. A run can be cut off at any append of the journal, before
// or behind it, as a kill would: everything is dropped and opened again.
#pragma once

#include "base/encoding.h"
#include "reencrypt/records/table_lane.h"

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

inline std::string blobText(std::string_view key, std::string_view rest) {
    return toBase64(asBytes("KTCB" + std::string(key) + "!" + std::string(rest)));
}

/// Blobs of key "old" come under "new"; those of "new" are there already; others are refused.
class PlainMover final : public BlobMover {
public:
    Result<std::vector<MoveResult>> move(std::vector<MoveRequest> requests,
                                         const CancelToken &cancel) override {
        ++batches;
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped");
        }
        if (meanwhile) {
            meanwhile();
        }
        if (fault) {
            return fail(*fault);
        }
        return answers(requests);
    }
    Result<std::vector<MoveResult>> prove(std::vector<MoveRequest> requests, const CancelToken &) override {
        std::vector<MoveResult> results;
        for (const MoveRequest &request : requests) {
            results.emplace_back().state =
                asText(request.ciphertext).starts_with("KTCBnew!") ? ItemState::Verified : ItemState::Failed;
            results.back().cause = results.back().state == ItemState::Failed ? Cause::StrayKey : Cause::None;
        }
        proven += requests.size();
        return results;
    }
    Result<std::vector<MoveResult>> rehearse(std::vector<MoveRequest> requests,
                                             const CancelToken &) override {
        return answers(requests);
    }
    std::uint64_t calls() const override { return m_calls; }

    std::uint64_t batches = 0;
    std::uint64_t proven = 0;
    std::uint64_t largestBatch = 0;
    std::vector<kms::EncryptionContext> contexts;
    std::function<void()> meanwhile;
    std::optional<Error> fault;

private:
    std::vector<MoveResult> answers(const std::vector<MoveRequest> &requests) {
        largestBatch = std::max<std::uint64_t>(largestBatch, requests.size());
        std::vector<MoveResult> results;
        for (const MoveRequest &request : requests) {
            ++m_calls;
            contexts.push_back(request.context);
            MoveResult &result = results.emplace_back();
            const std::string_view text = asText(request.ciphertext);
            if (text.starts_with("KTCBold!")) {
                result.state = ItemState::Verified;
                result.ciphertext = toBytes("KTCBnew!" + std::string(text.substr(8)));
                result.sourceKey = "old";
                result.destinationKey = "new";
            } else {
                result.state = text.starts_with("KTCBnew!") ? ItemState::Skipped : ItemState::Failed;
                result.cause = result.state == ItemState::Failed ? Cause::StrayKey : Cause::None;
            }
        }
        return results;
    }
    std::uint64_t m_calls = 0;
};

/// The real journal, until a certain append.
class CutJournal final : public Journal {
public:
    CutJournal(Journal &inner, int appendsLeft, bool durable)
        : m_inner(inner)
        , m_left(appendsLeft)
        , m_durable(durable) {}

    const JournalHead &head() const override { return m_inner.head(); }
    Status append(std::vector<std::pair<Entry, Bytes>> records) override {
        if (m_left-- != 0) {
            return wasCut() ? Status(fail(ErrorCode::IoFailed, "cut")) : m_inner.append(std::move(records));
        }
        if (m_durable) {
            (void)m_inner.append(std::move(records)).has_value();
        }
        return fail(ErrorCode::IoFailed, "cut");
    }
    Status appendWithOld(Entry entry, Bytes body, std::vector<Bytes> old) override {
        return m_inner.appendWithOld(entry, std::move(body), std::move(old));
    }
    Result<std::vector<std::optional<Bytes>>> oldValues(std::uint64_t sequence) override {
        return m_inner.oldValues(sequence);
    }
    Status dropOldValues() override { return m_inner.dropOldValues(); }
    Status setState(JobState state, std::string reason) override {
        return m_inner.setState(state, std::move(reason));
    }
    void count(const Counters &counters) override { m_inner.count(counters); }
    Status read(std::uint64_t from,
                const std::function<Result<bool>(const JournalRecord &)> &visit) override {
        return m_inner.read(from, visit);
    }
    Result<std::optional<JournalRecord>> last(Entry entry) override { return m_inner.last(entry); }
    std::uint64_t size() const override { return m_inner.size(); }
    const std::filesystem::path &file() const override { return m_inner.file(); }
    bool wasCut() const { return m_left < -1 || (m_left == -1); }

private:
    Journal &m_inner;
    int m_left;
    bool m_durable;
};

/// A second passes with each look: every step is one batch and ends with a checkpoint.
class HurriedClock final : public Clock {
public:
    Timestamp now() const override { return Timestamp(); }
    std::chrono::steady_clock::time_point steadyNow() const override {
        return std::chrono::steady_clock::time_point(std::chrono::seconds(++m_looks));
    }

private:
    mutable int m_looks = 0;
};

class SeenEvents final : public LaneEvents {
public:
    void items(const std::vector<ItemRecord> &items) override {
        all.insert(all.end(), items.begin(), items.end());
    }
    void at(std::string_view where) override { places.emplace_back(where); }
    void total(std::uint64_t size, bool) override { totalBytes = size; }
    void advanced(std::uint64_t size) override { advancedBytes += size; }
    std::vector<ItemRecord> all;
    std::vector<std::string> places;
    std::uint64_t totalBytes = 0, advancedBytes = 0;
};

/// A table that has one of everything. `key` is that of every good line; the rest is there to stay.
inline std::string tableLines(std::string_view key, int count = 25) {
    std::string text = "\xEF\xBB\xBF";
    for (int i = 0; i < count; ++i) {
        const std::string number = std::to_string(i);
        if (i == 7) {
            text += "{\"id\":7,\"k\":\n"; // broken
        } else if (i == 9) {
            text += "\r\n";
        } else if (i == 11) {
            text += "{\"id\":11,\"k\":\"" + blobText("other", "x") + "\"}\n";
        } else if (i == 13) {
            text += "{\"id\":13,\"k\":null}\n";
        } else if (i == 15) {
            text += "{\"id\":15,\"k\":\"no blob\"}\n";
        } else {
            text += " {\"id\": " + number + ",\t\"k\" :\"" + blobText(key, "payload " + number) + "\"}" +
                    (i % 2 == 0 ? "\r\n" : "\n");
        }
    }
    return text + "{\"id\":99,\"k\":\"" + blobText(key, "last") + "\"}";
}

inline JobSpec jsonTableSpec() {
    JobSpec spec;
    spec.source.kind = SourceKind::JsonLines;
    spec.source.paths = {"t.jsonl"};
    spec.finder.blob = "/k";
    spec.destinationKey = "alias/new";
    return spec;
}

struct TableFixture {
    /// In memory where the system has such a folder: hundreds of runs, and each waits for the disk.
    static QString scratch() {
        const QString memory = QStringLiteral("/dev/shm");
        return (QFileInfo(memory).isWritable() ? memory : QDir::tempPath()) +
               QStringLiteral("/keyturn-table-XXXXXX");
    }
    explicit TableFixture(JobSpec job, const QString &where = scratch())
        : spec(std::move(job))
        , folder(std::make_unique<QTemporaryDir>(where))
        , base(folder->path().toStdString()) {
        spec.safety.batchItems = 4;
    }
    /// In a folder that stands and stays.
    TableFixture(JobSpec job, std::filesystem::path at)
        : spec(std::move(job))
        , base(std::move(at)) {
        spec.safety.batchItems = 4;
    }

    std::filesystem::path path(const std::string &name = "t.jsonl") const { return base / name; }
    void write(const std::string &text, const std::string &name = "t.jsonl") const {
        QFile file(QString::fromStdString(path(name).string()));
        if (file.open(QIODevice::WriteOnly | QIODevice::Truncate)) {
            file.write(text.data(), static_cast<qsizetype>(text.size()));
        }
    }
    std::string read(const std::string &name = "t.jsonl") const {
        QFile file(QString::fromStdString(path(name).string()));
        return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : "(absent)";
    }
    /// Names in the folder, the journal's left out.
    QStringList names() const {
        QStringList all =
            QDir(QString::fromStdString(base.string())).entryList(QDir::Files | QDir::Hidden, QDir::Name);
        all.removeIf([](const QString &name) { return name.startsWith(QLatin1String("job.ktj")); });
        return all;
    }
    QStringList copies() const { return names().filter(QStringLiteral(".kt-")); }
    std::string readCopy() const {
        return copies().isEmpty() ? "(absent)" : read(copies().first().toStdString());
    }

    SecretBytes key() const {
        SecretBytes bytes(32);
        std::fill_n(bytes.data(), bytes.size(), std::uint8_t{7});
        return bytes;
    }
    /// Opens everything anew, as a new process would.
    bool open() {
        lane.reset();
        cut.reset();
        journal.reset();
        auto opened = std::filesystem::exists(path("job.ktj"))
                          ? Journal::open(path("job.ktj"), key(), systemClock())
                          : Journal::create(path("job.ktj"), spec, key(), "file", systemClock());
        if (!opened) {
            return false;
        }
        journal = std::move(*opened);
        return true;
    }
    Status start(int appendsLeft = -1, bool durable = false) {
        if (!open()) {
            return fail(ErrorCode::IoFailed, "no journal");
        }
        cut = std::make_unique<CutJournal>(*journal, appendsLeft, durable);
        const LaneParts parts{&spec,  base,    appendsLeft < 0 ? journal.get() : cut.get(),
                              &mover, &events, clock};
        auto made = makeTableLane(parts);
        if (!made) {
            return failFrom(made);
        }
        lane = std::move(*made);
        return lane->recover();
    }
    Status finishSteps(const CancelToken &cancel = {}) {
        for (;;) {
            const auto step = lane->step(cancel);
            if (!step) {
                return fail(step.error());
            }
            if (*step == Step::Finished) {
                return {};
            }
        }
    }
    Status run(int appendsLeft = -1, bool durable = false) {
        auto started = start(appendsLeft, durable);
        return started ? finishSteps() : started;
    }
    Status runToTheEnd() {
        auto done = run();
        return done ? journal->setState(JobState::Done, {}) : done;
    }
    Status act(const std::string &what) {
        if (what == "run") {
            return runToTheEnd();
        }
        auto done = start();
        return !done ? done : what == "undo" ? lane->undo({}) : lane->finalise();
    }
    /// What the journal says last of each item.
    std::vector<ItemRecord> lastItems() const {
        std::vector<ItemRecord> found;
        const auto visit = [&](const JournalRecord &record) -> Result<bool> {
            if (!holdsItems(record.entry)) {
                return true;
            }
            auto body = readItems(record.body);
            if (!body) {
                return failFrom(body);
            }
            for (ItemRecord &item : body->items) {
                const auto same = std::find_if(found.begin(), found.end(), [&](const ItemRecord &each) {
                    return each.place == item.place;
                });
                same == found.end() ? found.push_back(item) : void(*same = item);
            }
            return true;
        };
        return journal->read(1, visit) ? found : std::vector<ItemRecord>();
    }
    Counters counted() const {
        Counters counters;
        for (const ItemRecord &item : lastItems()) {
            countItem(counters, item);
        }
        return counters;
    }

    JobSpec spec;
    std::unique_ptr<QTemporaryDir> folder;
    std::filesystem::path base;
    PlainMover mover;
    SeenEvents events;
    std::shared_ptr<const Clock> clock = std::make_shared<HurriedClock>();
    std::unique_ptr<Journal> journal;
    std::unique_ptr<CutJournal> cut;
    std::unique_ptr<Lane> lane;
};

} // namespace keyturn::reencrypt
