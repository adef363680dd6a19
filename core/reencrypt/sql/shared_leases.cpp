// SPDX-License-Identifier: Apache-2.0
// Making the tables of a shared job, and handing out batches pass by pass.
#include "crypto/random.h"
#include "reencrypt/job_file.h"
#include "reencrypt/sql/shared_tables.h"
#include "reencrypt/sql/table_shape.h"

namespace keyturn::reencrypt {
namespace {

constexpr std::int64_t formatNow = 2;
constexpr std::size_t instanceBytes = 16;

Bytes bytesOf(const SharedSeal::Mac &mac) {
    return Bytes(mac.begin(), mac.end());
}

bool isMac(const SharedSeal::Mac &mac, const SqlValue &stored) {
    const auto *bytes = std::get_if<Bytes>(&stored);
    return bytes != nullptr && equalConstantTime(mac, *bytes);
}

std::optional<std::string> keyFrom(const SqlValue &value) {
    const auto *text = std::get_if<std::string>(&value);
    return text != nullptr ? std::optional<std::string>(*text) : std::nullopt;
}

} // namespace

Status SharedTables::create(const JobSpec &spec, const SharedKey &key) {
    const std::string ddl =
        "CREATE SCHEMA IF NOT EXISTS " + m_schema + "; CREATE TABLE IF NOT EXISTS " + table("job") +
        "(one int PRIMARY KEY CHECK (one = 1), id text NOT NULL, format int NOT NULL, instance bytea NOT "
        "NULL, key_source text NOT NULL, key_check bytea NOT NULL, spec text NOT NULL, destination text NOT "
        "NULL, state text NOT NULL, run bigint NOT NULL, pass bigint NOT NULL, batches bigint NOT NULL, "
        "clean bigint NOT NULL, created bigint NOT NULL, mac bytea); CREATE TABLE IF NOT EXISTS " +
        table("lease") +
        "(pass bigint, batch bigint, after_key text, last_key text, mac bytea NOT NULL, state text NOT NULL "
        "DEFAULT 'open', owner text, fence bigint NOT NULL DEFAULT 0, until timestamptz, rows bigint, moved "
        "bigint, done_mac bytea, PRIMARY KEY (pass, batch)); CREATE TABLE IF NOT EXISTS " +
        table("item") +
        "(row_key text PRIMARY KEY, pass bigint NOT NULL, batch bigint NOT NULL, run bigint NOT NULL, "
        "state text NOT NULL, cause text, message text, part text, service_code text, digest_before bytea, "
        "digest_after bytea, source_key text, destination_key text, source_material text, "
        "destination_material text, request_id text, old_digest bytea, old_value bytea, new_value bytea, "
        "proven int NOT NULL DEFAULT 0, writes bigint NOT NULL DEFAULT 0, mac bytea NOT NULL); CREATE INDEX "
        "IF NOT EXISTS item_batch ON " +
        table("item") + "(pass, batch) WHERE state = 'intent'";
    if (auto made = m_connection.execute(ddl); !made) {
        return made;
    }
    Bytes instance(instanceBytes);
    if (auto filled = crypto::fillRandom(instance); !filled) {
        return filled;
    }
    m_seal.emplace(key.key.view(), m_jobId, instance);
    auto begun = m_connection.change(
        "INSERT INTO " + table("job") +
            " VALUES (1, $1::text, $2::int, $3::bytea, $4::text, $5::bytea, $6::text, $7::text, 'running', "
            "1, 0, 0, 0, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) ON CONFLICT (one) DO "
            "NOTHING",
        {m_jobId, formatNow, instance, key.source, bytesOf(m_seal->keyCheck(key.source)), writeJob(spec),
         spec.destinationKey});
    if (!begun) {
        return failFrom(begun);
    }
    if (*begun == 0) {
        return fail(ErrorCode::Conflict, "shared job: another worker made its tables just now.");
    }
    auto created = m_connection.select("SELECT created FROM " + table("job"));
    if (!created) {
        return failFrom(created);
    }
    SharedHead head;
    head.keySource = key.source;
    head.state = "running";
    head.created = unsignedOf(created->front()[0]);
    return writeHead(head);
}

Status SharedTables::checkFormat() {
    auto job = m_connection.select("SELECT id, format FROM " + table("job"));
    if (!job) {
        return failFrom(job);
    }
    if (job->empty() || textOf(job->front()[0]) != m_jobId || numberOf(job->front()[1]) != formatNow) {
        return fail(ErrorCode::Configuration, "schema " + m_schema +
                                                  " belongs to another job or to another version of Keyturn: "
                                                  "go on with that one, or drop it.");
    }
    return {};
}

Result<std::optional<std::string>> SharedTables::keySource() {
    // From the catalog itself: names that were looked up in vain stay cached while another one makes them.
    auto exists = m_connection.select(
        "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
        "ON n.oid = c.relnamespace WHERE n.nspname = $1::text AND c.relname = 'item')",
        {m_schema});
    if (!exists) {
        return failFrom(exists);
    }
    if (numberOf(exists->front()[0]) == 0) {
        return std::optional<std::string>();
    }
    if (auto good = checkFormat(); !good) {
        return failFrom(good);
    }
    auto job = m_connection.select("SELECT key_source FROM " + table("job"));
    if (!job) {
        return failFrom(job);
    }
    return job->empty() ? std::optional<std::string>() : std::optional<std::string>(textOf(job->front()[0]));
}

Status SharedTables::takeKey(const SharedKey &key) {
    auto job = m_connection.select("SELECT key_source, instance, key_check FROM " + table("job"));
    if (!job) {
        return failFrom(job);
    }
    const SqlRow &row = job->front();
    if (textOf(row[0]) != key.source) {
        return fail(ErrorCode::Conflict, "shared job: its key has another source, " + textOf(row[0]) + ".");
    }
    const auto *instance = std::get_if<Bytes>(&row[1]);
    m_seal.emplace(key.key.view(), m_jobId, instance != nullptr ? ByteView(*instance) : ByteView());
    if (!isMac(m_seal->keyCheck(key.source), row[2])) {
        return fail(ErrorCode::NotAuthentic, "shared job: the tables in schema " + m_schema +
                                                 " were made with another key than the one "
                                                 "here (" +
                                                 key.source +
                                                 "). Every worker needs the same: begin the job with "
                                                 "--journal-key-file FILE and give that file to each.");
    }
    return {};
}

Result<SharedHead> SharedTables::readHead(std::string_view lock) {
    auto job = m_connection.select("SELECT key_source, state, run, pass, batches, clean, created, mac FROM " +
                                   table("job") + std::string(lock));
    if (!job) {
        return failFrom(job);
    }
    SharedHead head;
    if (!job->empty()) {
        const SqlRow &row = job->front();
        head = {textOf(row[0]),     textOf(row[1]),     unsignedOf(row[2]), unsignedOf(row[3]),
                unsignedOf(row[4]), unsignedOf(row[5]), unsignedOf(row[6])};
    }
    if (job->empty() || !isMac(m_seal->head(head), job->front()[7])) {
        return fail(tampered("the row of table job"));
    }
    m_head = head;
    return head;
}

Status SharedTables::writeHead(const SharedHead &head) {
    auto written = m_connection.change(
        "UPDATE " + table("job") +
            " SET state = $1::text, run = $2::bigint, pass = $3::bigint, batches = $4::bigint, clean = "
            "$5::bigint, mac = $6::bytea",
        {head.state, signedOf(head.run), signedOf(head.pass), signedOf(head.batches), signedOf(head.clean),
         bytesOf(m_seal->head(head))});
    if (!written) {
        return failFrom(written);
    }
    m_head = head;
    return {};
}

Status SharedTables::look(const SharedKey &key) {
    if (auto taken = takeKey(key); !taken) {
        return taken;
    }
    auto head = readHead({});
    return head ? Status() : failFrom(head);
}

/// A job that was done begins another run: looks for new rows, and at what failed.
Status SharedTables::begin() {
    auto head = readHead(" FOR UPDATE");
    if (!head) {
        return failFrom(head);
    }
    if (head->state == "finalised" || head->state == "undone") {
        return fail(ErrorCode::Configuration,
                    "this shared job is " + head->state + ": drop schema " + m_schema + " to begin it anew.");
    }
    if (head->state == "running") {
        return {};
    }
    head->state = "running";
    head->clean = 0;
    ++head->run;
    return writeHead(*head);
}

Status SharedTables::meet(const JobSpec &spec, const SharedKey &key) {
    // CREATE IF NOT EXISTS of two processes at once collides; the lock is the transaction's.
    if (auto locked = m_connection.execute("SELECT pg_advisory_xact_lock(hashtext('" + m_schema + "'))");
        !locked) {
        return locked;
    }
    auto source = keySource();
    if (!source) {
        return failFrom(source);
    }
    Status met = *source ? takeKey(key) : create(spec, key);
    return met ? begin() : met;
}

Status SharedTables::open(const JobSpec &spec, const SharedKey &key) {
    if (auto begun = m_connection.begin(); !begun) {
        return begun;
    }
    if (auto met = meet(spec, key); !met) {
        m_connection.rollback();
        return met;
    }
    return m_connection.commit();
}

Status SharedTables::fillPass(std::uint64_t pass, const Boundaries &boundaries, std::uint64_t &batches) {
    // Walks the whole table once, however long that takes.
    if (auto patient = m_connection.execute("SET LOCAL statement_timeout = 0"); !patient) {
        return patient;
    }
    auto keys = boundaries();
    if (!keys) {
        return failFrom(keys);
    }
    const std::string insert = "INSERT INTO " + table("lease") +
                               "(pass, batch, after_key, last_key, mac) VALUES ($1::bigint, $2::bigint, "
                               "$3::text, $4::text, $5::bytea)";
    const auto valueOf = [](const std::optional<std::string> &key) {
        return key ? SqlValue(*key) : SqlValue();
    };
    Lease lease;
    lease.pass = pass;
    for (std::size_t i = 0; i <= keys->size(); ++i) {
        lease.batch = i;
        lease.last = i < keys->size() ? std::optional<std::string>((*keys)[i]) : std::nullopt;
        auto made = m_connection.change(insert, {signedOf(pass), signedOf(i), valueOf(lease.after),
                                                 valueOf(lease.last), bytesOf(m_seal->lease(lease))});
        if (!made) {
            return failFrom(made);
        }
        lease.after = lease.last;
    }
    batches = keys->size() + 1;
    return {};
}

Result<std::uint64_t> SharedTables::checkPass(const SharedHead &head) {
    auto rows = m_connection.select("SELECT batch, after_key, last_key, mac, rows, moved, done_mac FROM " +
                                        table("lease") + " WHERE pass = $1::bigint ORDER BY batch",
                                    {signedOf(head.pass)});
    if (!rows) {
        return failFrom(rows);
    }
    const std::string pass = "pass " + std::to_string(head.pass) + " of table lease";
    if (rows->size() != head.batches) {
        return fail(tampered(pass));
    }
    std::uint64_t moved = 0;
    for (const SqlRow &row : *rows) {
        const Lease lease{head.pass, unsignedOf(row[0]), 0, keyFrom(row[1]), keyFrom(row[2])};
        const bool isDone = isMac(m_seal->done(lease, unsignedOf(row[4]), unsignedOf(row[5])), row[6]);
        if (!isMac(m_seal->lease(lease), row[3]) || !isDone) {
            return fail(tampered(pass + ", batch " + std::to_string(lease.batch) + ","));
        }
        moved += unsignedOf(row[5]);
    }
    return moved;
}

/// One process at a time ends a pass and begins the next; false: the job is done, or others still work.
Result<bool> SharedTables::openPass(std::uint64_t sweeps, const Boundaries &boundaries) {
    if (auto begun = m_connection.begin(); !begun) {
        return failFrom(begun);
    }
    auto head = readHead(" FOR UPDATE");
    auto open = m_connection.select("SELECT count(*) FROM " + table("lease") +
                                        " WHERE pass = $1::bigint AND state <> 'done'",
                                    {signedOf(m_head.pass)});
    if (!head || !open) {
        m_connection.rollback();
        return !head ? failFrom(head) : failFrom(open);
    }
    if (head->state != "running" || numberOf(open->front()[0]) > 0) {
        m_connection.rollback();
        return false;
    }
    auto moved = checkPass(*head);
    if (!moved) {
        m_connection.rollback();
        return failFrom(moved);
    }
    head->clean = head->pass > 0 && *moved == 0 ? head->clean + 1 : 0;
    const bool done = head->clean >= sweeps;
    Status filled;
    if (done) {
        head->state = "done";
    } else {
        ++head->pass;
        filled = fillPass(head->pass, boundaries, head->batches);
    }
    if (filled) {
        filled = writeHead(*head);
    }
    if (!filled) {
        m_connection.rollback();
        return failFrom(filled);
    }
    if (auto committed = m_connection.commit(); !committed) {
        return failFrom(committed);
    }
    return !done;
}

Result<std::optional<Lease>> SharedTables::take(std::chrono::milliseconds time, std::uint64_t sweeps,
                                                const Boundaries &boundaries, bool &isOver) {
    isOver = false;
    const std::string sql =
        "UPDATE " + table("lease") +
        " SET state = 'held', owner = $1::text, fence = fence + 1, until = clock_timestamp() + $2::bigint * "
        "interval '1 ms' WHERE (pass, batch) = (SELECT l.pass, l.batch FROM " +
        table("lease") + " l JOIN " + table("job") +
        " j ON l.pass = j.pass AND j.state = 'running' WHERE l.state = 'open' OR (l.state = 'held' AND "
        "(l.until < "
        "clock_timestamp() OR l.owner = $1::text)) ORDER BY l.batch FOR UPDATE OF l SKIP LOCKED LIMIT 1) "
        "RETURNING pass, batch, fence, after_key, last_key, mac";
    for (int attempt = 0; attempt < 2; ++attempt) {
        auto rows = m_connection.select(sql, {m_owner, static_cast<std::int64_t>(time.count())});
        if (!rows) {
            return failFrom(rows);
        }
        if (!rows->empty()) {
            const SqlRow &row = rows->front();
            const Lease lease{unsignedOf(row[0]), unsignedOf(row[1]), unsignedOf(row[2]), keyFrom(row[3]),
                              keyFrom(row[4])};
            if (!isMac(m_seal->lease(lease), row[5])) {
                return fail(tampered("batch " + std::to_string(lease.batch)));
            }
            return std::optional<Lease>(lease);
        }
        auto opened = openPass(sweeps, boundaries);
        if (!opened) {
            return failFrom(opened);
        }
        if (!*opened) {
            break;
        }
    }
    auto head = readHead({});
    if (!head) {
        return failFrom(head);
    }
    isOver = head->state != "running";
    return std::optional<Lease>();
}

} // namespace keyturn::reencrypt
