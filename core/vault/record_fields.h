// SPDX-License-Identifier: Apache-2.0
// Reading the records of rows (record.h) as a list of lines: the first failure is kept and looked at once.
// Pure. Errors: VaultDamaged. Follows handlers/ROWS.md.
#pragma once

#include "kms/open_enum.h"
#include "vault/record.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace keyturn::vault {

inline constexpr std::uint16_t recordVersion = 1;

inline tl::unexpected<Error> damagedRow(std::string what) {
    return fail(ErrorCode::VaultDamaged, "a row of the vault cannot be read: " + std::move(what),
                ErrorOrigin::Vault);
}

/// Collects the first failure, so that reading a row is a list of lines.
class Fields {
public:
    explicit Fields(const RecordReader &record)
        : m_record(record) {}

    std::string_view text(std::uint16_t tag) { return take(m_record.text(tag), std::string_view()); }
    std::uint64_t number(std::uint16_t tag) { return take(m_record.number(tag), std::uint64_t(0)); }
    bool flag(std::uint16_t tag) { return take(m_record.flag(tag), false); }
    Timestamp time(std::uint16_t tag) { return take(m_record.time(tag), Timestamp()); }
    ByteView bytes(std::uint16_t tag) { return take(m_record.bytes(tag), ByteView()); }
    std::vector<ByteView> list(std::uint16_t tag) {
        return take(m_record.list(tag), std::vector<ByteView>());
    }
    std::optional<Timestamp> optionalTime(std::uint16_t tag) {
        return take(m_record.optionalTime(tag), std::optional<Timestamp>());
    }
    bool flagOr(std::uint16_t tag, bool otherwise) { return take(m_record.flagOr(tag, otherwise), false); }
    std::uint64_t numberOr(std::uint16_t tag, std::uint64_t otherwise) {
        return take(m_record.numberOr(tag, otherwise), std::uint64_t(0));
    }
    template <std::size_t size>
    std::array<std::uint8_t, size> id(std::uint16_t tag) {
        std::array<std::uint8_t, size> value{};
        const ByteView view = bytes(tag);
        if (m_status && view.size() != size) {
            m_status = damagedRow("an id has another size");
        }
        if (m_status) {
            std::copy(view.begin(), view.end(), value.begin());
        }
        return value;
    }
    template <class E>
    E enumeration(std::uint16_t tag) {
        const auto value = kms::Open<E>::fromText(text(tag)).known();
        if (m_status && !value) {
            m_status = damagedRow("a value that this program does not know");
        }
        return value.value_or(E{});
    }
    void refuse(std::string what) {
        if (m_status) {
            m_status = damagedRow(std::move(what));
        }
    }
    Status &status() { return m_status; }

private:
    template <class T, class U>
    T take(Result<T> result, U otherwise) {
        if (result) {
            return std::move(*result);
        }
        if (m_status) {
            m_status = failFrom(result);
        }
        return otherwise;
    }

    const RecordReader &m_record;
    Status m_status;
};

inline Result<RecordReader> parseVersioned(ByteView payload) {
    auto record = RecordReader::parse(payload);
    if (record && record->version() != recordVersion) {
        return damagedRow("its version is newer");
    }
    return record;
}

inline std::vector<ByteView> viewsOf(const std::vector<RecordWriter> &records) {
    std::vector<ByteView> views;
    views.reserve(records.size());
    for (const RecordWriter &record : records) {
        views.push_back(record.view());
    }
    return views;
}

template <class T>
void readAll(Fields &fields, std::uint16_t tag, Result<T> (*read)(ByteView), std::vector<T> &out) {
    for (const ByteView element : fields.list(tag)) {
        auto value = read(element);
        if (!value) {
            fields.refuse(value.error().detail);
            return;
        }
        out.push_back(std::move(*value));
    }
}

} // namespace keyturn::vault
