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
    "row_key, pass, batch, run, state, cause, message, part, service_code, digest_before, digest_after, "
    "source_key, destination_key, source_material, destination_material, request_id, old_digest, new_value, "
    "proven, writes";
constexpr std::string_view itemMarks =
    "$1::text, $2::bigint, $3::bigint, $4::bigint, $5::text, $6::text, $7::text, $8::text, $9::text, "
    "$10::bytea, $11::bytea, $12::text, $13::text, $14::text, $15::text, $16::text, $17::bytea, $18::bytea, "
    "$19::int, $20::bigint";

std::vector<SqlValue> valuesOf(const SharedItem &item) {
    const ItemRecord &record = item.record;
    return {item.key,
            signedOf(item.pass),
            signedOf(item.batch),
            signedOf(item.run),
            std::string(wireName(record.state)),
            std::string(wireName(record.cause)),
            record.message,
            record.place.part,
            record.serviceCode,
            bytesOf(record.before),
            bytesOf(record.after),
            record.sourceKey,
            record.destinationKey,
            record.sourceMaterial,
            record.destinationMaterial,
            record.requestId,
            bytesOf(item.oldValue),
            item.newValue ? SqlValue(*item.newValue) : SqlValue(),
            static_cast<std::int64_t>(item.proven ? 1 : 0),
            signedOf(item.writes)};
}

/// Columns in the order of itemColumns; behind them the old value and the MAC.
SharedItem itemOf(const SqlRow &row) {
    SharedItem item;
    item.key = textOf(row[0]);
    item.pass = unsignedOf(row[1]);
    item.batch = unsignedOf(row[2]);
    item.run = unsignedOf(row[3]);
    ItemRecord &record = item.record;
    record.place = {item.key, textOf(row[7]), 0};
    record.state = itemStateOf(textOf(row[4])).value_or(ItemState::Pending);
    record.cause = causeOf(textOf(row[5])).value_or(Cause::None);
    record.message = textOf(row[6]);
    record.serviceCode = textOf(row[8]);
    record.before = digestFrom(row[9]);
    record.after = digestFrom(row[10]);
    record.sourceKey = textOf(row[11]);
    record.destinationKey = textOf(row[12]);
    record.sourceMaterial = textOf(row[13]);
    record.destinationMaterial = textOf(row[14]);
    record.requestId = textOf(row[15]);
    item.oldValue = digestFrom(row[16]);
    item.newValue = blobOf(row[17]);
    item.proven = numberOf(row[18]) != 0;
    item.writes = unsignedOf(row[19]);
    item.oldKept = blobOf(row[20]);
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
            " SET state = 'done', rows = $1::bigint, moved = $2::bigint, done_mac = $3::bytea WHERE pass = "
            "$4::bigint AND batch = $5::bigint AND fence = $6::bigint",
        {signedOf(rows), signedOf(moved), bytesOf(m_seal->done(lease, rows, moved)), signedOf(lease.pass),
         signedOf(lease.batch), signedOf(lease.fence)});
    return done ? Status() : failFrom(done);
}

Error SharedTables::tampered(std::string_view row) const {
    return clientError(ErrorCode::NotAuthentic,
                       "shared job: " + std::string(row) + " in schema " + m_schema +
                           " was written by somebody who is no worker of this job. Nothing was done with it. "
                           "Find out who may write there; then drop the schema to begin the job anew: rows "
                           "that were moved are found to be so.");
}

Result<SharedItem> SharedTables::checked(SharedItem item, const SqlValue &mac) const {
    const auto stored = blobOf(mac);
    const bool isOurs = stored && equalConstantTime(m_seal->item(item), *stored);
    const bool isOld = !item.oldKept || (item.oldValue && digestOf(*item.oldKept) == *item.oldValue);
    if (!isOurs || !isOld) {
        return fail(tampered("item " + item.key));
    }
    return item;
}

