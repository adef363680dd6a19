// SPDX-License-Identifier: Apache-2.0
// The small values of the container: row records, recovery codes, passphrases, sums of the state root.
#include "base/encoding.h"
#include "base/text.h"
#include "vault/container_fixture.h"
#include "vault/passphrase.h"
#include "vault/record.h"
#include "vault/recovery_code.h"
#include "vault/state_root.h"

#include <QObject>
#include <QTest>

#include <random>
#include <set>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::vault;

class ContainerValuesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void recordsComeBack();
    void recordBytesAreTheFormats();
    void recordsRefuseEveryCut();
    void recordsRefuseWrongFields_data();
    void recordsRefuseWrongFields();
    void codesAreReadBack();
    void codesAsTyped_data();
    void codesAsTyped();
    void everyMistypedSymbolIsNoticed();
    void passphrasesAreNfc();
    void passphraseLimits_data();
    void passphraseLimits();
    void sumsAreASet();
    void rootsComeBack();
    void rowsOpenOnlyInTheirPlace();
    void lookupKeysDiffer();
};

void ContainerValuesTest::recordsComeBack() {
    RecordWriter writer(3);
    const Timestamp time(std::chrono::microseconds(1'764'000'000'123'456));
    const std::vector<ByteView> elements{asBytes("one"), asBytes(""), asBytes("three")};
    writer.text(1, "name").number(2, 77).flag(4, true).time(5, time).bytes(9, {}).list(65535, elements);
    auto reader = RecordReader::parse(writer.view());
    QVERIFY(reader);
    QCOMPARE(reader->version(), 3);
    QVERIFY(reader->text(1).value() == "name");
    QCOMPARE(reader->number(2).value(), std::uint64_t{77});
    QVERIFY(!reader->has(3) && reader->has(9));
    QVERIFY(reader->flag(4).value());
    QVERIFY(reader->time(5).value() == time);
    QVERIFY(reader->bytes(9)->empty());
    QCOMPARE(reader->list(65535)->size(), std::size_t{3});
    QVERIFY(asText(reader->list(65535)->at(2)) == "three");
    QCOMPARE(reader->numberOr(3, 5).value(), std::uint64_t{5});
    QVERIFY(reader->textOr(3, "none").value() == "none");
    QVERIFY(!reader->flagOr(3, false).value());
    QVERIFY(!reader->optionalTime(3).value().has_value());
    QVERIFY(reader->optionalTime(5).value() == time);
}

void ContainerValuesTest::recordBytesAreTheFormats() {
    RecordWriter writer(1);
    writer.text(1, "ab").number(2, 258).flag(3, false);
    QCOMPARE(toHex(writer.view()), std::string("0001"
                                               "0001000000026162"
                                               "0002000000080000000000000102"
                                               "00030000000100"));
}

void ContainerValuesTest::recordsRefuseEveryCut() {
    RecordWriter writer(1);
    writer.text(1, "some text").number(2, 1);
    const Bytes whole = toBytes(writer.view());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        auto reader = RecordReader::parse(ByteView(whole).first(size));
        // A cut between two fields is a record with fewer fields: the sealing's tag is what notices that.
        QVERIFY(!reader || !reader->number(2));
    }
}

void ContainerValuesTest::recordsRefuseWrongFields_data() {
    QTest::addColumn<QByteArray>("hex");
    QTest::newRow("nothing") << QByteArray("");
    QTest::newRow("half a version") << QByteArray("00");
    QTest::newRow("tag twice") << QByteArray("0001"
                                             "000100000000"
                                             "000100000000");
    QTest::newRow("tags descending") << QByteArray("0001"
                                                   "000200000000"
                                                   "000100000000");
    QTest::newRow("length over the end") << QByteArray("0001"
                                                       "0001ffffffff00");
    QTest::newRow("field cut") << QByteArray("0001"
                                             "00010000");
}

void ContainerValuesTest::recordsRefuseWrongFields() {
    QFETCH(const QByteArray, hex);
    const Bytes record = fromHex(hex.toStdString()).value();
    auto reader = RecordReader::parse(record);
    QVERIFY(!reader);
    QCOMPARE(reader.error().code, ErrorCode::VaultDamaged);
}

void ContainerValuesTest::codesAreReadBack() {
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) {
        auto code = RecoveryCode::generate();
        QVERIFY(code);
        const std::string text(code->text().view());
        QCOMPARE(text.size(), std::size_t{47});
        QVERIFY(seen.insert(text).second);
        auto back = RecoveryCode::parse(text);
        QVERIFY(back);
        QVERIFY(equalConstantTime(back->secret().view(), code->secret().view()));
        QCOMPARE(back->secret().size(), std::size_t{24});
    }
}

