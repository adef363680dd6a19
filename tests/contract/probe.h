// SPDX-License-Identifier: Apache-2.0
// Probe: how a fact asks a backend. What does not hold ends the fact by an exception that says what was
// found. One thread.
#pragma once

#include "contract.h"

#include "kms/operations/decrypt.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/encrypt.h"

#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace keyturn::contract {

struct DoesNotHold : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// "NotFoundException: Key '...' does not exist", for what was found instead.
std::string told(const Error &error);

class Probe {
public:
    explicit Probe(Backend &backend)
        : m_backend(backend)
        , m_service(backend.service()) {}
    /// As callers of another Region ask; only where the backend has several.
    Probe(Backend &backend, const std::string &region)
        : m_backend(backend)
        , m_service(*backend.serviceIn(region)) {}

    Backend &backend() { return m_backend; }
    kms::KmsService &service() { return m_service; }

    template <class Op>
    Result<typename Op::Reply> ask(typename Op::Request request) {
        return kms::callAndWait<Op>(service(), std::move(request));
    }
    /// The reply; an error ends the fact.
    template <class Op>
    typename Op::Reply must(typename Op::Request request) {
        auto reply = ask<Op>(std::move(request));
        if (!reply) {
            throw DoesNotHold(std::string(Op::info().name) + " should work, but: " + told(reply.error()));
        }
        return std::move(*reply);
    }
    /// The error, which must have one of the codes.
    template <class Op>
    Error refused(typename Op::Request request, std::initializer_list<ErrorCode> codes) {
        const auto reply = ask<Op>(std::move(request));
        return expectRefusal(Op::info().name, reply ? nullptr : &reply.error(), codes);
    }
    template <class Op>
    Error refused(typename Op::Request request, ErrorCode code) {
        return refused<Op>(std::move(request), {code});
    }
    /// ... and this message, word for word, when a service said it.
    template <class Op>
    void refused(typename Op::Request request, ErrorCode code, std::string_view message) {
        const Error error = refused<Op>(std::move(request), {code});
        if (!m_backend.checksOnItsOwn() || error.origin != ErrorOrigin::Client) {
            equal("message", error.serviceMessage, message);
        }
    }

    static void check(bool holds, const std::string &what) {
        if (!holds) {
            throw DoesNotHold(what);
        }
    }
    static void equal(const std::string &what, std::string_view found, std::string_view expected);
    static void equal(const std::string &what, std::int64_t found, std::int64_t expected);

    // Keys and names for the fact.
    kms::KeyMetadata newKey(kms::CreateKey::Request request = {});
    std::string newKeyId() { return *newKey().keyId; }
    /// The same for every fact that asks: RSA keys take long to make. Nobody changes its state.
    const kms::KeyMetadata &sharedRsaKey(kms::KeySpec spec);
    kms::KeyMetadata newRsaKey(kms::KeySpec spec);
    /// The same for every fact that asks, of any spec. Nobody changes its state.
    const kms::KeyMetadata &sharedKey(kms::KeySpec spec, kms::KeyUsageType usage);
    /// A key that cannot encrypt.
    kms::KeyMetadata newHmacKey();
    std::string newAliasName();
    std::string newAlias(const std::string &keyId);
    kms::KeyMetadata describe(const std::string &keyId);
    std::string unusedKeyId() const { return "0f0f0f0f-0000-4000-8000-0123456789ab"; }
    /// `id` in an ARN of the same partition and account as `like`'s.
    static std::string withRegion(const std::string &arn, const std::string &region);

    // Symmetric cipher in short.
    Bytes encrypt(const std::string &keyId, std::string_view text = "plaintext",
                  std::optional<kms::EncryptionContext> context = {});
    /// Opens and compares.
    void opensTo(const Bytes &ciphertext, std::string_view text,
                 std::optional<kms::EncryptionContext> context = {});
    kms::Decrypt::Request decryptRequest(const Bytes &ciphertext,
                                         std::optional<kms::EncryptionContext> context = {}) const;

private:
    Error expectRefusal(std::string_view operation, const Error *error,
                        std::initializer_list<ErrorCode> codes);

    Backend &m_backend;
    kms::KmsService &m_service;
    std::map<kms::KeySpec, kms::KeyMetadata> m_rsaKeys;
    std::map<std::pair<kms::KeySpec, kms::KeyUsageType>, kms::KeyMetadata> m_sharedKeys;
    int m_names = 0;
};

} // namespace keyturn::contract
