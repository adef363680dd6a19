// SPDX-License-Identifier: Apache-2.0
// What FakeKms keeps, and one handler per operation. Thread rule: FakeKms holds its mutex around every call.
#pragma once

#include "crypto/rsa_key.h"
#include "fakes/fake_kms.h"
#include "kms/operations/cancel_key_deletion.h"
#include "kms/operations/create_alias.h"
#include "kms/operations/create_key.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/delete_alias.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/disable_key_rotation.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/enable_key_rotation.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/generate_data_key_without_plaintext.h"
#include "kms/operations/generate_random.h"
#include "kms/operations/get_key_rotation_status.h"
#include "kms/operations/get_public_key.h"
#include "kms/operations/list_aliases.h"
#include "kms/operations/list_key_rotations.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/list_resource_tags.h"
#include "kms/operations/re_encrypt.h"
#include "kms/operations/rotate_key_on_demand.h"
#include "kms/operations/schedule_key_deletion.h"
#include "kms/operations/tag_resource.h"
#include "kms/operations/untag_resource.h"
#include "kms/operations/update_alias.h"
#include "kms/operations/update_key_description.h"

namespace keyturn::test {

using Algorithm = kms::EncryptionAlgorithmSpec;

struct FakeMaterial {
    std::string id; ///< 64 hex digits
    std::string secret;
    std::optional<kms::RotationType> rotation; ///< none: the first
    Timestamp since;
};

struct FakeKey {
    std::string id;
    std::string arn;
    std::string description;
    kms::KeySpec spec = kms::KeySpec::SYMMETRIC_DEFAULT;
    kms::KeyUsageType usage = kms::KeyUsageType::ENCRYPT_DECRYPT;
    kms::KeyState state = kms::KeyState::Enabled;
    Timestamp created;
    std::optional<Timestamp> deletionDate;
    std::map<std::string, std::string> tags;
    std::vector<FakeMaterial> materials;
    std::optional<crypto::RsaKeyPair> rsa;
    bool rotates = false;
    std::int64_t periodDays = 365;
    Timestamp nextRotation;
    int onDemandRotations = 0;

    bool isSymmetric() const { return spec == kms::KeySpec::SYMMETRIC_DEFAULT; }
};

struct FakeAlias {
    std::string keyId;
    Timestamp created;
    Timestamp updated;
};

class FakeKms::Store {
public:
    explicit Store(FakeKmsOptions options)
        : m_options(std::move(options)) {}

    const FakeKmsOptions &options() const { return m_options; }
    /// Deletions and rotations that are due by now.
    void settle();
    void beginOperation(kms::OperationId operation) { m_operation = operation; }

    Result<kms::CreateKey::Reply> handle(const kms::CreateKey::Request &);
    Result<kms::DescribeKey::Reply> handle(const kms::DescribeKey::Request &);
    Result<kms::ListKeys::Reply> handle(const kms::ListKeys::Request &);
    Result<kms::ListAliases::Reply> handle(const kms::ListAliases::Request &);
    Result<kms::CreateAlias::Reply> handle(const kms::CreateAlias::Request &);
    Result<kms::UpdateAlias::Reply> handle(const kms::UpdateAlias::Request &);
    Result<kms::DeleteAlias::Reply> handle(const kms::DeleteAlias::Request &);
    Result<kms::EnableKey::Reply> handle(const kms::EnableKey::Request &);
    Result<kms::DisableKey::Reply> handle(const kms::DisableKey::Request &);
    Result<kms::ScheduleKeyDeletion::Reply> handle(const kms::ScheduleKeyDeletion::Request &);
    Result<kms::CancelKeyDeletion::Reply> handle(const kms::CancelKeyDeletion::Request &);
    Result<kms::RotateKeyOnDemand::Reply> handle(const kms::RotateKeyOnDemand::Request &);
    Result<kms::EnableKeyRotation::Reply> handle(const kms::EnableKeyRotation::Request &);
    Result<kms::DisableKeyRotation::Reply> handle(const kms::DisableKeyRotation::Request &);
    Result<kms::GetKeyRotationStatus::Reply> handle(const kms::GetKeyRotationStatus::Request &);
    Result<kms::ListKeyRotations::Reply> handle(const kms::ListKeyRotations::Request &);
    Result<kms::UpdateKeyDescription::Reply> handle(const kms::UpdateKeyDescription::Request &);
    Result<kms::TagResource::Reply> handle(const kms::TagResource::Request &);
    Result<kms::UntagResource::Reply> handle(const kms::UntagResource::Request &);
    Result<kms::ListResourceTags::Reply> handle(const kms::ListResourceTags::Request &);
    Result<kms::Encrypt::Reply> handle(const kms::Encrypt::Request &);
    Result<kms::Decrypt::Reply> handle(const kms::Decrypt::Request &);
    Result<kms::ReEncrypt::Reply> handle(const kms::ReEncrypt::Request &);
    Result<kms::GenerateDataKey::Reply> handle(const kms::GenerateDataKey::Request &);
    Result<kms::GenerateDataKeyWithoutPlaintext::Reply>
    handle(const kms::GenerateDataKeyWithoutPlaintext::Request &);
    Result<kms::GenerateRandom::Reply> handle(const kms::GenerateRandom::Request &);
    Result<kms::GetPublicKey::Reply> handle(const kms::GetPublicKey::Request &);

private:
    using Context = std::optional<kms::EncryptionContext>;
    using OpenAlgorithm = std::optional<kms::Open<Algorithm>>;
    using Tags = std::vector<kms::Tag>;
    struct Opened { ///< a ciphertext and what it takes to open it
        FakeKey *key = nullptr;
        const FakeMaterial *material = nullptr;
        Algorithm algorithm = Algorithm::SYMMETRIC_DEFAULT;
        std::string nonce;
        std::string seal;
        Bytes body;
    };

