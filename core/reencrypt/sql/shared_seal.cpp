// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/shared_seal.h"

#include "base/secret_bytes.h"
#include "reencrypt/body.h"

#include <array>
#include <type_traits>

namespace keyturn::reencrypt {
namespace {

constexpr std::string_view label = "keyturn shared tables";

crypto::HmacSha256 ownKey(ByteView key, std::string_view jobId, ByteView instance) {
    SecretBytes own(crypto::HmacSha256::tagSizeBytes);
    const std::array<ByteView, 3> parts{asBytes(label), asBytes(jobId), instance};
    crypto::HmacSha256(key).computeInto(crypto::ByteParts(parts), MutableByteView(own.data(), own.size()));
    return crypto::HmacSha256(ByteView(own.data(), own.size()));
}

template <class Value>
void appendOptional(Bytes &body, const std::optional<Value> &value) {
    appendU8(body, value ? 1 : 0);
    if (!value) {
        return;
    }
    if constexpr (std::is_same_v<Value, std::string>) {
        appendText(body, *value);
    } else {
        appendBytes(body, ByteView(*value));
    }
}

} // namespace

SharedSeal::SharedSeal(ByteView key, std::string_view jobId, ByteView instance)
    : m_hmac(ownKey(key, jobId, instance)) {}

SharedSeal::Mac SharedSeal::keyCheck(std::string_view source) const {
    const std::array<ByteView, 2> parts{asBytes(std::string_view("check")), asBytes(source)};
    return m_hmac.compute(crypto::ByteParts(parts));
}

SharedSeal::Mac SharedSeal::head(const SharedHead &head) const {
    Bytes body;
    appendText(body, "job");
    appendText(body, head.keySource);
    appendText(body, head.state);
    for (const std::uint64_t number : {head.run, head.pass, head.batches, head.clean, head.created}) {
        appendU64(body, number);
    }
    return m_hmac.compute(body);
}

SharedSeal::Mac SharedSeal::lease(const Lease &lease) const {
    Bytes body;
    appendText(body, "lease");
    appendU64(body, lease.pass);
    appendU64(body, lease.batch);
    appendOptional(body, lease.after);
    appendOptional(body, lease.last);
    return m_hmac.compute(body);
}

SharedSeal::Mac SharedSeal::done(const Lease &lease, std::uint64_t rows, std::uint64_t moved) const {
    Bytes body;
    appendText(body, "done");
    for (const std::uint64_t number : {lease.pass, lease.batch, rows, moved}) {
        appendU64(body, number);
    }
    return m_hmac.compute(body);
}

SharedSeal::Mac SharedSeal::item(const SharedItem &item) const {
    const ItemRecord &record = item.record;
    Bytes body;
    appendText(body, "item");
    appendText(body, item.key);
    for (const std::uint64_t number : {item.pass, item.batch, item.run}) {
        appendU64(body, number);
    }
    for (const std::string_view text :
         {wireName(record.state), wireName(record.cause), std::string_view(record.message),
          std::string_view(record.place.part), std::string_view(record.serviceCode)}) {
        appendText(body, text);
    }
    appendOptional(body, record.before);
    appendOptional(body, record.after);
    for (const std::string &text : {record.sourceKey, record.destinationKey, record.sourceMaterial,
                                    record.destinationMaterial, record.requestId}) {
        appendText(body, text);
    }
    appendOptional(body, item.oldValue);
    appendOptional(body, item.newValue);
    appendU64(body, item.proven ? 1 : 0);
    appendU64(body, item.writes);
    return m_hmac.compute(body);
}

} // namespace keyturn::reencrypt
