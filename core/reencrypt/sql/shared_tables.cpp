// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/shared_tables.h"

#include "reencrypt/sql/table_shape.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

SqlValue bytesOf(const std::optional<Digest> &digest) {
    return digest ? SqlValue(Bytes(digest->begin(), digest->end())) : SqlValue();
}

std::optional<Bytes> blobOf(const SqlValue &value) {
    const auto *bytes = std::get_if<Bytes>(&value);
    return bytes != nullptr ? std::optional<Bytes>(*bytes) : std::nullopt;
}

std::optional<Digest> digestFrom(const SqlValue &value) {
    const auto bytes = blobOf(value);
    Digest digest{};
    if (!bytes || bytes->size() != digest.size()) {
        return std::nullopt;
    }
    std::copy(bytes->begin(), bytes->end(), digest.begin());
    return digest;
}

/// ARRAY['a', 'b'] as the text form of text[].
std::string arrayText(const std::vector<std::string> &texts) {
    std::string array = "{";
    for (const std::string &text : texts) {
        array += array.size() > 1 ? ",\"" : "\"";
        for (const char c : text) {
            if (c == '"' || c == '\\') {
                array += '\\';
            }
            array += c;
        }
        array += '"';
    }
    return array + "}";
}

constexpr std::string_view itemColumns =
    "row_key, state, run, old_digest, digest_after, new_value, old_value, proven, part, digest_before, "
    "source_key, destination_key, source_material, destination_material, request_id";

SharedItem itemOf(const SqlRow &row) {
    SharedItem item;
    item.key = textOf(row[0]);
    item.state = textOf(row[1]);
    item.run = unsignedOf(row[2]);
    item.oldValue = digestFrom(row[3]).value_or(Digest{});
    item.after = digestFrom(row[4]);
    item.newValue = blobOf(row[5]);
    item.oldKept = blobOf(row[6]);
    item.proven = numberOf(row[7]) != 0;
    item.record.place = {item.key, textOf(row[8]), 0};
    item.record.state = itemStateOf(item.state).value_or(ItemState::Pending);
    item.record.before = digestFrom(row[9]);
    item.record.after = item.after;
    item.record.sourceKey = textOf(row[10]);
    item.record.destinationKey = textOf(row[11]);
    item.record.sourceMaterial = textOf(row[12]);
    item.record.destinationMaterial = textOf(row[13]);
    item.record.requestId = textOf(row[14]);
    return item;
}

} // namespace

std::uint64_t unsignedOf(const SqlValue &value) {
    return static_cast<std::uint64_t>(numberOf(value));
}

SharedTables::SharedTables(SqlConnection &connection, std::string jobId, std::string owner)
    : m_connection(connection)
    , m_jobId(std::move(jobId))
    , m_owner(std::move(owner))
    , m_schema("keyturn_job_" + m_jobId.substr(0, 8)) {}

std::string SharedTables::table(std::string_view name) const {
    return m_schema + "." + std::string(name);
}

Result<bool> SharedTables::hold(const Lease &lease, std::chrono::milliseconds time) {
    auto held =
        m_connection.change("UPDATE " + table("lease") +
                                " SET until = clock_timestamp() + $1::bigint * interval '1 ms' WHERE pass = "
                                "$2::bigint AND batch = $3::bigint AND fence = $4::bigint AND state = 'held'",
                            {static_cast<std::int64_t>(time.count()), signedOf(lease.pass),
                             signedOf(lease.batch), signedOf(lease.fence)});
    if (!held) {
        return failFrom(held);
    }
    return *held == 1;
}

Status SharedTables::finish(const Lease &lease, std::uint64_t rows, std::uint64_t moved) {
    auto done = m_connection.change(
        "UPDATE " + table("lease") +
            " SET state = 'done', rows = $1::bigint, moved = $2::bigint WHERE pass = $3::bigint AND batch = "
            "$4::bigint AND fence = $5::bigint",
        {signedOf(rows), signedOf(moved), signedOf(lease.pass), signedOf(lease.batch),
         signedOf(lease.fence)});
    return done ? Status() : failFrom(done);
}