void ContainerValuesTest::codesAsTyped_data() {
    QTest::addColumn<QByteArray>("typed");
    QTest::addColumn<QByteArray>("problem");
    // 38 times 0 is 24 zero bytes; the checksum is the start of SHA-256("kv1/recovery" and these).
    const QByteArray zero("00000-00000-00000-00000-00000-00000-00000-000S8");
    QTest::newRow("zero") << zero << QByteArray();
    QTest::newRow("small letters, no hyphens") << QByteArray(zero).toLower().replace('-', "") << QByteArray();
    QTest::newRow("O for 0, spaces") << QByteArray(zero).replace('0', 'O').replace('-', ' ') << QByteArray();
    QTest::newRow("line feed at the end") << QByteArray(zero + "\n") << QByteArray();
    QTest::newRow("short") << zero.first(46) << QByteArray("40 symbols, these are 39");
    QTest::newRow("long") << QByteArray(zero + "0") << QByteArray("these are 41");
    QTest::newRow("U is none") << QByteArray(zero).replace(0, 1, "U") << QByteArray("symbol 1");
    QTest::newRow("checksum") << QByteArray(zero).replace(46, 1, "E") << QByteArray("last two symbols");
    QTest::newRow("empty") << QByteArray() << QByteArray("these are 0");
}

void ContainerValuesTest::codesAsTyped() {
    QFETCH(const QByteArray, typed);
    QFETCH(const QByteArray, problem);
    auto code = RecoveryCode::parse(typed.toStdString());
    if (problem.isEmpty()) {
        QVERIFY2(code, code ? "" : code.error().detail.c_str());
        QCOMPARE(toHex(code->secret().view()), std::string(48, '0'));
    } else {
        QCOMPARE(code.error().code, ErrorCode::Usage);
        QVERIFY2(code.error().detail.find(problem.toStdString()) != std::string::npos,
                 code.error().detail.c_str());
    }
}

/// Ten bits of checksum let one of 1,024 mistakes through.
void ContainerValuesTest::everyMistypedSymbolIsNoticed() {
    const std::string alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    int tried = 0;
    int unnoticed = 0;
    for (int i = 0; i < 20; ++i) {
        const RecoveryCode code = std::move(*RecoveryCode::generate());
        const std::string text(code.text().view());
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (const char other : alphabet) {
                if (text[at] == '-' || text[at] == other) {
                    continue;
                }
                std::string typed = text;
                typed[at] = other;
                ++tried;
                unnoticed += RecoveryCode::parse(typed) ? 1 : 0;
            }
        }
    }
    std::printf("recovery codes: %d single mistakes, %d unnoticed\n", tried, unnoticed);
    QVERIFY(unnoticed < tried / 300);
}

