// SPDX-License-Identifier: Apache-2.0
// GetKeyLastUsage: cryptography that was done counts, nothing else.
#include "probe.h"

#include "kms/operations/disable_key.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/get_key_last_usage.h"
#include "kms/operations/re_encrypt.h"

namespace keyturn::contract {
namespace {

using kms::GetKeyLastUsage;
using Tracked = kms::KeyLastUsageTrackingOperation;

void expectLast(Probe &probe, const std::string &key, Tracked operation) {
    const auto reply = probe.must<GetKeyLastUsage>({.keyId = key});
    Probe::check(reply.keyLastUsage.has_value(), "no use");
    Probe::equal("operation", reply.keyLastUsage->operation->text(), kms::Open(operation).text());
    Probe::check(*reply.keyLastUsage->timestamp >= *reply.keyCreationDate, "used before it was made");
    Probe::check(!reply.keyLastUsage->kmsRequestId->empty(), "no request id");
}

} // namespace

void addUsageFacts(Facts &facts) {
    facts.push_back({"GetKeyLastUsage: of a key that was looked at only",
                     [](Probe &probe) {
                         const auto key = probe.newKey();
                         probe.describe(*key.keyId);
                         const auto reply = probe.must<GetKeyLastUsage>({.keyId = key.arn});
                         Probe::equal("key", *reply.keyId, *key.arn);
                         Probe::check(!reply.keyLastUsage, "a use");
                         Probe::check(reply.trackingStartDate.has_value(), "no start");
                     },
                     Need::LastUsage});
    facts.push_back({"GetKeyLastUsage: the last one of several, of both keys of ReEncrypt",
                     [](Probe &probe) {
                         const std::string from = probe.newKeyId();
                         const std::string to = probe.newKeyId();
                         const Bytes blob = probe.encrypt(from);
                         expectLast(probe, from, Tracked::Encrypt);
                         probe.opensTo(blob, "plaintext");
                         expectLast(probe, from, Tracked::Decrypt);
                         kms::ReEncrypt::Request request;
                         request.ciphertextBlob = blob;
                         request.destinationKeyId = to;
                         probe.must<kms::ReEncrypt>(std::move(request));
                         expectLast(probe, from, Tracked::ReEncrypt);
                         expectLast(probe, to, Tracked::ReEncrypt);
                         kms::GenerateDataKey::Request dataKey;
                         dataKey.keyId = to;
                         dataKey.keySpec = kms::DataKeySpec::AES_256;
                         probe.must<kms::GenerateDataKey>(std::move(dataKey));
                         expectLast(probe, to, Tracked::GenerateDataKey);
                     },
                     Need::LastUsage});
    facts.push_back({"GetKeyLastUsage: what was refused, and dry runs, do not count",
                     [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         kms::Encrypt::Request dry;
                         dry.keyId = key;
                         dry.plaintext = SecretBytes(4);
                         dry.dryRun = true;
                         probe.refused<kms::Encrypt>(std::move(dry), ErrorCode::DryRunOperation);
                         probe.must<kms::DisableKey>({.keyId = key});
                         kms::Encrypt::Request late;
                         late.keyId = key;
                         late.plaintext = SecretBytes(4);
                         probe.refused<kms::Encrypt>(std::move(late), ErrorCode::Disabled);
                         Probe::check(!probe.must<GetKeyLastUsage>({.keyId = key}).keyLastUsage, "a use");
                     },
                     Need::LastUsage});
    facts.push_back({"GetKeyLastUsage: an alias, and a key that nobody has",
                     [](Probe &probe) {
                         probe.refused<GetKeyLastUsage>({.keyId = probe.newAlias(probe.newKeyId())},
                                                        {ErrorCode::NotFound, ErrorCode::Validation});
                         probe.refused<GetKeyLastUsage>({.keyId = probe.unusedKeyId()}, ErrorCode::NotFound);
                     },
                     Need::LastUsage});
}

} // namespace keyturn::contract