Result<std::vector<SharedItem>> SharedTables::items(const std::string &condition,
                                                    const std::vector<SqlValue> &values) {
    auto rows = m_connection.select("SELECT " + std::string(itemColumns) + ", old_value, mac FROM " +
                                        table("item") + " WHERE " + condition,
                                    values);
    if (!rows) {
        return failFrom(rows);
    }
    std::vector<SharedItem> found;
    found.reserve(rows->size());
    for (const SqlRow &row : *rows) {
        auto item = checked(itemOf(row), row.back());
        if (!item) {
            return failFrom(item);
        }
        found.push_back(std::move(*item));
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

Result<std::vector<SharedItem>> SharedTables::after(const std::string &key, std::size_t limit) {
    return items("row_key > $1::text ORDER BY row_key LIMIT " + std::to_string(limit), {key});
}

Status SharedTables::write(const SharedItem &item) {
    std::vector<SqlValue> values = valuesOf(item);
    values.push_back(item.oldKept ? SqlValue(*item.oldKept) : SqlValue());
    values.push_back(bytesOf(m_seal->item(item)));
    const std::string columns = std::string(itemColumns) + ", old_value, mac";
    const std::string marks = std::string(itemMarks) + ", $21::bytea, $22::bytea";
    auto written =
        m_connection.change("INSERT INTO " + table("item") + " (" + columns + ") VALUES (" + marks +
                                ") ON CONFLICT (row_key) DO UPDATE SET (" + columns + ") = (" + marks + ")",
                            values);
    return written ? Status() : failFrom(written);
}

Status SharedTables::writeOutcome(const SharedItem &item) {
    const ItemRecord &record = item.record;
    auto written = m_connection.change(
        "UPDATE " + table("item") +
            " SET (pass, batch, run, state, cause, message, service_code, digest_before, digest_after, "
            "writes, mac) = ($2::bigint, $3::bigint, $4::bigint, $5::text, $6::text, $7::text, $8::text, "
            "$9::bytea, $10::bytea, $11::bigint, $12::bytea) WHERE row_key = $1::text",
        {item.key, signedOf(item.pass), signedOf(item.batch), signedOf(item.run),
         std::string(wireName(record.state)), std::string(wireName(record.cause)), record.message,
         record.serviceCode, bytesOf(record.before), bytesOf(record.after), signedOf(item.writes),
         bytesOf(m_seal->item(item))});
    if (written && *written == 0) {
        return write(item); // somebody took it away meanwhile
    }
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

Status SharedTables::holdStill() {
    auto head = readHead(" FOR UPDATE");
    if (!head) {
        return failFrom(head);
    }
    if (head->state == "running") {
        return fail(ErrorCode::Usage,
                    "this shared job is at work, or was cut off: keyturn-cli job work brings "
                    "it to its end first.");
    }
    return {};
}

Status SharedTables::inTransaction(const std::function<Status()> &act) {
    if (auto begun = m_connection.begin(); !begun) {
        return begun;
    }
    Status done = act();
    if (done) {
        done = m_connection.commit();
    }
    if (!done) {
        m_connection.rollback();
    }
    return done;
}

Status SharedTables::setState(const std::string &state) {
    return inTransaction([&]() -> Status {
        if (auto still = holdStill(); !still) {
            return still;
        }
        SharedHead head = m_head;
        head.state = state;
        return writeHead(head);
    });
}

Status SharedTables::endWork() {
    auto head = readHead(" FOR UPDATE");
    auto without = m_connection.select("SELECT EXISTS (SELECT 1 FROM " + table("item") +
                                       " WHERE new_value IS NOT NULL AND old_value IS NULL AND writes > 0)");
    if (!head || !without) {
        return !head ? failFrom(head) : failFrom(without);
    }
    if (numberOf(without->front()[0]) != 0) {
        return fail(ErrorCode::Usage, "undo: this job keeps no undo copies, or is finalised.");
    }
    head->state = "undone";
    if (auto written = writeHead(*head); !written) {
        return written;
    }
    auto freed = m_connection.change("UPDATE " + table("lease") +
                                     " SET state = 'open', fence = fence + 1 WHERE state = 'held'");
    return freed ? Status() : failFrom(freed);
}

Status SharedTables::stopWorkers() {
    return inTransaction([this]() -> Status { return endWork(); });
}

Status SharedTables::finalise() {
    if (auto state = setState("finalised"); !state) {
        return state;
    }
    auto emptied =
        m_connection.change("UPDATE " + table("item") + " SET old_value = NULL WHERE old_value IS NOT NULL");
    if (!emptied) {
        return failFrom(emptied);
    }
    return m_connection.execute("VACUUM FULL " +
                                table("item")); // what was dropped stands in no page any more
}

} // namespace keyturn::reencrypt