Result<std::vector<SharedItem>> SharedTables::items(const std::string &condition,
                                                    const std::vector<SqlValue> &values) {
    auto rows = m_connection.select(
        "SELECT " + std::string(itemColumns) + " FROM " + table("item") + " WHERE " + condition, values);
    if (!rows) {
        return failFrom(rows);
    }
    std::vector<SharedItem> found;
    found.reserve(rows->size());
    for (const SqlRow &row : *rows) {
        found.push_back(itemOf(row));
    }
    return found;
}

Result<std::vector<SharedItem>> SharedTables::intents(const Lease &lease) {
    return items("pass = $1::bigint AND batch = $2::bigint AND state = 'intent' ORDER BY row_key",
                 {signedOf(lease.pass), signedOf(lease.batch)});
}

Result<std::map<std::string, SharedItem>> SharedTables::known(const std::vector<std::string> &keys) {
    auto found = items("row_key = ANY ($1::text[])", {arrayText(keys)});
    if (!found) {
        return failFrom(found);
    }
    std::map<std::string, SharedItem> byKey;
    for (SharedItem &item : *found) {
        byKey.emplace(item.key, std::move(item));
    }
    return byKey;
}

Result<std::vector<SharedItem>> SharedTables::moved(const std::string &after, std::size_t limit) {
    return items(
        "row_key > $1::text AND state IN ('applied', 'verified') AND new_value IS NOT NULL ORDER BY row_key "
        "LIMIT " +
            std::to_string(limit),
        {after});
}

Status SharedTables::writeIntent(const Lease &lease, const SharedItem &item,
                                 const std::optional<Bytes> &oldValue) {
    const ItemRecord &record = item.record;
    const std::string sql =
        "INSERT INTO " + table("item") +
        "(row_key, pass, batch, run, state, cause, part, digest_before, digest_after, source_key, "
        "destination_key, "
        "source_material, destination_material, request_id, old_digest, old_value, new_value, proven) VALUES "
        "($1::text, $2::bigint, $3::bigint, $4::bigint, 'intent', 'none', $5::text, $6::bytea, $7::bytea, "
        "$8::text, "
        "$9::text, $10::text, $11::text, $12::text, $13::bytea, $14::bytea, $15::bytea, $16::int) ON "
        "CONFLICT (row_key) DO "
        "UPDATE SET (pass, batch, run, state, cause, message, part, digest_before, digest_after, source_key, "
        "destination_key, source_material, destination_material, request_id, old_digest, old_value, "
        "new_value, proven) = "
        "(excluded.pass, excluded.batch, excluded.run, 'intent', 'none', NULL, excluded.part, "
        "excluded.digest_before, "
        "excluded.digest_after, excluded.source_key, excluded.destination_key, excluded.source_material, "
        "excluded.destination_material, excluded.request_id, excluded.old_digest, excluded.old_value, "
        "excluded.new_value, excluded.proven)";
    auto written = m_connection.change(
        sql,
        {item.key, signedOf(lease.pass), signedOf(lease.batch), signedOf(m_run), record.place.part,
         bytesOf(record.before), bytesOf(record.after), record.sourceKey, record.destinationKey,
         record.sourceMaterial, record.destinationMaterial, record.requestId, bytesOf(item.oldValue),
         oldValue ? SqlValue(*oldValue) : SqlValue(), item.newValue ? SqlValue(*item.newValue) : SqlValue(),
         static_cast<std::int64_t>(item.proven ? 1 : 0)});
    return written ? Status() : failFrom(written);
}

