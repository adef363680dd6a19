// SPDX-License-Identifier: Apache-2.0
#include "vault/import_token.h"

#include "vault/record.h"

namespace keyturn::vault {

namespace {

constexpr std::uint8_t tokenVersion = 1;
constexpr std::uint16_t recordVersion = 1;

enum TokenTag : std::uint16_t { KeyArn = 1, WrappingAlgorithm, WrappingSpec, ValidTo, WrappingKey };

RowPlace placeOf(const VaultKeys &keys, const KeyId &key) {
    return {static_cast<std::uint16_t>(Table::ImportTokens), key, 0, keys.epoch()};
}

auto notOurs() {
    return fail(serviceError(ErrorCode::InvalidImportToken, "The import token is not one of this key."));
}

Result<ImportToken> decode(ByteView payload) {
    const auto record = RecordReader::parse(payload);
    if (!record || record->version() != recordVersion) {
        return notOurs();
    }
    const auto arn = record->text(KeyArn);
    const auto algorithm = record->text(WrappingAlgorithm);
    const auto spec = record->text(WrappingSpec);
    const auto validTo = record->time(ValidTo);
    const auto key = record->bytes(WrappingKey);
    if (!arn || !algorithm || !spec || !validTo || !key) {
        return notOurs();
    }
    const auto known = kms::Open<kms::AlgorithmSpec>::fromText(*algorithm).known();
    const auto knownSpec = kms::Open<kms::WrappingKeySpec>::fromText(*spec).known();
    if (!known || !knownSpec) {
        return notOurs();
    }
    return ImportToken{std::string(*arn), *known, *knownSpec, *validTo, SecretBytes::copyOf(*key)};
}

} // namespace

Result<Bytes> sealImportToken(const VaultKeys &keys, const KeyId &key, const ImportToken &token) {
    RecordWriter record(recordVersion);
    record.text(KeyArn, token.keyArn)
        .text(WrappingAlgorithm, kms::Open(token.algorithm).text())
        .text(WrappingSpec, kms::Open(token.wrappingSpec).text())
        .time(ValidTo, token.validTo)
        .bytes(WrappingKey, token.wrappingKey.view());
    Bytes sealed;
    if (auto done = keys.sealRow(placeOf(keys, key), record.view(), sealed); !done) {
        return failFrom(done);
    }
    sealed.insert(sealed.begin(), tokenVersion);
    return sealed;
}

Result<ImportToken> openImportToken(const VaultKeys &keys, const KeyId &key, ByteView sealed) {
    if (sealed.size() <= 1 + rowOverheadBytes || sealed.front() != tokenVersion) {
        return notOurs();
    }
    const auto payload = keys.openRow(placeOf(keys, key), sealed.subspan(1));
    return payload ? decode(payload->view()) : notOurs();
}

} // namespace keyturn::vault
