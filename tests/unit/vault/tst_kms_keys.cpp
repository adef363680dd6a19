// SPDX-License-Identifier: Apache-2.0
// CreateKey, DescribeKey, the table of key states, aliases, tags and paging (kms-semantics.md sections 2, 3,
// 7, 10 and 11).
#include "kms_vault.h"

#include "kms/operations/cancel_key_deletion.h"
#include "kms/operations/connect_custom_key_store.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/disable_key_rotation.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/enable_key_rotation.h"
#include "kms/operations/generate_data_key_without_plaintext.h"
#include "kms/operations/get_key_rotation_status.h"
#include "kms/operations/get_public_key.h"
#include "kms/operations/list_aliases.h"
#include "kms/operations/list_key_rotations.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/list_resource_tags.h"
#include "kms/operations/tag_resource.h"
#include "kms/operations/untag_resource.h"
#include "kms/operations/update_key_description.h"

#include <functional>

using namespace keyturn;
using namespace keyturn::test;
using kms::KeyState;

class TestKmsKeys : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void creationIsDescribed();
    void creationRefusals_data();
    void creationRefusals();
    void states_data();
    void states();
    void descriptionsAreKept();
    void everythingSurvivesReopening();

private:
    QString create(const std::function<void(kms::CreateKey::Request &)> &change);
    std::unique_ptr<KmsVault> m_vault;
};

namespace {

using Act = std::function<QString(KmsVault &, const std::string &)>;

template <class Op>
Act act() {
    return [](KmsVault &vault, const std::string &key) {
        typename Op::Request request;
        if constexpr (requires { request.keyId; }) {
            request.keyId = key;
        }
        if constexpr (std::is_same_v<Op, kms::Encrypt>) {
            request.plaintext = SecretBytes::copyOf(std::string_view("x"));
        }
        if constexpr (std::is_same_v<Op, kms::GenerateDataKeyWithoutPlaintext>) {
            request.numberOfBytes = 16;
        }
        if constexpr (std::is_same_v<Op, kms::CreateAlias>) {
            request.aliasName = "alias/of-" + key;
            request.targetKeyId = key;
        }
        if constexpr (std::is_same_v<Op, kms::TagResource>) {
            request.tags = {kms::Tag{"name", "value"}};
        }
        if constexpr (std::is_same_v<Op, kms::UntagResource>) {
            request.tagKeys = {"name"};
        }
        if constexpr (std::is_same_v<Op, kms::UpdateKeyDescription>) {
            request.description = "described";
        }
        return told(vault.call<Op>(std::move(request)));
    };
}

struct StateRow {
    Act act;
    const char *enabled;
    const char *disabled;
    const char *pending;
};

/// Columns Enabled, Disabled, PendingDeletion of section 2: "." works, D disabled, P pending deletion,
/// N not pending deletion.
const std::map<std::string, StateRow> &stateRows() {
    static const std::map<std::string, StateRow> rows{
        {"Encrypt", {act<kms::Encrypt>(), ".", "D", "P"}},
        {"GenerateDataKeyWithoutPlaintext", {act<kms::GenerateDataKeyWithoutPlaintext>(), ".", "D", "P"}},
        {"CancelKeyDeletion", {act<kms::CancelKeyDeletion>(), "N", "N", "."}},
        {"ScheduleKeyDeletion", {act<kms::ScheduleKeyDeletion>(), ".", ".", "P"}},
        {"EnableKey", {act<kms::EnableKey>(), ".", ".", "P"}},
        {"DisableKey", {act<kms::DisableKey>(), ".", ".", "P"}},
        {"CreateAlias", {act<kms::CreateAlias>(), ".", ".", "P"}},
        {"TagResource", {act<kms::TagResource>(), ".", ".", "P"}},
        {"UntagResource", {act<kms::UntagResource>(), ".", ".", "P"}},
        {"UpdateKeyDescription", {act<kms::UpdateKeyDescription>(), ".", ".", "P"}},
        {"EnableKeyRotation", {act<kms::EnableKeyRotation>(), ".", "D", "P"}},
        {"DisableKeyRotation", {act<kms::DisableKeyRotation>(), ".", "D", "P"}},
        {"RotateKeyOnDemand", {act<kms::RotateKeyOnDemand>(), ".", "D", "P"}},
        {"GetKeyRotationStatus", {act<kms::GetKeyRotationStatus>(), ".", ".", "."}},
        {"ListKeyRotations", {act<kms::ListKeyRotations>(), ".", ".", "."}},
        {"ListAliases", {act<kms::ListAliases>(), ".", ".", "."}},
        {"ListResourceTags", {act<kms::ListResourceTags>(), ".", ".", "."}},
        {"DescribeKey", {act<kms::DescribeKey>(), ".", ".", "."}},
    };
    return rows;
}

} // namespace

void TestKmsKeys::initTestCase() {
    m_vault = std::make_unique<KmsVault>();
}

QString TestKmsKeys::create(const std::function<void(kms::CreateKey::Request &)> &change) {
    kms::CreateKey::Request request;
    change(request);
    return told(m_vault->call<kms::CreateKey>(std::move(request)));
}