Status SharedTables::writeOutcome(const Lease &lease, const ItemRecord &record,
                                  const std::optional<Digest> &value, bool wasWritten) {
    const std::string sql =
        "INSERT INTO " + table("item") +
        "(row_key, pass, batch, run, state, cause, message, part, service_code, digest_before, digest_after, "
        "request_id, old_digest, writes) VALUES ($1::text, $2::bigint, $3::bigint, $4::bigint, $5::text, "
        "$6::text, "
        "$7::text, $8::text, $9::text, $10::bytea, $11::bytea, $12::text, $13::bytea, $14::bigint) ON "
        "CONFLICT (row_key) DO "
        "UPDATE SET pass = excluded.pass, batch = excluded.batch, run = excluded.run, state = "
        "excluded.state, "
        "cause = excluded.cause, message = excluded.message, service_code = excluded.service_code, "
        "digest_before = "
        "excluded.digest_before, digest_after = excluded.digest_after, request_id = excluded.request_id, "
        "old_digest = "
        "coalesce(excluded.old_digest, item.old_digest), writes = item.writes + excluded.writes";
    auto written = m_connection.change(
        sql, {record.place.unit, signedOf(lease.pass), signedOf(lease.batch), signedOf(m_run),
              std::string(wireName(record.state)), std::string(wireName(record.cause)), record.message,
              record.place.part, record.serviceCode, bytesOf(record.before), bytesOf(record.after),
              record.requestId, bytesOf(value), static_cast<std::int64_t>(wasWritten ? 1 : 0)});
    return written ? Status() : failFrom(written);
}

Result<SharedStatus> SharedTables::status() {
    auto exists = m_connection.select("SELECT to_regclass($1::text) IS NOT NULL", {table("item")});
    if (!exists) {
        return failFrom(exists);
    }
    if (numberOf(exists->front()[0]) == 0) {
        SharedStatus none;
        none.state = "planned";
        return none;
    }
    auto job = m_connection.select("SELECT state, pass FROM " + table("job"));
    auto leases = m_connection.select("SELECT count(*), count(*) FILTER (WHERE l.state = 'done'), count(*) "
                                      "FILTER (WHERE l.state = 'held' AND "
                                      "l.until >= clock_timestamp()) FROM " +
                                      table("job") + " j JOIN " + table("lease") + " l ON l.pass = j.pass");
    auto workers = m_connection.select("SELECT DISTINCT owner FROM " + table("lease") +
                                       " WHERE state = 'held' AND until >= clock_timestamp() ORDER BY owner");
    auto states = m_connection.select("SELECT state, count(*), sum(writes)::bigint FROM " + table("item") +
                                      " GROUP BY state");
    for (const auto *answer : {&job, &leases, &workers, &states}) {
        if (!*answer) {
            return fail(answer->error());
        }
    }
    SharedStatus status;
    status.state = textOf(job->front()[0]);
    status.pass = unsignedOf(job->front()[1]);
    status.batches = unsignedOf(leases->front()[0]);
    status.batchesDone = unsignedOf(leases->front()[1]);
    status.batchesHeld = unsignedOf(leases->front()[2]);
    for (const SqlRow &row : *workers) {
        status.workers.push_back(textOf(row[0]));
    }
    for (const SqlRow &row : *states) {
        status.items[textOf(row[0])] = unsignedOf(row[1]);
        status.writes += unsignedOf(row[2]);
    }
    return status;
}

Status SharedTables::setState(const std::string &state) {
    auto done = m_connection.change("UPDATE " + table("job") + " SET state = $1::text", {state});
    return done ? Status() : failFrom(done);
}

Status SharedTables::dropOldValues() {
    auto emptied =
        m_connection.change("UPDATE " + table("item") + " SET old_value = NULL WHERE old_value IS NOT NULL");
    if (!emptied) {
        return failFrom(emptied);
    }
    return m_connection.execute("VACUUM FULL " +
                                table("item")); // what was dropped stands in no page any more
}

} // namespace keyturn::reencrypt
