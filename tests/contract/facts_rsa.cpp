// SPDX-License-Identifier: Apache-2.0
// RSA keys for encryption (kms-semantics.md sections 5 and 7), with ciphertext from the openssl program.
#include "probe.h"

#include "kms/operations/get_public_key.h"
#include "kms/operations/re_encrypt.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

namespace keyturn::contract {
namespace {

using Algorithm = kms::EncryptionAlgorithmSpec;
using kms::KeySpec;

constexpr std::string_view message = "sealed by somebody else";
constexpr KeySpec specs[] = {KeySpec::RSA_2048, KeySpec::RSA_3072, KeySpec::RSA_4096};
constexpr Algorithm algorithms[] = {Algorithm::RSAES_OAEP_SHA_1, Algorithm::RSAES_OAEP_SHA_256};

std::string nameOf(KeySpec spec) {
    return std::string(kms::Open(spec).text());
}
std::string nameOf(Algorithm algorithm) {
    return std::string(kms::Open(algorithm).text());
}

void writeBytes(const QString &path, ByteView bytes) {
    QFile file(path);
    Probe::check(file.open(QIODevice::WriteOnly) &&
                     file.write(reinterpret_cast<const char *>(bytes.data()),
                                static_cast<qint64>(bytes.size())) == static_cast<qint64>(bytes.size()),
                 "a file for openssl cannot be written");
}

/// `openssl pkeyutl -encrypt` with the public key that GetPublicKey gave.
Bytes sealedByOpenssl(ByteView spki, Algorithm algorithm, std::string_view text) {
    const QTemporaryDir folder;
    const QString key = folder.filePath(QStringLiteral("key.der"));
    const QString in = folder.filePath(QStringLiteral("in"));
    writeBytes(key, spki);
    writeBytes(in, asBytes(text));
    const QString hash =
        algorithm == Algorithm::RSAES_OAEP_SHA_1 ? QStringLiteral("sha1") : QStringLiteral("sha256");
    QProcess openssl;
    openssl.start(QStringLiteral("openssl"),
                  {QStringLiteral("pkeyutl"), QStringLiteral("-encrypt"), QStringLiteral("-pubin"),
                   QStringLiteral("-keyform"), QStringLiteral("DER"), QStringLiteral("-inkey"), key,
                   QStringLiteral("-in"), in, QStringLiteral("-pkeyopt"),
                   QStringLiteral("rsa_padding_mode:oaep"), QStringLiteral("-pkeyopt"),
                   QStringLiteral("rsa_oaep_md:") + hash, QStringLiteral("-pkeyopt"),
                   QStringLiteral("rsa_mgf1_md:") + hash});
    Probe::check(openssl.waitForFinished() && openssl.exitCode() == 0,
                 "openssl pkeyutl failed: " + openssl.readAllStandardError().toStdString());
    const QByteArray out = openssl.readAllStandardOutput();
    return toBytes(std::string_view(out.data(), static_cast<std::size_t>(out.size())));
}

kms::Decrypt::Request decryptRequest(Bytes blob, const std::optional<std::string> &keyId,
                                     Algorithm algorithm) {
    kms::Decrypt::Request request;
    request.ciphertextBlob = std::move(blob);
    request.keyId = keyId;
    request.encryptionAlgorithm = algorithm;
    return request;
}

kms::Encrypt::Request encryptRequest(const std::string &keyId, std::optional<Algorithm> algorithm,
                                     std::string_view text = message) {
    kms::Encrypt::Request request;
    request.keyId = keyId;
    request.plaintext = SecretBytes::copyOf(text);
    if (algorithm) {
        request.encryptionAlgorithm = *algorithm;
    }
    return request;
}

kms::ReEncrypt::Request fromRsa(Bytes blob, const std::string &source, Algorithm algorithm,
                                const std::string &destination) {
    kms::ReEncrypt::Request request;
    request.ciphertextBlob = std::move(blob);
    request.sourceKeyId = source;
    request.sourceEncryptionAlgorithm = algorithm;
    request.destinationKeyId = destination;
    return request;
}

Bytes sealedInside(Probe &probe, const std::string &keyId, Algorithm algorithm) {
    return *probe.must<kms::Encrypt>(encryptRequest(keyId, algorithm)).ciphertextBlob;
}

void addOutsideFacts(Facts &facts, KeySpec spec, Algorithm algorithm) {
    const std::string name = nameOf(spec) + ' ' + nameOf(algorithm);
    facts.push_back({"RSA: openssl's ciphertext opens, " + name,
                     [=](Probe &probe) {
                         const auto &key = probe.sharedRsaKey(spec);
                         const auto spki = *probe.must<kms::GetPublicKey>({.keyId = key.keyId}).publicKey;
                         const auto reply = probe.must<kms::Decrypt>(decryptRequest(
                             sealedByOpenssl(spki, algorithm, message), *key.keyId, algorithm));
                         probe.check(reply.plaintext->text() == message, "other bytes than were encrypted");
                         probe.equal("KeyId", *reply.keyId, *key.arn);
                         probe.check(reply.encryptionAlgorithm == algorithm, "another algorithm than asked");
                         probe.check(!reply.keyMaterialId, "KeyMaterialId is there for an asymmetric key");
                     },
                     Need::Rsa});
    facts.push_back(
        {"RSA: openssl's ciphertext moves to a symmetric key, " + name,
         [=](Probe &probe) {
             const auto &key = probe.sharedRsaKey(spec);
             const auto destination = probe.newKey();
             const auto spki = *probe.must<kms::GetPublicKey>({.keyId = key.keyId}).publicKey;
             const auto reply = probe.must<kms::ReEncrypt>(fromRsa(
                 sealedByOpenssl(spki, algorithm, message), *key.keyId, algorithm, *destination.keyId));
             probe.opensTo(*reply.ciphertextBlob, message);
             probe.check(!reply.sourceKeyMaterialId, "SourceKeyMaterialId is there for an RSA source");
             probe.equal("DestinationKeyMaterialId", reply.destinationKeyMaterialId.value_or(""),
                         *destination.currentKeyMaterialId);
             probe.check(reply.sourceEncryptionAlgorithm == algorithm, "another source algorithm");
         },
         Need::Rsa});
    facts.push_back(
        {"RSA: the longest plaintext, " + name,
         [=](Probe &probe) {
             const std::string key = *probe.sharedRsaKey(spec).keyId;
             const std::size_t modulus = spec == KeySpec::RSA_2048   ? 256
                                         : spec == KeySpec::RSA_3072 ? 384
                                                                     : 512;
             const std::size_t limit = modulus - (algorithm == Algorithm::RSAES_OAEP_SHA_1 ? 42 : 66);
             const std::string longest(limit, 'x');
             const auto blob =
                 *probe.must<kms::Encrypt>(encryptRequest(key, algorithm, longest)).ciphertextBlob;
             probe.equal("bytes of ciphertext", static_cast<std::int64_t>(blob.size()),
                         static_cast<std::int64_t>(modulus));
             const auto opened = probe.must<kms::Decrypt>(decryptRequest(blob, key, algorithm));
             probe.check(opened.plaintext->text() == longest, "other bytes than were encrypted");
             probe.refused<kms::Encrypt>(encryptRequest(key, algorithm, longest + 'x'), ErrorCode::Validation,
                                         "Algorithm " + nameOf(algorithm) + " and key spec " + nameOf(spec) +
                                             " cannot encrypt data larger than " + std::to_string(limit) +
                                             " bytes.");
         },
         Need::Rsa});
}

void addWrongInputFacts(Facts &facts) {
    const auto add = [&](const char *name, std::function<void(Probe &)> check) {
        facts.push_back({std::string("RSA: ") + name, std::move(check), Need::Rsa});
    };
    add("another algorithm does not open it", [](Probe &probe) {
        const std::string key = *probe.sharedRsaKey(KeySpec::RSA_2048).keyId;
        const auto blob = sealedInside(probe, key, Algorithm::RSAES_OAEP_SHA_1);
        probe.refused<kms::Decrypt>(decryptRequest(blob, key, Algorithm::RSAES_OAEP_SHA_256),
                                    ErrorCode::InvalidCiphertext, "");
    });
    add("another key does not open it", [](Probe &probe) {
        const auto blob =
            sealedInside(probe, *probe.sharedRsaKey(KeySpec::RSA_2048).keyId, Algorithm::RSAES_OAEP_SHA_256);
        for (const KeySpec spec : {KeySpec::RSA_3072, KeySpec::RSA_4096}) {
            probe.refused<kms::Decrypt>(
                decryptRequest(blob, *probe.sharedRsaKey(spec).keyId, Algorithm::RSAES_OAEP_SHA_256),
                ErrorCode::InvalidCiphertext, "");
        }
        const std::string other = *probe.newRsaKey(KeySpec::RSA_2048).keyId;
        probe.refused<kms::Decrypt>(decryptRequest(blob, other, Algorithm::RSAES_OAEP_SHA_256),
                                    ErrorCode::InvalidCiphertext, "");
    });
    add("a flipped bit does not open", [](Probe &probe) {
        const std::string key = *probe.sharedRsaKey(KeySpec::RSA_2048).keyId;
        auto blob = sealedInside(probe, key, Algorithm::RSAES_OAEP_SHA_256);
        blob.back() = static_cast<std::uint8_t>(blob.back() ^ 1U);
        probe.refused<kms::Decrypt>(decryptRequest(blob, key, Algorithm::RSAES_OAEP_SHA_256),
                                    ErrorCode::InvalidCiphertext, "");
    });
    add("Decrypt needs the key", [](Probe &probe) {
        const auto blob =
            sealedInside(probe, *probe.sharedRsaKey(KeySpec::RSA_2048).keyId, Algorithm::RSAES_OAEP_SHA_256);
        probe.refused<kms::Decrypt>(decryptRequest(blob, {}, Algorithm::RSAES_OAEP_SHA_256),
                                    ErrorCode::Validation);
    });
    add("ReEncrypt needs the source key", [](Probe &probe) {
        auto request = fromRsa(
            sealedInside(probe, *probe.sharedRsaKey(KeySpec::RSA_2048).keyId, Algorithm::RSAES_OAEP_SHA_256),
            "", Algorithm::RSAES_OAEP_SHA_256, probe.newKeyId());
        request.sourceKeyId.reset();
        probe.refused<kms::ReEncrypt>(std::move(request), ErrorCode::Validation);
    });
    add("Encrypt needs the algorithm", [](Probe &probe) {
        probe.refused<kms::Encrypt>(encryptRequest(*probe.sharedRsaKey(KeySpec::RSA_2048).keyId, {}),
                                    ErrorCode::InvalidKeyUsage);
    });
    add("ReEncrypt needs the destination's algorithm", [](Probe &probe) {
        kms::ReEncrypt::Request request;
        request.ciphertextBlob = probe.encrypt(probe.newKeyId(), message);
        request.destinationKeyId = *probe.sharedRsaKey(KeySpec::RSA_2048).keyId;
        probe.refused<kms::ReEncrypt>(std::move(request), ErrorCode::InvalidKeyUsage);
    });
}

void addContextRefusals(Facts &facts) {
    const auto add = [&](const char *name, std::function<void(Probe &)> check) {
        facts.push_back({std::string("RSA: ") + name, std::move(check), Need::Rsa});
    };
    add("a context is refused by name, by Encrypt", [](Probe &probe) {
        auto request =
            encryptRequest(*probe.sharedRsaKey(KeySpec::RSA_2048).keyId, Algorithm::RSAES_OAEP_SHA_256);
        request.encryptionContext = {{"a", "b"}};
        const auto error = probe.refused<kms::Encrypt>(std::move(request), ErrorCode::Validation);
        probe.check(error.serviceMessage.find("EncryptionContext") != std::string::npos, told(error));
    });
    add("a context is refused by name, on the source of ReEncrypt", [](Probe &probe) {
        const std::string key = *probe.sharedRsaKey(KeySpec::RSA_2048).keyId;
        auto request = fromRsa(sealedInside(probe, key, Algorithm::RSAES_OAEP_SHA_256), key,
                               Algorithm::RSAES_OAEP_SHA_256, probe.newKeyId());
        request.sourceEncryptionContext = {{"a", "b"}};
        const auto error = probe.refused<kms::ReEncrypt>(std::move(request), ErrorCode::Validation);
        probe.check(error.serviceMessage.find("SourceEncryptionContext") != std::string::npos, told(error));
    });
    add("a context is refused by name, on the destination of ReEncrypt", [](Probe &probe) {
        kms::ReEncrypt::Request request;
        request.ciphertextBlob = probe.encrypt(probe.newKeyId(), message);
        request.destinationKeyId = *probe.sharedRsaKey(KeySpec::RSA_2048).keyId;
        request.destinationEncryptionAlgorithm = Algorithm::RSAES_OAEP_SHA_256;
        request.destinationEncryptionContext = {{"a", "b"}};
        const auto error = probe.refused<kms::ReEncrypt>(std::move(request), ErrorCode::Validation);
        probe.check(error.serviceMessage.find("DestinationEncryptionContext") != std::string::npos,
                    told(error));
    });
}

void addMoveFacts(Facts &facts) {
    facts.push_back(
        {"RSA: from symmetric to RSA and on to another RSA key",
         [](Probe &probe) {
             const auto source = probe.newKey();
             const std::string first = *probe.sharedRsaKey(KeySpec::RSA_2048).keyId;
             const std::string second = *probe.sharedRsaKey(KeySpec::RSA_4096).keyId;
             kms::ReEncrypt::Request request;
             request.ciphertextBlob = probe.encrypt(*source.keyId, message);
             request.destinationKeyId = first;
             request.destinationEncryptionAlgorithm = Algorithm::RSAES_OAEP_SHA_1;
             const auto moved = probe.must<kms::ReEncrypt>(std::move(request));
             probe.equal("SourceKeyMaterialId", moved.sourceKeyMaterialId.value_or(""),
                         *source.currentKeyMaterialId);
             probe.check(!moved.destinationKeyMaterialId, "DestinationKeyMaterialId is there for RSA");
             auto onward = fromRsa(*moved.ciphertextBlob, first, Algorithm::RSAES_OAEP_SHA_1, second);
             onward.destinationEncryptionAlgorithm = Algorithm::RSAES_OAEP_SHA_256;
             const auto last = probe.must<kms::ReEncrypt>(std::move(onward));
             const auto opened = probe.must<kms::Decrypt>(
                 decryptRequest(*last.ciphertextBlob, second, Algorithm::RSAES_OAEP_SHA_256));
             probe.check(opened.plaintext->text() == message, "other bytes than were encrypted");
         },
         Need::Rsa});
    facts.push_back({"RSA: a text that does not fit the destination",
                     [](Probe &probe) {
                         kms::ReEncrypt::Request request;
                         request.ciphertextBlob = probe.encrypt(probe.newKeyId(), std::string(191, 'x'));
                         request.destinationKeyId = *probe.sharedRsaKey(KeySpec::RSA_2048).keyId;
                         request.destinationEncryptionAlgorithm = Algorithm::RSAES_OAEP_SHA_256;
                         probe.refused<kms::ReEncrypt>(std::move(request), ErrorCode::Validation);
                     },
                     Need::Rsa});
}

void addPublicKeyFacts(Facts &facts) {
    facts.push_back({"GetPublicKey: its members",
                     [](Probe &probe) {
                         const auto &key = probe.sharedRsaKey(KeySpec::RSA_3072);
                         const auto reply = probe.must<kms::GetPublicKey>({.keyId = key.arn});
                         probe.equal("KeyId", reply.keyId.value_or(""), *key.arn);
                         probe.check(reply.keySpec == KeySpec::RSA_3072, "KeySpec is not RSA_3072");
                         probe.check(reply.customerMasterKeySpec == kms::CustomerMasterKeySpec::RSA_3072,
                                     "CustomerMasterKeySpec is not RSA_3072");
                         probe.check(reply.keyUsage == kms::KeyUsageType::ENCRYPT_DECRYPT,
                                     "KeyUsage is another");
                         probe.check(reply.encryptionAlgorithms && reply.encryptionAlgorithms->size() == 2,
                                     "EncryptionAlgorithms are not two");
                         probe.check(!reply.signingAlgorithms || reply.signingAlgorithms->empty(),
                                     "SigningAlgorithms are there for an encryption key");
                     },
                     Need::Rsa});
    facts.push_back({"GetPublicKey: a symmetric key has none", [](Probe &probe) {
                         probe.refused<kms::GetPublicKey>({.keyId = probe.newKeyId()},
                                                          ErrorCode::UnsupportedOperation);
                     }});
    facts.push_back({"DescribeKey: an RSA key",
                     [](Probe &probe) {
                         const auto &key = probe.sharedRsaKey(KeySpec::RSA_2048);
                         const auto seen = probe.describe(*key.keyId);
                         probe.check(seen.keySpec == KeySpec::RSA_2048, "KeySpec is another");
                         probe.check(seen.encryptionAlgorithms && seen.encryptionAlgorithms->size() == 2,
                                     "EncryptionAlgorithms are not two");
                         probe.check(!seen.currentKeyMaterialId, "CurrentKeyMaterialId is there");
                     },
                     Need::Rsa});
}

} // namespace

void addRsaFacts(Facts &facts) {
    for (const KeySpec spec : specs) {
        for (const Algorithm algorithm : algorithms) {
            addOutsideFacts(facts, spec, algorithm);
        }
    }
    addWrongInputFacts(facts);
    addContextRefusals(facts);
    addMoveFacts(facts);
    addPublicKeyFacts(facts);
}

} // namespace keyturn::contract
