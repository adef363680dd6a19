// SPDX-License-Identifier: Apache-2.0
// A job over one database column: a fake service whose keys and ciphertexts a second process makes alike, the
// real mover, a real journal, the lane. One thread.
#pragma once

#include "base/encoding.h"
#include "fakes/fake_kms.h"
#include "fakes/watched_kms.h"
#include "kms/call.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/encrypt.h"
#include "reencrypt/job_rate.h"
#include "reencrypt/journal.h"
#include "reencrypt/mover.h"
#include "reencrypt/sql/row_lane.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace keyturn::test {

// A header of one suite.
using reencrypt::BackOff;
using reencrypt::BlobMover;
using reencrypt::Cause;
using reencrypt::ContextTemplate;
using reencrypt::Entry;
using reencrypt::ItemRecord;
using reencrypt::ItemState;
using reencrypt::JobSpec;
using reencrypt::JobState;
using reencrypt::Journal;
using reencrypt::JournalHead;
using reencrypt::JournalRecord;
using reencrypt::Lane;
using reencrypt::LaneEvents;
using reencrypt::LaneParts;
using reencrypt::SourceKind;
using reencrypt::Step;
using reencrypt::Verification;

struct TwoKeys {
    std::shared_ptr<FakeKms> kms = std::make_shared<FakeKms>();
    std::shared_ptr<WatchedKms> watched = std::make_shared<WatchedKms>(kms);
    std::string oldKey = kms->addKey("alias/old");
    std::string newKey = kms->addKey("alias/new");
    std::string strayKey = kms->addKey("alias/stray");

    Bytes encrypt(const std::string &key, const std::string &plaintext,
                  const kms::EncryptionContext &context = {}) const {
        kms::Encrypt::Request request;
        request.keyId = key;
        request.plaintext = SecretBytes::copyOf(plaintext);
        request.encryptionContext = context;
        auto reply = kms::callAndWait<kms::Encrypt>(*kms, std::move(request));
        return reply && reply->ciphertextBlob ? *reply->ciphertextBlob : Bytes();
    }
    /// Empty: it is not under that key with that context.
    std::string decrypt(const std::string &key, const Bytes &ciphertext,
                        const kms::EncryptionContext &context = {}) const {
        kms::Decrypt::Request request;
        request.keyId = key;
        request.ciphertextBlob = ciphertext;
        request.encryptionContext = context;
        auto reply = kms::callAndWait<kms::Decrypt>(*kms, std::move(request));
        return reply && reply->plaintext ? std::string(reply->plaintext->text()) : std::string();
    }
    std::string textBlob(const std::string &key, const std::string &plaintext,
                         const kms::EncryptionContext &context = {}) const {
        return toBase64(encrypt(key, plaintext, context));
    }
};

class HeardEvents : public LaneEvents {
public:
    std::map<std::string, ItemRecord> last; ///< by place
    std::uint64_t rows = 0;

    void items(const std::vector<ItemRecord> &items) override {
        for (const ItemRecord &item : items) {
            last[item.place.unit] = item;
        }
    }
    void at(std::string_view) override {}
    void total(std::uint64_t, bool) override {}
    void advanced(std::uint64_t count) override { rows += count; }

    std::size_t count(ItemState state) const {
        std::size_t found = 0;
        for (const auto &[key, item] : last) {
            found += item.state == state ? 1 : 0;
        }
        return found;
    }
};

/// The real journal, and a look at the moment behind each record.
class WatchedJournal final : public Journal {
public:
    explicit WatchedJournal(std::unique_ptr<Journal> inner)
        : m_inner(std::move(inner)) {}

    std::function<void(Entry)> behind; ///< runs when the record is durable

