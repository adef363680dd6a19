// SPDX-License-Identifier: Apache-2.0
// Member constraints and their messages (kms-semantics.md section 1), and the matcher of patterns.
#include "kms/operations/create_alias.h"
#include "kms/operations/create_key.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/generate_data_key_without_plaintext.h"
#include "kms/operations/generate_random.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/re_encrypt.h"
#include "kms/operations/schedule_key_deletion.h"
#include "kms/operations/tag_resource.h"
#include "kms/operations/untag_resource.h"
#include "kms/pattern.h"
#include "kms/validation.h"

#include <QTest>

using namespace keyturn;
using namespace keyturn::kms;

Q_DECLARE_METATYPE(std::shared_ptr<AnyRequest>)

namespace {

/// A message that stands alone is marked with '!'; the others follow the grammar for one fault.
using Shared = std::shared_ptr<AnyRequest>;

template <class Op>
Shared boxed(typename Op::Request request) {
    return std::make_shared<AnyRequest>(AnyRequest::of<Op>(std::move(request)));
}

QString shown(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

constexpr const char *one = "1 validation error detected: ";

Decrypt::Request decryptOf(std::size_t bytes) {
    Decrypt::Request request;
    request.ciphertextBlob = Bytes(bytes, 7);
    return request;
}
Encrypt::Request encryptOf(std::size_t bytes) {
    Encrypt::Request request;
    request.keyId = "alias/a";
    request.plaintext = SecretBytes(bytes);
    return request;
}
Decrypt::Request withTokens(std::vector<std::string> tokens) {
    Decrypt::Request request = decryptOf(1);
    request.grantTokens = std::move(tokens);
    return request;
}
GenerateDataKey::Request dataKey(std::optional<std::int64_t> bytes, std::optional<Open<DataKeySpec>> spec) {
    GenerateDataKey::Request request;
    request.keyId = "k";
    request.numberOfBytes = bytes;
    request.keySpec = std::move(spec);
    return request;
}
TagResource::Request tags(std::vector<Tag> list) {
    TagResource::Request request;
    request.keyId = "k";
    request.tags = std::move(list);
    return request;
}
ReEncrypt::Request dryRun(bool dry, bool ignoring, bool withKey) {
    ReEncrypt::Request request;
    request.destinationKeyId = "d";
    request.dryRun = dry;
    if (ignoring) {
        request.dryRunModifiers =
            std::vector<Open<DryRunModifierType>>{DryRunModifierType::IGNORE_CIPHERTEXT};
    }
    if (withKey) {
        request.sourceKeyId = "s";
    }
    return request;
}

void addSizeRows(const auto &row) {
    row("ciphertext empty", boxed<Decrypt>(decryptOf(0)),
        "Value at 'ciphertextBlob' failed to satisfy constraint: Member must have length greater than or "
        "equal "
        "to 1");
    row("ciphertext longest", boxed<Decrypt>(decryptOf(6144)), "");
    row("ciphertext too long", boxed<Decrypt>(decryptOf(6145)),
        "Value at 'ciphertextBlob' failed to satisfy constraint: Member must have length less than or equal "
        "to "
        "6144");
    row("plaintext empty", boxed<Encrypt>(encryptOf(0)),
        "Value at 'plaintext' failed to satisfy constraint: Member must have length greater than or equal to "
        "1");
    row("plaintext longest", boxed<Encrypt>(encryptOf(4096)), "");
    row("plaintext too long", boxed<Encrypt>(encryptOf(4097)),
        "Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to "
        "4096");
    row("ten tokens", boxed<Decrypt>(withTokens(std::vector<std::string>(10, "t"))), "");
    row("eleven tokens", boxed<Decrypt>(withTokens(std::vector<std::string>(11, "t"))),
        "Value '[t, t, t, t, t, t, t, t, t, t, t]' at 'grantTokens' failed to satisfy constraint: Member "
        "must "
        "have length less than or equal to 10");
    row("empty token", boxed<Decrypt>(withTokens({"t", ""})),
        "Value '' at 'grantTokens.2.member' failed to satisfy constraint: Member must have length greater "
        "than "
        "or equal to 1");
    row("tag value of 257 characters", boxed<TagResource>(tags({{"a", "b"}, {"c", std::string(257, 'x')}})),
        "Value '" + std::string(257, 'x') +
            "' at 'tags.2.member.tagValue' failed to satisfy constraint: Member must have length less than "
            "or "
            "equal to 256");
    std::string characters;
    for (int i = 0; i < 256; ++i) {
        characters += "\xc3\xa9";
    }
    row("tag value of 256 characters in 512 bytes", boxed<TagResource>(tags({{"a", characters}})), "");
    row("tag without value", boxed<TagResource>(tags({{"a", std::nullopt}})),
        "Value null at 'tags.1.member.tagValue' failed to satisfy constraint: Member must not be null");
}

void addNumberRows(const auto &row) {
    row("no limit", boxed<ListKeys>({}), "");
    row("limit 0", boxed<ListKeys>({.limit = 0}),
        "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to "
        "1");
    row("limit 1001", boxed<ListKeys>({.limit = 1001}),
        "Value '1001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to "
        "1000");
    row("limit 1000", boxed<ListKeys>({.limit = 1000}), "");
    row("window of 6 days", boxed<ScheduleKeyDeletion>({.keyId = "k", .pendingWindowInDays = 6}),
        "Value '6' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value greater "
        "than "
        "or equal to 7");
    row("window of 31 days", boxed<ScheduleKeyDeletion>({.keyId = "k", .pendingWindowInDays = 31}),
        "Value '31' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value less than "
        "or "
        "equal to 30");
    row("window of 7 days", boxed<ScheduleKeyDeletion>({.keyId = "k", .pendingWindowInDays = 7}), "");
}

void addTextRows(const auto &row) {
    row("no key id", boxed<ScheduleKeyDeletion>({}),
        "Value null at 'keyId' failed to satisfy constraint: Member must not be null");
    row("unknown key spec", boxed<GenerateDataKey>(dataKey({}, Open<DataKeySpec>::fromText("AES_512"))),
        "Value 'AES_512' at 'keySpec' failed to satisfy constraint: Member must satisfy enum value set: "
        "[AES_256, AES_128]");
    row("alias of wrong characters", boxed<CreateAlias>({.aliasName = "alias/a b", .targetKeyId = "k"}),
        "Value 'alias/a b' at 'aliasName' failed to satisfy constraint: Member must satisfy regular "
        "expression "
        "pattern: ^[a-zA-Z0-9:/_-]+$");
    row("several faults", boxed<CreateAlias>({.aliasName = ""}),
        "!3 validation errors detected: Value '' at 'aliasName' failed to satisfy constraint: Member must "
        "have "
        "length greater than or equal to 1; Value '' at 'aliasName' failed to satisfy constraint: Member "
        "must "
        "satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$; Value null at 'targetKeyId' failed to "
        "satisfy "
        "constraint: Member must not be null");
}

void addDependencyRows(const auto &row) {
    const auto spec = std::optional<Open<DataKeySpec>>(DataKeySpec::AES_256);
    const char *either = "!Please specify either number of bytes or key spec, not both.";
    row("data key: both", boxed<GenerateDataKey>(dataKey(32, spec)), either);
    row("data key: none", boxed<GenerateDataKey>(dataKey({}, {})), either);
    row("data key: bytes", boxed<GenerateDataKey>(dataKey(1024, {})), "");
    row("data key: spec", boxed<GenerateDataKey>(dataKey({}, spec)), "");
    row("data key: 0 bytes", boxed<GenerateDataKey>(dataKey(0, {})),
        "Value '0' at 'numberOfBytes' failed to satisfy constraint: Member must have value greater than or "
        "equal to 1");
    row("data key: 1025 bytes", boxed<GenerateDataKey>(dataKey(1025, {})),
        "Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or "
        "equal to 1024");
    row("without plaintext: none", boxed<GenerateDataKeyWithoutPlaintext>({.keyId = "k"}), either);
    row("random: none", boxed<GenerateRandom>({}), "!NumberOfBytes is required.");
    const char *ciphertext =
        "Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null";
    row("no ciphertext", boxed<ReEncrypt>(dryRun(false, false, true)), ciphertext);
    row("no ciphertext, dry run", boxed<ReEncrypt>(dryRun(true, false, true)), ciphertext);
    row("no ciphertext, ignored", boxed<ReEncrypt>(dryRun(false, true, true)), ciphertext);
    row("no ciphertext, dry run and ignored", boxed<ReEncrypt>(dryRun(true, true, true)), "");
    row("no ciphertext, no key", boxed<ReEncrypt>(dryRun(true, true, false)),
        "Value null at 'sourceKeyId' failed to satisfy constraint: Member must not be null");
    row("decrypt nothing", boxed<Decrypt>({}), ciphertext);
}

} // namespace

class TestKmsValidation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void messages_data() {
        QTest::addColumn<Shared>("request");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *name, const Shared &request, const std::string &message) {
            std::string whole = message;
            if (message.starts_with('!')) {
                whole.erase(0, 1);
            } else if (!message.empty()) {
                whole.insert(0, one);
            }
            QTest::newRow(name) << request << shown(whole);
        };
        addSizeRows(row);
        addNumberRows(row);
        addTextRows(row);
        addDependencyRows(row);
    }
    void messages() {
        QFETCH(Shared, request);
        QFETCH(QString, message);
        const auto status = validateRequest(*request);
        QCOMPARE(status.has_value(), message.isEmpty());
        if (!status) {
            QCOMPARE(shown(status.error().serviceMessage), message);
            QCOMPARE(status.error().code, ErrorCode::Validation);
            QCOMPARE(shown(status.error().serviceCode), QStringLiteral("ValidationException"));
        }
    }

    void secretsAreNotEchoed() {
        Encrypt::Request request = encryptOf(1);
        request.plaintext = SecretBytes::copyOf(std::string(5000, 'S') + "marker");
        const auto status = validateRequest(AnyRequest::of<Encrypt>(std::move(request)));
        QVERIFY(!status);
        QVERIFY(status.error().serviceMessage.find("SS") == std::string::npos);
    }

    void patterns_data() {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("matches");
        const auto row = [](const char *name, const char *pattern, const char *text, bool matches) {
            QTest::newRow(name) << QString::fromUtf8(pattern) << QString::fromUtf8(text) << matches;
        };
        constexpr const char *alias = "^[a-zA-Z0-9:/_-]+$";
        row("alias", alias, "alias/A:b_c-9", true);
        row("alias, empty", alias, "", false);
        row("alias, space", alias, "alias/a b", false);
        row("alias, line feed at the end", alias, "alias/a\n", false);
        constexpr const char *marker = "[\\u0020-\\u00FF]*";
        row("marker, empty", marker, "", true);
        row("marker, Latin", marker, "a\xc3\xbf", true);
        row("marker, beyond Latin", marker, "a\xc4\x80", false);
        row("marker, tab", marker, "\t", false);
        constexpr const char *region = "^([a-z]+-){2,3}\\d+$";
        row("region", region, "us-east-1", true);
        row("region of four parts", region, "us-gov-west-1", true);
        row("region, one part", region, "east-1", false);
        row("region, four letters parts", region, "a-b-c-d-1", false);
        row("region, no number", region, "us-east-", false);
        constexpr const char *cluster = "cluster-[2-7a-zA-Z]{11,16}";
        row("cluster of 11", cluster, "cluster-abcdefghijk", true);
        row("cluster of 16", cluster, "cluster-abcdefghijklmnop", true);
        row("cluster of 10", cluster, "cluster-abcdefghij", false);
        row("cluster of 17", cluster, "cluster-abcdefghijklmnopq", false);
        row("cluster, more around", cluster, "xcluster-abcdefghijk", false);
        constexpr const char *external = "^[a-zA-Z0-9-_.]+$";
        row("external key", external, "a-Z_9.", true);
        row("external key, colon", external, "a:b", false);
        constexpr const char *path = "^(/[a-zA-Z0-9\\/_-]+/kms/xks/v\\d{1,2})$|^(/kms/xks/v\\d{1,2})$";
        row("proxy path, long", path, "/a/b/kms/xks/v12", true);
        row("proxy path, short", path, "/kms/xks/v1", true);
        row("proxy path, wrong", path, "/kms/xks/v123", false);
        row("digits", "[0-9]{12}", "111122223333", true);
        row("digits, one more", "[0-9]{12}", "1111222233334", false);
        row("anything", "^a.+$", "a\xf0\x9f\x94\x91", true);
        row("anything but a line feed", "^a.+$", "a\n", false);
        row("space class", "^[a-zA-Z0-9:/_\\s.-]+$", "a \t\n.-", true);
    }
    void patterns() {
        QFETCH(QString, pattern);
        QFETCH(QString, text);
        QFETCH(bool, matches);
        const auto compiled = Pattern::compile(pattern.toStdString());
        QVERIFY(compiled);
        QCOMPARE(compiled->matches(text.toStdString()), matches);
    }

    void patternsThatCannotBeRead() {
        for (const char *text : {"a(b", "a)", "[a", "*a", "a{2", "a{3,2}", "(?=a)b", "[^a]", "a\\q", "a{100}",
                                 "$a", "\\u00g0"}) {
            QVERIFY2(!Pattern::compile(text), text);
        }
    }

    void aLongTextCostsNoStack() {
        const auto compiled = Pattern::compile("([a-z]+-)*[a-z]+");
        QVERIFY(compiled);
        std::string text;
        for (int i = 0; i < 200'000; ++i) {
            text += "a-";
        }
        QVERIFY(compiled->matches(text + 'a'));
        QVERIFY(!compiled->matches(text));
    }
};

QTEST_GUILESS_MAIN(TestKmsValidation)
#include "tst_kms_validation.moc"