void TestKmsKeys::creationIsDescribed() {
    kms::CreateKey::Request request;
    request.description = "first";
    request.tags = {kms::Tag{"b", "2"}, kms::Tag{"a", "1"}};
    const auto made = m_vault->call<kms::CreateKey>(std::move(request));
    QCOMPARE(told(made), QStringLiteral("ok"));
    const kms::KeyMetadata &metadata = *made->keyMetadata;
    QCOMPARE(qstring(*metadata.awsAccountId), qstring(account));
    QCOMPARE(qstring(*metadata.arn), qstring(std::string(arnPrefix) + *metadata.keyId));
    QVERIFY(*metadata.creationDate == m_vault->clock().now());
    QVERIFY(*metadata.enabled && *metadata.keyState == KeyState::Enabled);
    QVERIFY(*metadata.keySpec == kms::KeySpec::SYMMETRIC_DEFAULT);
    QVERIFY(*metadata.customerMasterKeySpec == kms::CustomerMasterKeySpec::SYMMETRIC_DEFAULT);
    QVERIFY(*metadata.keyUsage == kms::KeyUsageType::ENCRYPT_DECRYPT);
    QVERIFY(*metadata.origin == kms::OriginType::AWS_KMS &&
            *metadata.keyManager == kms::KeyManagerType::CUSTOMER);
    QVERIFY(!*metadata.multiRegion && !metadata.deletionDate && !metadata.expirationModel);
    QCOMPARE(metadata.currentKeyMaterialId->size(), std::size_t(64));
    const auto described = m_vault->call<kms::DescribeKey>({*metadata.keyId, {}});
    QVERIFY(described && *described->keyMetadata == metadata);
    const auto tags = m_vault->call<kms::ListResourceTags>({*metadata.keyId, {}, {}});
    QVERIFY(tags && *tags->tags == (std::vector{kms::Tag{"a", "1"}, kms::Tag{"b", "2"}}));
}

void TestKmsKeys::creationRefusals_data() {
    QTest::addColumn<QString>("outcome");
    QTest::newRow("no usage for RSA")
        << QStringLiteral("ValidationException: You must specify a KeyUsage value for all KMS keys except "
                          "for symmetric encryption keys.");
    QTest::newRow("bad pair") << QStringLiteral(
        "ValidationException: KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT");
    QTest::newRow("ML-DSA") << QStringLiteral("UnsupportedOperationException: ML_DSA_65 is not supported");
    QTest::newRow("ML-KEM") << QStringLiteral("UnsupportedOperationException: ML_KEM_768 is not supported");
    QTest::newRow("CloudHSM") << QStringLiteral("UnsupportedOperationException: Origin AWS_CLOUDHSM");
    QTest::newRow("custom key store") << QStringLiteral("UnsupportedOperationException: CustomKeyStoreId");
    QTest::newRow("policy is no JSON") << QStringLiteral("MalformedPolicyDocumentException");
    QTest::newRow("policy too long") << QStringLiteral("LimitExceededException");
    QTest::newRow("reserved tag") << QStringLiteral("TagException: Tags beginning with aws: are reserved");
    QTest::newRow("repeated tag") << QStringLiteral("TagException: Duplicate tag keys");
    QTest::newRow("51 tags") << QStringLiteral("TagException: Too many tags");
    QTest::newRow("both specs") << QStringLiteral("ValidationException: You cannot specify KeySpec and");
}

void TestKmsKeys::creationRefusals() {
    using Request = kms::CreateKey::Request;
    const auto spec = [](kms::KeySpec keySpec, kms::KeyUsageType usage) {
        return [=](Request &r) { r.keySpec = keySpec, r.keyUsage = usage; };
    };
    const auto manyTags = [](Request &r) {
        r.tags.emplace();
        for (int i = 0; i < 51; ++i) {
            r.tags->push_back({"tag" + std::to_string(i), ""});
        }
    };
    const std::map<std::string, std::function<void(Request &)>> changes{
        {"no usage for RSA", [](Request &r) { r.keySpec = kms::KeySpec::RSA_2048; }},
        {"bad pair", spec(kms::KeySpec::SYMMETRIC_DEFAULT, kms::KeyUsageType::SIGN_VERIFY)},
        {"ML-DSA", spec(kms::KeySpec::ML_DSA_65, kms::KeyUsageType::SIGN_VERIFY)},
        {"ML-KEM", spec(kms::KeySpec::ML_KEM_768, kms::KeyUsageType::ENCAPSULATE_DECAPSULATE)},
        {"CloudHSM", [](Request &r) { r.origin = kms::OriginType::AWS_CLOUDHSM; }},
        {"custom key store", [](Request &r) { r.customKeyStoreId = "cks-1"; }},
        {"policy is no JSON", [](Request &r) { r.policy = "{\"Version\":"; }},
        {"policy too long", [](Request &r) { r.policy = "{\"a\":\"" + std::string(32768, 'x') + "\"}"; }},
        {"reserved tag",
         [](Request &r) {
             r.tags = {kms::Tag{"AWS:x", ""}};
         }},
        {"repeated tag",
         [](Request &r) {
             r.tags = {kms::Tag{"x", "1"}, kms::Tag{"x", "2"}};
         }},
        {"51 tags", manyTags},
        {"both specs",
         [](Request &r) {
             r.keySpec = kms::KeySpec::SYMMETRIC_DEFAULT;
             r.customerMasterKeySpec = kms::CustomerMasterKeySpec::SYMMETRIC_DEFAULT;
         }},
    };
    QFETCH(QString, outcome);
    const QString answer = create(changes.at(QTest::currentDataTag()));
    QVERIFY2(answer.startsWith(outcome), qPrintable(answer));
    const auto lockedOut = [](Request &r) { r.policy = R"({"Version":"2012-10-17","Statement":[]})"; };
    QVERIFY(create(lockedOut).startsWith(QStringLiteral("MalformedPolicyDocumentException")));
    QCOMPARE(create([&](Request &r) {
                 lockedOut(r);
                 r.bypassPolicyLockoutSafetyCheck = true;
             }),
             QStringLiteral("ok"));
}

