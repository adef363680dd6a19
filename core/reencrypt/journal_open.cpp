// SPDX-License-Identifier: Apache-2.0
// Making and opening a journal: nothing of it is used before all of it was checked.
#include "base/atomic_file.h"
#include "base/encoding.h"
#include "base/platform/file.h"
#include "base/platform/identity.h"
#include "crypto/random.h"
#include "crypto/sha256.h"
#include "reencrypt/body.h"
#include "reencrypt/job_file.h"
#include "reencrypt/journal_file.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

constexpr std::string_view schemaSql =
    "CREATE TABLE job (one INTEGER PRIMARY KEY CHECK (one = 1), id BLOB NOT NULL, format INTEGER NOT NULL, "
    "key_source TEXT NOT NULL, key_check BLOB NOT NULL) STRICT;"
    "CREATE TABLE record (sequence INTEGER PRIMARY KEY, entry INTEGER NOT NULL, body BLOB NOT NULL, "
    "olds BLOB NOT NULL, mac BLOB NOT NULL) STRICT;"
    "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), sequence INTEGER NOT NULL, "
    "state INTEGER NOT NULL, reason TEXT NOT NULL, changed INTEGER NOT NULL, counters BLOB NOT NULL, "
    "mac BLOB NOT NULL) STRICT;"
    "CREATE TABLE old_value (record INTEGER NOT NULL, place INTEGER NOT NULL, value BLOB NOT NULL, "
    "PRIMARY KEY (record, place)) STRICT, WITHOUT ROWID";
constexpr std::size_t keySizeBytes = 32;

std::string lockNote(const Clock &clock) {
    return base::platform::programName() + " (process " + std::to_string(base::platform::processId()) +
           ") since " + formatIso8601(clock.now());
}

std::filesystem::path beside(std::filesystem::path file, std::string_view suffix) {
    file += suffix;
    return file;
}

tl::unexpected<Error> refused(const std::filesystem::path &file, const std::string &why) {
    return fail(ErrorCode::NotAuthentic, file.filename().string() + ": " + why + ". Nothing was touched.");
}

/// What SQLite says of a damaged file is one more way not to be authentic.
Error judged(Error error, const std::filesystem::path &file) {
    if (error.code == ErrorCode::VaultDamaged || error.code == ErrorCode::NotAVault ||
        error.code == ErrorCode::Usage) {
        return refused(file, "is no journal of Keyturn, or it is damaged (" + error.detail + ")").value();
    }
    return error;
}

Result<sqlite::Database> openDatabase(const std::filesystem::path &file) {
    auto facts = base::platform::fileFacts(file);
    if (!facts) {
        return failFrom(facts);
    }
    if (!facts->regular) {
        return fail(ErrorCode::FileNotRegular, file.filename().string() + ": the journal is no ordinary file",
                    ErrorOrigin::System);
    }
    auto database = sqlite::Database::open(file, false);
    if (!database) {
        return fail(judged(database.error(), file));
    }
    if (auto patient = database->execute("PRAGMA busy_timeout=5000"); !patient) {
        return failFrom(patient);
    }
    auto application = database->integer("PRAGMA application_id");
    auto version = database->integer("PRAGMA user_version");
    if (!application || !version || *application != journalApplicationId) {
        return refused(file, "is no journal of Keyturn");
    }
    if (*version != journalFormat) {
        return fail(ErrorCode::VaultNewer,
                    file.filename().string() +
                        ": the journal was written by a newer Keyturn; go on with that");
    }
    if (auto schema = checkSchema(*database); !schema) {
        return fail(judged(schema.error(), file));
    }
    return database;
}

Result<std::unique_ptr<FileJournal>> openLocked(const std::filesystem::path &file, const SecretBytes &key,
                                                base::platform::LockFile lock,
                                                std::shared_ptr<const Clock> clock) {
    auto database = openDatabase(file);
    if (!database) {
        return failFrom(database);
    }
    auto journal =
        std::make_unique<FileJournal>(file, std::move(lock), std::move(*database), std::move(clock));
    if (auto loaded = journal->load(key); !loaded) {
        return fail(judged(loaded.error(), file));
    }
    return journal;
}

Status checkKey(const SecretBytes &key) {
    return key.size() == keySizeBytes ? Status{}
                                      : Status(fail(ErrorCode::Usage, "a journal's key has 32 bytes"));
}

} // namespace

Status checkSchema(sqlite::Database &database) {
    auto empty = sqlite::Database::createInMemory();
    if (!empty) {
        return failFrom(empty);
    }
    if (auto made = empty->execute(schemaSql); !made) {
        return made;
    }
    auto expected = empty->schema();
    auto found = database.schema();
    if (!expected || !found) {
        return !found ? Status(failFrom(found)) : Status(failFrom(expected));
    }
    return *expected == *found ? Status{}
                               : Status(fail(ErrorCode::NotAVault, "its tables are not a journal's"));
}

Bytes droppedBody() {
    Bytes body;
    appendText(body, "old values dropped");
    appendItems(body, {});
    return body;
}

Bytes createdBody(Timestamp created, const JobSpec &spec) {
    Bytes body;
    appendU64(body, static_cast<std::uint64_t>(created.time_since_epoch().count()));
    appendText(body, base::platform::programName());
    appendText(body, writeJob(spec));
    return body;
}

