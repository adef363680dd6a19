// SPDX-License-Identifier: Apache-2.0
// Every cryptographic operation through KmsService against bare OpenSSL calls: floor and service take turns
// within one run, on one thread, without a log. The counters are processor time of a call in microseconds and
// what a call costs over its floor.
#include "openssl_floor.h"
#include "openssl_operations.h"
#include "vault_load.h"

#include "kms/call.h"
#include "kms/operations/create_key.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/derive_shared_secret.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/generate_data_key_pair.h"
#include "kms/operations/generate_data_key_pair_without_plaintext.h"
#include "kms/operations/generate_data_key_without_plaintext.h"
#include "kms/operations/generate_mac.h"
#include "kms/operations/generate_random.h"
#include "kms/operations/get_public_key.h"
#include "kms/operations/re_encrypt.h"
#include "kms/operations/sign.h"
#include "kms/operations/verify.h"
#include "kms/operations/verify_mac.h"

#include <benchmark/benchmark.h>

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <vector>

namespace keyturn::bench {
namespace {

using Step = std::function<bool()>;
using enum kms::KeySpec;
using enum kms::KeyUsageType;

constexpr int rounds = 9;
constexpr double secondsPerLeg = 0.05;

const Bytes message(32, 7);

class Keys {
public:
    kms::KmsService &service() { return m_load.kms(); }

    template <class Op>
    typename Op::Reply must(typename Op::Request request) {
        auto reply = kms::callAndWait<Op>(service(), std::move(request));
        if (!reply) {
            std::fprintf(stderr, "%s: %s\n", Op::info().name.data(), reply.error().serviceMessage.c_str());
            std::abort();
        }
        return std::move(*reply);
    }
    std::string made(kms::KeySpec spec, kms::KeyUsageType usage) {
        return *must<kms::CreateKey>({.keyUsage = usage, .keySpec = spec}).keyMetadata->arn;
    }
    /// A call of `Op` with what `make` returns.
    template <class Op, class Make>
    Step call(Make make) {
        return [this, make] { return kms::callAndWait<Op>(service(), make()).has_value(); };
    }

private:
    VaultLoad m_load{false};
};

kms::Encrypt::Request encryption(const std::string &key,
                                 std::optional<kms::EncryptionAlgorithmSpec> by = {}) {
    kms::Encrypt::Request request;
    request.keyId = key;
    request.plaintext = SecretBytes::copyOf(message);
    if (by) {
        request.encryptionAlgorithm = *by;
    }
    return request;
}

template <class Op>
typename Op::Request signing(const std::string &key, kms::SigningAlgorithmSpec by) {
    typename Op::Request request;
    request.keyId = key;
    request.message = SecretBytes::copyOf(message);
    request.signingAlgorithm = by;
    return request;
}

template <class Op>
typename Op::Request keyed(const std::string &key) {
    typename Op::Request request;
    request.keyId = key;
    return request;
}

struct Row {
    std::string name;
    Step floor;
    Step service;
};

void addSymmetric(Keys &keys, std::vector<Row> &rows) {
    const std::string key = keys.made(SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT);
    const Bytes blob = *keys.must<kms::Encrypt>(encryption(key)).ciphertextBlob;
    const auto cipher = std::make_shared<OpensslFloor>();
    const Step encrypts = [cipher] { return cipher->encrypt(); };
    const Step makesKey = [cipher] {
        std::array<std::uint8_t, 32> dataKey{};
        return RAND_bytes(dataKey.data(), int(dataKey.size())) == 1 && cipher->encrypt();
    };
    const auto dataKey = [key]<class Op>() {
        auto request = keyed<Op>(key);
        request.keySpec = kms::DataKeySpec::AES_256;
        return request;
    };
    const auto pair = [key]<class Op>() {
        auto request = keyed<Op>(key);
        request.keyPairSpec = kms::DataKeyPairSpec::ECC_NIST_P256;
        return request;
    };
    rows.push_back({"Encrypt", encrypts, keys.call<kms::Encrypt>([=] { return encryption(key); })});
    rows.push_back({"Decrypt", [cipher] { return cipher->decrypt(); }, keys.call<kms::Decrypt>([=] {
                        kms::Decrypt::Request request;
                        request.ciphertextBlob = blob;
                        return request;
                    })});
    rows.push_back({"ReEncrypt", [cipher] { return cipher->run(); }, keys.call<kms::ReEncrypt>([=] {
                        kms::ReEncrypt::Request request;
                        request.ciphertextBlob = blob;
                        request.destinationKeyId = key;
                        return request;
                    })});
    rows.push_back({"GenerateDataKey", makesKey, keys.call<kms::GenerateDataKey>([=] {
                        return dataKey.template operator()<kms::GenerateDataKey>();
                    })});
    rows.push_back(
        {"GenerateDataKeyWithoutPlaintext", makesKey, keys.call<kms::GenerateDataKeyWithoutPlaintext>([=] {
             return dataKey.template operator()<kms::GenerateDataKeyWithoutPlaintext>();
         })});
    rows.push_back({"GenerateDataKeyPair_P256", keyPairFloor(), keys.call<kms::GenerateDataKeyPair>([=] {
                        return pair.template operator()<kms::GenerateDataKeyPair>();
                    })});
    rows.push_back({"GenerateDataKeyPairWithoutPlaintext_P256", keyPairFloor(),
                    keys.call<kms::GenerateDataKeyPairWithoutPlaintext>([=] {
                        return pair.template operator()<kms::GenerateDataKeyPairWithoutPlaintext>();
                    })});
    rows.push_back(
        {"GenerateRandom",
         [] {
             std::array<std::uint8_t, 32> bytes{};
             return RAND_bytes(bytes.data(), int(bytes.size())) == 1;
         },
         keys.call<kms::GenerateRandom>([] { return kms::GenerateRandom::Request{.numberOfBytes = 32}; })});
}

void addSignatures(Keys &keys, std::vector<Row> &rows) {
    struct Kind {
        const char *name;
        const char *floor;
        kms::KeySpec spec;
        kms::SigningAlgorithmSpec algorithm;
    };
    using enum kms::SigningAlgorithmSpec;
    for (const Kind &kind : {Kind{"RSA2048_PSS", "RSA", RSA_2048, RSASSA_PSS_SHA_256},
                             Kind{"P256", "P-256", ECC_NIST_P256, ECDSA_SHA_256},
                             Kind{"Ed25519", "ED25519", ECC_NIST_EDWARDS25519, ED25519_SHA_512}}) {
        const std::string key = keys.made(kind.spec, SIGN_VERIFY);
        const auto algorithm = kind.algorithm;
        const Bytes signature = *keys.must<kms::Sign>(signing<kms::Sign>(key, algorithm)).signature;
        rows.push_back({std::string("Sign_") + kind.name, signFloor(kind.floor),
                        keys.call<kms::Sign>([=] { return signing<kms::Sign>(key, algorithm); })});
        rows.push_back(
            {std::string("Verify_") + kind.name, verifyFloor(kind.floor), keys.call<kms::Verify>([=] {
                 auto request = signing<kms::Verify>(key, algorithm);
                 request.signature = signature;
                 return request;
             })});
    }
}

void addOthers(Keys &keys, std::vector<Row> &rows) {
    const std::string rsa = keys.made(RSA_2048, ENCRYPT_DECRYPT);
    constexpr auto oaep = kms::EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256;
    const Bytes sealed = *keys.must<kms::Encrypt>(encryption(rsa, oaep)).ciphertextBlob;
    rows.push_back({"Encrypt_RSA2048", rsaEncryptFloor(),
                    keys.call<kms::Encrypt>([=] { return encryption(rsa, oaep); })});
    rows.push_back({"Decrypt_RSA2048", rsaDecryptFloor(), keys.call<kms::Decrypt>([=] {
                        auto request = keyed<kms::Decrypt>(rsa);
                        request.ciphertextBlob = sealed;
                        request.encryptionAlgorithm = oaep;
                        return request;
                    })});
    const std::string hmac = keys.made(HMAC_256, GENERATE_VERIFY_MAC);
    const auto macRequest = [hmac]<class Op>() {
        auto request = keyed<Op>(hmac);
        request.message = SecretBytes::copyOf(message);
        request.macAlgorithm = kms::MacAlgorithmSpec::HMAC_SHA_256;
        return request;
    };
    const Bytes mac = *keys.must<kms::GenerateMac>(macRequest.operator()<kms::GenerateMac>()).mac;
    rows.push_back({"GenerateMac", macFloor(false), keys.call<kms::GenerateMac>([=] {
                        return macRequest.template operator()<kms::GenerateMac>();
                    })});
    rows.push_back({"VerifyMac", macFloor(true), keys.call<kms::VerifyMac>([=] {
                        auto request = macRequest.template operator()<kms::VerifyMac>();
                        request.mac = mac;
                        return request;
                    })});
    const std::string agreeing = keys.made(ECC_NIST_P256, KEY_AGREEMENT);
    const Bytes peer =
        *keys.must<kms::GetPublicKey>(keyed<kms::GetPublicKey>(keys.made(ECC_NIST_P256, KEY_AGREEMENT)))
             .publicKey;
    rows.push_back({"DeriveSharedSecret_P256", agreementFloor(), keys.call<kms::DeriveSharedSecret>([=] {
                        auto request = keyed<kms::DeriveSharedSecret>(agreeing);
                        request.keyAgreementAlgorithm = kms::KeyAgreementAlgorithmSpec::ECDH;
                        request.publicKey = peer;
                        return request;
                    })});
}

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + std::ptrdiff_t(values.size() / 2), values.end());
    return values[values.size() / 2];
}