void TestKmsKeys::states_data() {
    QTest::addColumn<int>("state");
    QTest::addColumn<QString>("outcome");
    for (const auto &[name, row] : stateRows()) {
        QTest::newRow((name + " Enabled").c_str())
            << int(KeyState::Enabled) << QString::fromLatin1(row.enabled);
        QTest::newRow((name + " Disabled").c_str())
            << int(KeyState::Disabled) << QString::fromLatin1(row.disabled);
        QTest::newRow((name + " PendingDeletion").c_str())
            << int(KeyState::PendingDeletion) << QString::fromLatin1(row.pending);
    }
}

void TestKmsKeys::states() {
    QFETCH(int, state);
    QFETCH(QString, outcome);
    const std::string tag = QTest::currentDataTag();
    const std::string key = m_vault->makeKeyIn(KeyState(state));
    const QString arn = qstring(std::string(arnPrefix) + key);
    const std::map<QString, QString> answers{
        {QStringLiteral("."), QStringLiteral("ok")},
        {QStringLiteral("D"), QStringLiteral("DisabledException: %1 is disabled.").arg(arn)},
        {QStringLiteral("P"), QStringLiteral("KMSInvalidStateException: %1 is pending deletion.").arg(arn)},
        {QStringLiteral("N"),
         QStringLiteral("KMSInvalidStateException: %1 is not pending deletion.").arg(arn)},
    };
    QCOMPARE(stateRows().at(tag.substr(0, tag.find(' '))).act(*m_vault, key), answers.at(outcome));
}

void TestKmsKeys::descriptionsAreKept() {
    const std::string key = m_vault->makeKeyId();
    QVERIFY(m_vault->call<kms::UpdateKeyDescription>({key, "größer"}));
    QCOMPARE(qstring(*m_vault->call<kms::DescribeKey>({key, {}})->keyMetadata->description),
             QStringLiteral("größer"));
}

void TestKmsKeys::everythingSurvivesReopening() {
    KmsVault vault;
    const std::string key = vault.makeKeyId();
    QVERIFY(vault.call<kms::CreateAlias>({"alias/kept", key}));
    QVERIFY(vault.call<kms::TagResource>({key, {{kms::Tag{"name", "value"}}}}));
    QVERIFY(vault.call<kms::EnableKeyRotation>({key, 90}));
    QVERIFY(vault.call<kms::ScheduleKeyDeletion>({key, 9}));
    const auto before = vault.call<kms::DescribeKey>({key, {}});
    vault.reopen();
    QVERIFY(*vault.call<kms::DescribeKey>({"alias/kept", {}})->keyMetadata == *before->keyMetadata);
    QCOMPARE(vault.call<kms::ListResourceTags>({key, {}, {}})->tags->size(), std::size_t(1));
    vault.reopen(vault::Access::ReadOnly);
    QVERIFY(*vault.call<kms::DescribeKey>({"alias/kept", {}})->keyMetadata == *before->keyMetadata);
    QCOMPARE(told(vault.encrypt(key, "x")), QStringLiteral("VaultReadOnly"));
    QCOMPARE(told(vault.call<kms::CancelKeyDeletion>({key})), QStringLiteral("VaultReadOnly"));
    QVERIFY(vault.kms().capabilities().readOnly);
    // What no vault has is refused for that, not for being read-only.
    QCOMPARE(told(vault.call<kms::ConnectCustomKeyStore>({.customKeyStoreId = "cks-1"})),
             QStringLiteral("UnsupportedOperationException: A local vault has no custom key stores: its keys "
                            "live in the vault itself."));
    const auto absent = vault.kms().capabilities().of(kms::OperationId::ConnectCustomKeyStore);
    QVERIFY(!absent.available);
    QCOMPARE(absent.reason,
             std::string("A local vault has no custom key stores: its keys live in the vault itself."));
    QVERIFY(!vault.kms().capabilities().of(kms::OperationId::Encrypt).available);
    QVERIFY(vault.kms().capabilities().of(kms::OperationId::ListKeys).available);
}

QTEST_GUILESS_MAIN(TestKmsKeys)
#include "tst_kms_keys.moc"
