// SPDX-License-Identifier: Apache-2.0
#include "chainlog/record.h"

#include "base/text.h"
#include "chainlog/wire.h"

#include <array>
#include <string_view>
#include <utility>

namespace keyturn::chainlog {

namespace {

constexpr std::uint8_t recordVersion = 1;
constexpr std::size_t digestSizeBytes = 32;

using TextField = std::pair<std::string_view, std::string Record::*>;
constexpr std::array<TextField, 7> textFields{{{"actor", &Record::actor},
                                               {"action", &Record::action},
                                               {"key id", &Record::keyId},
                                               {"material id", &Record::materialId},
                                               {"outcome", &Record::outcome},
                                               {"request id", &Record::requestId},
                                               {"note", &Record::note}}};

} // namespace

Status encodeRecord(const Record &record, Bytes &out) {
    if (!record.contextDigest.empty() && record.contextDigest.size() != digestSizeBytes) {
        return fail(ErrorCode::Usage, "log record: the context digest has 32 bytes or none");
    }
    std::size_t total = 1 + 8 + 8 + 2 + record.contextDigest.size();
    for (const auto &[name, member] : textFields) {
        total += 2 + (record.*member).size();
        if (total > maxRecordBytes) {
            return fail(ErrorCode::Usage, "log record: too long at field " + std::string(name));
        }
    }
    appendNumber(out, recordVersion);
    appendTime(out, record.time);
    appendNumber(out, record.monotonicMicroseconds);
    for (const auto &[name, member] : textFields) {
        appendShort(out, asBytes(record.*member));
    }
    appendShort(out, record.contextDigest);
    return {};
}

Result<Record> decodeRecord(ByteView bytes) {
    WireReader reader(bytes);
    Record record;
    if (reader.number<std::uint8_t>() != recordVersion) {
        return fail(ErrorCode::VaultDamaged, "log record of an unknown version");
    }
    record.time = reader.time();
    record.monotonicMicroseconds = reader.number<std::uint64_t>();
    for (const auto &[name, member] : textFields) {
        const std::string_view text = asText(reader.shortBytes());
        if (!isValidUtf8(text)) {
            reader.fail();
        }
        record.*member = text;
    }
    record.contextDigest = toBytes(reader.shortBytes());
    if (!reader.finished() ||
        (!record.contextDigest.empty() && record.contextDigest.size() != digestSizeBytes)) {
        return fail(ErrorCode::VaultDamaged, "log record of a wrong form");
    }
    return record;
}

} // namespace keyturn::chainlog