Cost run(const Step &step, int count) {
    const Stopwatch watch;
    for (int i = 0; i < count; ++i) {
        if (!step()) {
            std::abort();
        }
    }
    return watch.read(count);
}

/// So many that a leg takes about as long for every operation.
int countFor(const Step &step) {
    constexpr int tries = 20;
    run(step, tries);
    return std::max(tries, int(secondsPerLeg / run(step, tries).cpuPerOperation()));
}

void measure(benchmark::State &state, const Row &row) {
    for (auto _ : state) {
        const int floorCount = countFor(row.floor), serviceCount = countFor(row.service);
        std::vector<double> floors, services, ratios;
        for (int round = 0; round < rounds; ++round) {
            const double floor = run(row.floor, floorCount).cpuPerOperation();
            const double service = run(row.service, serviceCount).cpuPerOperation();
            floors.push_back(floor * 1e6);
            services.push_back(service * 1e6);
            ratios.push_back(service / floor);
        }
        state.counters["floor_us"] = median(floors);
        state.counters["service_us"] = median(services);
        state.counters["over_floor"] = median(ratios);
    }
}

} // namespace
} // namespace keyturn::bench

int main(int argc, char **argv) {
    using namespace keyturn::bench;
    benchmark::Initialize(&argc, argv);
    Keys keys;
    std::vector<Row> rows;
    addSymmetric(keys, rows);
    addSignatures(keys, rows);
    addOthers(keys, rows);
    for (const Row &row : rows) {
        benchmark::RegisterBenchmark(("cryptography/" + row.name).c_str(),
                                     [&row](benchmark::State &state) { measure(state, row); })
            ->Iterations(1)
            ->Unit(benchmark::kMillisecond);
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