/// Every character, alone and between others, against Qt's own normaliser.
void ContainerValuesTest::passphrasesAreNfc() {
    std::mt19937 random(7);
    const auto check = [](const QString &typed) {
        const QByteArray utf8 = typed.toUtf8();
        auto normalised = normalisedPassphrase(SecretBytes::copyOf(utf8.toStdString()));
        const QByteArray expected = typed.normalized(QString::NormalizationForm_C).toUtf8();
        return normalised && normalised->text() == expected.toStdString();
    };
    int checked = 0;
    std::vector<char32_t> interesting;
    for (char32_t c = 0x80; c < 0x30000; ++c) {
        if (QChar::isSurrogate(c)) {
            continue;
        }
        QString one;
        one += QChar::fromUcs4(c);
        QVERIFY2(check(one), qPrintable(QString::number(c, 16)));
        QVERIFY2(check(one.normalized(QString::NormalizationForm_D)), qPrintable(QString::number(c, 16)));
        checked += 2;
        // Qt 6.4 leaves Hangul apart that stands after a composed character outside the BMP; Python does not.
        if (c > 0xFFFF) {
            continue;
        }
        if (QChar::decompositionTag(c) == QChar::Canonical || QChar::combiningClass(c) != 0 ||
            (c >= 0x1100 && c < 0x1200)) {
            interesting.push_back(c);
        }
    }
    for (int round = 0; round < 100'000; ++round) {
        QString text;
        for (auto count = 1 + random() % 7; count > 0; --count) {
            const char32_t c = random() % 4 == 0 ? U'a' : interesting[random() % interesting.size()];
            text += QChar::fromUcs4(c);
        }
        QVERIFY2(check(text), text.toUtf8().toHex().constData());
        ++checked;
    }
    QVERIFY(normalisedPassphrase(secretText("\U00011935\U00011930\u1108\u1168"))->text() ==
            "\U00011938\ubf24");
    std::printf("passphrases normalised as Qt does: %d\n", checked);
}

void ContainerValuesTest::passphraseLimits_data() {
    QTest::addColumn<QByteArray>("typed");
    QTest::addColumn<bool>("taken");
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("one byte") << QByteArray("x") << true;
    QTest::newRow("spaces are kept") << QByteArray("  x ") << true;
    QTest::newRow("1024 bytes") << QByteArray(1024, 'x') << true;
    QTest::newRow("1025 bytes") << QByteArray(1025, 'x') << false;
    QTest::newRow("no UTF-8") << QByteArray("\xff\xfe") << false;
}

void ContainerValuesTest::passphraseLimits() {
    QFETCH(const QByteArray, typed);
    QFETCH(const bool, taken);
    auto normalised = normalisedPassphrase(SecretBytes::copyOf(typed.toStdString()));
    QCOMPARE(normalised.has_value(), taken);
    if (taken) {
        QVERIFY(normalised->text() == typed.toStdString());
    } else {
        QCOMPARE(normalised.error().code, ErrorCode::Usage);
    }
}

void ContainerValuesTest::sumsAreASet() {
    std::mt19937 random(5);
    std::vector<RowElement> elements(50);
    for (RowElement &element : elements) {
        for (std::uint8_t &byte : element) {
            byte = static_cast<std::uint8_t>(random() % 3 == 0 ? 0xff : random());
        }
    }
    TableSum forwards;
    TableSum backwards;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        forwards.add(elements[i]);
        backwards.add(elements[elements.size() - 1 - i]);
    }
    QVERIFY(forwards == backwards);
    forwards.add(elements[3]);
    QVERIFY(!(forwards == backwards));
    forwards.remove(elements[3]);
    QVERIFY(forwards == backwards);
    for (const RowElement &element : elements) {
        forwards.remove(element);
    }
    QVERIFY(forwards == TableSum{});
    RowElement one{};
    one[31] = 1;
    RowElement ones;
    ones.fill(0xff);
    TableSum wraps;
    wraps.add(ones);
    wraps.add(one);
    QVERIFY(wraps.sum == TableSum{}.sum && wraps.rows == 2);
}