    const JournalHead &head() const override { return m_inner->head(); }
    Status append(std::vector<std::pair<Entry, Bytes>> records) override {
        const Entry entry = records.back().first;
        auto done = m_inner->append(std::move(records));
        if (behind) {
            behind(entry);
        }
        return done;
    }
    Status appendWithOld(Entry entry, Bytes body, std::vector<Bytes> oldValues) override {
        auto done = m_inner->appendWithOld(entry, std::move(body), std::move(oldValues));
        if (behind) {
            behind(entry);
        }
        return done;
    }
    Result<std::vector<std::optional<Bytes>>> oldValues(std::uint64_t sequence) override {
        return m_inner->oldValues(sequence);
    }
    Status dropOldValues() override { return m_inner->dropOldValues(); }
    Status setState(JobState state, std::string reason) override {
        return m_inner->setState(state, std::move(reason));
    }
    void count(const reencrypt::Counters &counters) override { m_inner->count(counters); }
    Status read(std::uint64_t from,
                const std::function<Result<bool>(const JournalRecord &)> &visit) override {
        return m_inner->read(from, visit);
    }
    Result<std::optional<JournalRecord>> last(Entry entry) override { return m_inner->last(entry); }
    std::uint64_t size() const override { return m_inner->size(); }
    const std::filesystem::path &file() const override { return m_inner->file(); }

private:
    std::unique_ptr<Journal> m_inner;
};

/// A job from its journal file: made where it is missing, else taken up.
class RowJob {
public:
    RowJob(TwoKeys &keys, JobSpec spec, std::filesystem::path journalFile, BackOff backOff = {},
           std::shared_ptr<kms::KmsService> service = nullptr)
        : m_keys(keys)
        , m_spec(std::move(spec))
        , m_file(std::move(journalFile)) {
        if (m_spec.destinationKey.empty()) {
            m_spec.destinationKey = keys.newKey;
            m_spec.sourceKeys = {keys.oldKey};
        }
        SecretBytes key(32);
        std::fill_n(key.data(), key.size(), std::uint8_t(7));
        auto journal = std::filesystem::exists(m_file)
                           ? Journal::open(m_file, key, systemClock())
                           : Journal::create(m_file, m_spec, key, "file", systemClock());
        if (!journal) {
            fault = journal.error();
            return;
        }
        m_journal = std::make_unique<WatchedJournal>(std::move(*journal));
        m_mover = makeMover({service ? service : keys.watched, nullptr, false, "job"}, m_spec, nullptr);
        LaneParts parts;
        parts.spec = &m_spec;
        parts.journal = m_journal.get();
        parts.mover = m_mover.get();
        parts.events = &events;
        parts.clock = systemClock();
        auto lane = makeRowLane(parts, backOff);
        if (!lane) {
            fault = lane.error();
            return;
        }
        m_lane = std::move(*lane);
    }

    /// Recovers and works to the end.
    Status run(const CancelToken &cancel = {}) {
        if (fault) {
            return fail(*fault);
        }
        if (auto recovered = m_lane->recover(); !recovered) {
            return recovered;
        }
        for (;;) {
            auto step = m_lane->step(cancel);
            if (!step) {
                return failFrom(step);
            }
            if (*step == Step::Finished) {
                return m_journal->setState(JobState::Done, {});
            }
        }
    }
    Lane &lane() { return *m_lane; }
    WatchedJournal &journal() { return *m_journal; }
    const JobSpec &spec() const { return m_spec; }

    std::optional<Error> fault;
    HeardEvents events;

private:
    TwoKeys &m_keys;
    JobSpec m_spec;
    std::filesystem::path m_file;
    std::unique_ptr<WatchedJournal> m_journal;
    std::unique_ptr<BlobMover> m_mover;
    std::unique_ptr<Lane> m_lane;
};

inline JobSpec sqliteSpec(const std::string &path, const std::string &table = "users") {
    JobSpec spec;
    spec.source.kind = SourceKind::Sqlite;
    spec.source.paths = {path};
    spec.source.table = table;
    spec.finder.blob = "wrapped";
    spec.context.pairs.emplace_back("model_name", ContextTemplate::literal("User"));
    spec.context.pairs.emplace_back("model_id", *ContextTemplate::parse("{id}"));
    spec.verification = Verification::ReEncrypt;
    return spec;
}

inline kms::EncryptionContext contextOfUser(int id) {
    return {{"model_name", "User"}, {"model_id", std::to_string(id)}};
}

} // namespace keyturn::test