Status readCreated(ByteView body, JournalHead &head) {
    BodyReader reader(body);
    head.created = Timestamp(std::chrono::microseconds(static_cast<std::int64_t>(reader.u64())));
    static_cast<void>(reader.text()); // the program
    ParsedJob job = parseJob(reader.text());
    if (auto whole = reader.check("the journal's first record"); !whole) {
        return whole;
    }
    if (!job.faults.empty()) {
        return fail(ErrorCode::NotAuthentic,
                    "the journal's job is not as this version writes it: " + describe(job.faults));
    }
    head.spec = std::move(job.spec);
    return {};
}

Result<Bytes> newJournalImage(const JobSpec &spec, const SecretBytes &key, const std::string &keySource,
                              const Clock &clock) {
    auto database = sqlite::Database::createInMemory();
    if (!database) {
        return failFrom(database);
    }
    JobId id{};
    if (auto random = crypto::fillRandom(id); !random) {
        return failFrom(random);
    }
    const JournalChain chain(key.view(), id);
    const auto text = [](ByteView bytes) { return "X'" + toHex(bytes) + "'"; };
    const auto quoted = [&](std::string_view value) { return "CAST(" + text(asBytes(value)) + " AS TEXT)"; };
    const Timestamp now = clock.now();
    const Bytes created = createdBody(now, spec);
    ChainHead head;
    head.sequence = 1;
    head.changed = now.time_since_epoch().count();
    const Mac first = chain.record(1, Entry::Created, Mac{}, created, {});
    auto record = database->execute(schemaSql);
    record = record ? database->execute(
                          "PRAGMA application_id=" + std::to_string(journalApplicationId) +
                          "; PRAGMA user_version=" + std::to_string(journalFormat) +
                          "; INSERT INTO job VALUES (1, " + text(id) + ", " + std::to_string(journalFormat) +
                          ", " + quoted(keySource) + ", " + text(chain.keyCheck(journalFormat, keySource)) +
                          "); INSERT INTO head VALUES (1, 1, 0, '', " + std::to_string(head.changed) + ", " +
                          text(countersBytes(head.counters)) + ", " + text(chain.head(head)) + ")")
                    : record;
    if (!record) {
        return failFrom(record);
    }
    auto statement = database->prepare("INSERT INTO record VALUES (1, 1, ?1, X'', ?2)");
    if (!statement) {
        return failFrom(statement);
    }
    record = statement->bind(1, ByteView(created));
    record = record ? statement->bind(2, ByteView(first)) : record;
    record = record ? statement->run() : record;
    if (!record) {
        return failFrom(record);
    }
    return database->image();
}

Result<std::unique_ptr<Journal>> Journal::create(const std::filesystem::path &file, const JobSpec &spec,
                                                 const SecretBytes &key, std::string keySource,
                                                 std::shared_ptr<const Clock> clock) {
    if (auto good = checkKey(key); !good) {
        return failFrom(good);
    }
    for (const char *suffix : {"", "-wal", "-journal"}) {
        if (base::platform::fileFacts(beside(file, suffix))) {
            return fail(ErrorCode::FileExists,
                        beside(file, suffix).filename().string() +
                            " is there already: resume that job, or name another place for this one",
                        ErrorOrigin::System);
        }
    }
    auto lock = base::platform::LockFile::acquire(beside(file, ".lock"), lockNote(*clock));
    if (!lock) {
        return failFrom(lock);
    }
    auto image = newJournalImage(spec, key, keySource, *clock);
    if (!image) {
        return failFrom(image);
    }
    if (auto placed = writeFileAtomically(file, *image, {.mode = 0600, .mayReplace = false}); !placed) {
        return failFrom(placed);
    }
    auto journal = openLocked(file, key, std::move(*lock), std::move(clock));
    if (!journal) {
        return failFrom(journal);
    }
    return std::unique_ptr<Journal>(std::move(*journal));
}

Result<std::unique_ptr<Journal>> Journal::open(const std::filesystem::path &file, const SecretBytes &key,
                                               std::shared_ptr<const Clock> clock) {
    if (auto good = checkKey(key); !good) {
        return failFrom(good);
    }
    if (auto facts = base::platform::fileFacts(file); !facts) {
        return failFrom(facts); // before a lock file is made beside nothing
    }
    auto lock = base::platform::LockFile::acquire(beside(file, ".lock"), lockNote(*clock));
    if (!lock) {
        return failFrom(lock);
    }
    auto journal = openLocked(file, key, std::move(*lock), std::move(clock));
    if (!journal) {
        return failFrom(journal);
    }
    return std::unique_ptr<Journal>(std::move(*journal));
}

Result<JournalHead> Journal::peek(const std::filesystem::path &file) {
    auto database = openDatabase(file);
    if (!database) {
        return failFrom(database);
    }
    auto statement = database->prepare("SELECT j.id, j.key_source, h.state, h.reason, h.changed, h.counters, "
                                       "r.body FROM job j, head h, record r WHERE r.sequence = 1");
    if (!statement) {
        return failFrom(statement);
    }
    auto row = statement->step();
    if (!row) {
        return fail(judged(row.error(), file));
    }
    const auto counters = *row ? countersOf(statement->blob(5)) : std::nullopt;
    if (!counters || statement->integer(2) > static_cast<std::int64_t>(JobState::Undone)) {
        return refused(file, "its head is not as this version writes it");
    }
    JournalHead head;
    head.jobId = toHex(statement->blob(0));
    head.keySource = statement->text(1);
    head.state = static_cast<JobState>(statement->integer(2));
    head.reason = statement->text(3);
    head.changed = Timestamp(std::chrono::microseconds(statement->integer(4)));
    head.counters = *counters;
    if (auto read = readCreated(statement->blob(6), head); !read) {
        return failFrom(read);
    }
    return head;
}

} // namespace keyturn::reencrypt