void ContainerValuesTest::rootsComeBack() {
    StateRoot root;
    root.header.vaultId.fill(7);
    root.generation = 1ULL << 40;
    root.epoch = 3;
    root.committed = Timestamp(std::chrono::microseconds(5));
    RowElement element{};
    element[0] = 0xfe;
    root.add(16, element);
    root.add(99, element);
    root.log = {4, 9, {1, 2}};
    root.slotsUsed[5] = root.committed;
    const Bytes bytes = encodeStateRoot(root);
    auto back = decodeStateRoot(bytes);
    QVERIFY(back);
    QVERIFY(back->header == root.header && back->generation == root.generation && back->epoch == root.epoch);
    QVERIFY(back->tables == root.tables && back->log == root.log && back->slotsUsed == root.slotsUsed);
    QVERIFY(encodeStateRoot(*back) == bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        QVERIFY(!decodeStateRoot(ByteView(bytes).first(size)));
    }
    root.features = {Feature::Regions};
    Bytes feature = encodeStateRoot(root);
    QVERIFY(decodeStateRoot(feature)->features == root.features);
    for (const std::uint8_t other : {std::uint8_t{0}, std::uint8_t{3}, std::uint8_t{255}}) {
        feature[2 + 30 + 8 + 4 + 8 + 2] = other;
        QCOMPARE(decodeStateRoot(feature).error().code, ErrorCode::VaultNewer);
    }
}

void ContainerValuesTest::rowsOpenOnlyInTheirPlace() {
    VaultUuid id{1};
    const SecretBytes key = SecretBytes::copyOf(std::string(32, 'k'));
    const VaultKeys keys(id, 1, key);
    const RowPlace place{16, asBytes("pk"), 5, 1};
    Bytes sealed;
    QVERIFY(keys.sealRow(place, asBytes("payload"), sealed));
    QCOMPARE(sealed.size(), std::size_t{7 + 76});
    QVERIFY(keys.openRow(place, sealed)->text() == "payload");
    for (const RowPlace &other : {RowPlace{17, asBytes("pk"), 5, 1}, RowPlace{16, asBytes("pl"), 5, 1},
                                  RowPlace{16, asBytes("p"), 5, 1}, RowPlace{16, asBytes("pk"), 6, 1},
                                  RowPlace{16, asBytes("pk"), 5, 2}}) {
        QCOMPARE(keys.openRow(other, sealed).error().code, ErrorCode::NotAuthentic);
    }
    const VaultKeys otherEpoch(id, 2, key);
    QVERIFY(!otherEpoch.openRow(place, sealed));
    id[0] = 2;
    const VaultKeys otherVault(id, 1, key);
    QVERIFY(!otherVault.openRow(place, sealed));
    QCOMPARE(keys.sealRow({16, {}, 1, 1}, {}, sealed).error().code, ErrorCode::Usage);
    const Bytes longKey(65);
    QCOMPARE(keys.sealRow({16, longKey, 1, 1}, {}, sealed).error().code, ErrorCode::Usage);
}

void ContainerValuesTest::lookupKeysDiffer() {
    const VaultKeys keys({}, 1, SecretBytes::copyOf(std::string(32, 'k')));
    QVERIFY(keys.lookupKey(Table::Aliases, asBytes("alias/a")) ==
            keys.lookupKey(Table::Aliases, asBytes("alias/a")));
    QVERIFY(keys.lookupKey(Table::Aliases, asBytes("alias/a")) !=
            keys.lookupKey(Table::Aliases, asBytes("alias/b")));
    QVERIFY(keys.lookupKey(Table::Aliases, asBytes("alias/a")) !=
            keys.lookupKey(Table::Tags, asBytes("alias/a")));
    QVERIFY(keys.contextDigest(asBytes("x")) != keys.lookupKey(Table::Tags, asBytes("x")));
    QVERIFY(!equalConstantTime(keys.auditKey().view(), keys.journalKey().view()));
}

QTEST_APPLESS_MAIN(ContainerValuesTest)
#include "tst_container_values.moc"
