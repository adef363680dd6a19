// SPDX-License-Identifier: Apache-2.0
// Making the tables of a shared job, and handing out batches pass by pass.
#include "reencrypt/job_file.h"
#include "reencrypt/sql/shared_tables.h"
#include "reencrypt/sql/table_shape.h"

namespace keyturn::reencrypt {
namespace {

std::optional<std::string> keyFrom(const SqlValue &value) {
    const auto *text = std::get_if<std::string>(&value);
    return text != nullptr ? std::optional<std::string>(*text) : std::nullopt;
}

} // namespace

Status SharedTables::create(const JobSpec &spec) {
    const std::string ddl =
        "CREATE SCHEMA IF NOT EXISTS " + m_schema + "; CREATE TABLE IF NOT EXISTS " + table("job") +
        "(one int PRIMARY KEY CHECK (one = 1), id text NOT NULL, format int NOT NULL, spec text NOT NULL, "
        "destination text NOT NULL, state text NOT NULL, run bigint NOT NULL, pass bigint NOT NULL, "
        "clean bigint NOT NULL, created timestamptz NOT NULL DEFAULT now()); CREATE TABLE IF NOT EXISTS " +
        table("lease") +
        "(pass bigint, batch bigint, after_key text, last_key text, state text NOT NULL DEFAULT 'open', "
        "owner text, "
        "fence bigint NOT NULL DEFAULT 0, until timestamptz, rows bigint, moved bigint, PRIMARY KEY (pass, "
        "batch)); "
        "CREATE TABLE IF NOT EXISTS " +
        table("item") +
        "(row_key text PRIMARY KEY, pass bigint NOT NULL, batch bigint NOT NULL, run bigint NOT NULL, "
        "state text NOT NULL, cause text, message text, part text, service_code text, digest_before bytea, "
        "digest_after bytea, source_key text, destination_key text, source_material text, "
        "destination_material text, request_id text, old_digest bytea, old_value bytea, new_value bytea, "
        "proven int NOT NULL DEFAULT 0, writes bigint NOT NULL DEFAULT 0); CREATE INDEX IF NOT EXISTS "
        "item_batch ON " +
        table("item") + "(pass, batch) WHERE state = 'intent'";
    if (auto made = m_connection.execute(ddl); !made) {
        return made;
    }
    auto begun = m_connection.change("INSERT INTO " + table("job") +
                                         " VALUES (1, $1::text, 1, $2::text, $3::text, 'running', 1, 0, 0) "
                                         "ON CONFLICT (one) DO NOTHING",
                                     {m_jobId, writeJob(spec), spec.destinationKey});
    return begun ? Status() : failFrom(begun);
}

Status SharedTables::open(const JobSpec &spec) {
    // CREATE IF NOT EXISTS of two processes at once collides; the lock is the transaction's.
    if (auto begun = m_connection.begin(); !begun) {
        return begun;
    }
    auto done = m_connection.execute("SELECT pg_advisory_xact_lock(hashtext('" + m_schema + "'))");
    auto exists = m_connection.select("SELECT to_regclass($1::text) IS NOT NULL", {table("item")});
    if (done && exists && numberOf(exists->front()[0]) == 0) {
        done = create(spec);
    }
    if (!done || !exists) {
        m_connection.rollback();
        return !done ? done : failFrom(exists);
    }
    auto job = m_connection.select("SELECT id, format, state, run FROM " + table("job") + " FOR UPDATE");
    if (!job || job->empty() || textOf(job->front()[0]) != m_jobId || numberOf(job->front()[1]) != 1) {
        m_connection.rollback();
        return job ? fail(ErrorCode::Configuration,
                          "schema " + m_schema +
                              " belongs to another job or to another "
                              "version of Keyturn: go on with that one, or drop it.")
                   : failFrom(job);
    }
    m_run = unsignedOf(job->front()[3]);
    const std::string state = textOf(job->front()[2]);
    if (state == "finalised" || state == "undone") {
        m_connection.rollback();
        return fail(ErrorCode::Configuration,
                    "this shared job is " + state + ": drop schema " + m_schema + " to begin it anew.");
    }
    if (state == "done") { // another run: look for new rows, and at what failed
        ++m_run;
        auto again = m_connection.change("UPDATE " + table("job") +
                                         " SET state = 'running', clean = 0, run = run + 1");
        if (!again) {
            m_connection.rollback();
            return failFrom(again);
        }
    }
    return m_connection.commit();
}

Status SharedTables::fillPass(std::uint64_t pass, const Boundaries &boundaries) {
    // Walks the whole table once, however long that takes.
    if (auto patient = m_connection.execute("SET LOCAL statement_timeout = 0"); !patient) {
        return patient;
    }
    auto keys = boundaries();
    if (!keys) {
        return failFrom(keys);
    }
    const std::string insert =
        "INSERT INTO " + table("lease") +
        "(pass, batch, after_key, last_key) VALUES ($1::bigint, $2::bigint, $3::text, $4::text)";
    SqlValue after;
    for (std::size_t i = 0; i <= keys->size(); ++i) {
        const SqlValue last = i < keys->size() ? SqlValue((*keys)[i]) : SqlValue();
        auto made = m_connection.change(insert, {signedOf(pass), static_cast<std::int64_t>(i), after, last});
        if (!made) {
            return failFrom(made);
        }
        after = last;
    }
    return {};
}

/// One process at a time ends a pass and begins the next; false: the job is done, or others still work.
Result<bool> SharedTables::openPass(std::uint64_t sweeps, const Boundaries &boundaries) {
    if (auto begun = m_connection.begin(); !begun) {
        return failFrom(begun);
    }
    auto job = m_connection.select("SELECT pass, clean, state FROM " + table("job") + " FOR UPDATE");
    auto open = m_connection.select(
        "SELECT count(*) FILTER (WHERE l.state <> 'done'), coalesce(sum(l.moved), 0)::bigint FROM " +
        table("job") + " j JOIN " + table("lease") + " l ON l.pass = j.pass");
    if (!job || !open) {
        m_connection.rollback();
        return !job ? failFrom(job) : failFrom(open);
    }
    const std::uint64_t pass = unsignedOf(job->front()[0]);
    const bool isOver = textOf(job->front()[2]) != "running";
    if (isOver || numberOf(open->front()[0]) > 0) {
        m_connection.rollback();
        return false;
    }
    const bool isClean = pass > 0 && numberOf(open->front()[1]) == 0;
    const std::uint64_t clean = isClean ? unsignedOf(job->front()[1]) + 1 : 0;
    const bool done = clean >= sweeps;
    auto moved = m_connection.change(
        "UPDATE " + table("job") + " SET pass = $1::bigint, clean = $2::bigint, state = $3::text",
        {signedOf(done ? pass : pass + 1), signedOf(clean), std::string(done ? "done" : "running")});
    Status filled = moved ? Status() : failFrom(moved);
    if (filled && !done) {
        filled = fillPass(pass + 1, boundaries);
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
        "RETURNING pass, batch, fence, after_key, last_key";
    for (int attempt = 0; attempt < 2; ++attempt) {
        auto rows = m_connection.select(sql, {m_owner, static_cast<std::int64_t>(time.count())});
        if (!rows) {
            return failFrom(rows);
        }
        if (!rows->empty()) {
            const SqlRow &row = rows->front();
            return std::optional<Lease>(Lease{unsignedOf(row[0]), unsignedOf(row[1]), unsignedOf(row[2]),
                                              keyFrom(row[3]), keyFrom(row[4])});
        }
        auto opened = openPass(sweeps, boundaries);
        if (!opened) {
            return failFrom(opened);
        }
        if (!*opened) {
            break;
        }
    }
    auto job = m_connection.select("SELECT state FROM " + table("job"));
    if (!job) {
        return failFrom(job);
    }
    isOver = textOf(job->front()[0]) != "running";
    return std::optional<Lease>();
}

} // namespace keyturn::reencrypt