    Timestamp now() const { return m_options.clock->now(); }
    std::string uniqueHex(std::size_t digits);
    FakeMaterial newMaterial(std::optional<kms::RotationType> rotation);
    kms::KeyMetadata metadataOf(const FakeKey &key) const;

    // Lookup and rules (kms-semantics.md sections 2 and 3).
    Result<FakeKey *> find(const std::string &text, kms::IdForm forms);
    Result<FakeKey *> findById(std::string_view id, std::string_view text);
    Result<FakeKey *> findByAlias(const std::string &name, const std::string &text);
    Status checkState(const FakeKey &key) const;
    Result<FakeKey *> keyToChange(const std::string &text);
    Result<FakeKey *> rotatingKey(const std::string &text);
    Status checkCipherSide(const FakeKey &key, Algorithm algorithm, const Context &context,
                           std::string_view contextMember) const;
    Status mergeTags(std::map<std::string, std::string> &tags, const Tags &added) const;
    std::string aliasArn(std::string_view name) const;
    Status checkAliasTarget(const std::string &keyId) const;

    // Ciphers.
    Bytes seal(const FakeKey &key, const Context &context, ByteView plaintext);
    std::string sealOf(const FakeKey &key, const FakeMaterial &material, std::string_view nonce,
                       const Context &context, ByteView plaintext) const;
    Result<Bytes> encryptWith(const FakeKey &key, Algorithm algorithm, const Context &context,
                              ByteView plaintext);
    Result<Opened> open(const std::optional<Bytes> &ciphertext, const std::optional<std::string> &keyId,
                        const OpenAlgorithm &algorithm, std::string_view keyMember);
    Result<Opened> openSymmetric(const Bytes &ciphertext, FakeKey *named);
    Result<SecretBytes> decryptWith(const Opened &opened, const Context &context) const;
    template <class Request>
    Result<FakeKey *> dataKeyOwner(const Request &request);

    FakeKmsOptions m_options;
    kms::OperationId m_operation{};
    std::map<std::string, FakeKey> m_keys;
    std::map<std::string, FakeAlias> m_aliases;
    std::uint64_t m_counter = 0;
};

/// `return refuse(ErrorCode::Disabled, arn + " is disabled.");`
[[nodiscard]] inline tl::unexpected<Error> refuse(ErrorCode code, std::string message = {}) {
    return tl::unexpected<Error>(serviceError(code, std::move(message), ErrorOrigin::Service));
}

Status checkGrantTokens(const std::optional<std::vector<std::string>> &tokens);
unsigned rsaSizeBits(kms::KeySpec spec);
std::vector<kms::Open<Algorithm>> algorithmsOf(const FakeKey &key);
Algorithm algorithmOf(const std::optional<kms::Open<Algorithm>> &given);

} // namespace keyturn::test
