// SPDX-License-Identifier: Apache-2.0
// What holds for every document, on thousands made at random: only the edits differ, every ciphertext is
// found again with its new key, and moving back restores every byte. And the edits themselves.
#include "unit/reencrypt_documents/document_samples.h"

#include <QTest>

#include <random>

using namespace keyturn;
using namespace keyturn::documents;

namespace {

/// Documents of every form; every choice comes from one seed.
class RandomDocument {
public:
    explicit RandomDocument(unsigned seed)
        : m_random(seed) {}

    std::string text() {
        std::string out = chance(4) ? "\xEF\xBB\xBF" : "";
        for (int i = 0, n = number(1, 8); i < n; ++i) {
            for (int j = number(0, 5); j > 0; --j) {
                out += noise() + pick({"\n", "\r\n", " ", "\t"});
            }
            out += pick({"A=\"", "- ", "x: '", "kms://", "(", "\\n", "v3:"}) + dressed() +
                   pick({"\"\n", "\n", "'\r\n", ")\n", " # c\n", ",;\n"});
        }
        return out + noise();
    }

    std::string sopsYaml() {
        const std::string end = pick({"\n", "\r\n"});
        std::string out = chance(4) ? "\xEF\xBB\xBF" : "";
        for (int i = number(0, 5); i > 0; --i) {
            out += pick({"# c\xC3\xA9", "a" + std::to_string(i) + ": ENC[AES256_GCM,data:x]",
                         "\"\xE2\x82\xAC" + std::to_string(i) + "\": [1, 'it''s', {b: \"\\\"\"}]"}) +
                   end;
        }
        const std::string indent(static_cast<std::size_t>(number(1, 5)), ' ');
        out += "sops:" + end + indent + "kms:" + end;
        for (int i = number(1, 4); i > 0; --i) {
            const std::string gap(static_cast<std::size_t>(number(1, 4)), ' ');
            std::string lead = indent + "-" + gap;
            std::vector<std::string> members{"arn: " + quoted(oldArn), "enc: " + quoted(next64()),
                                             "created_at: \"2026-11-22T04:17:00Z\"", "aws_profile: \"\""};
            std::shuffle(members.begin(), members.end(), m_random);
            for (const std::string &member : members) {
                out += lead + member + pick({"", " # \xC3\xBC", "  "}) + end;
                lead = indent + " " + gap;
            }
        }
        return out + indent + "mac: ENC[x]" + (chance(2) ? end : "");
    }

    std::string sopsJson() {
        std::string entries;
        for (int i = number(1, 4); i > 0; --i) {
            std::vector<std::string> members{
                "\"arn\"" + blank() + ":" + blank() + "\"" + oldArn + "\"",
                "\"enc\":" + blank() + "\"" + (chance(2) ? replaced(next64(), "/", "\\/") : next64()) + "\"",
                "\"created_at\":\"2026-11-22T04:17:00Z\"", "\"role\":" + blank() + "\"\\u00e4\""};
            std::shuffle(members.begin(), members.end(), m_random);
            entries += (entries.empty() ? "" : "," + blank()) + "{";
            for (std::size_t m = 0; m < members.size(); ++m) {
                entries += (m > 0 ? "," : "") + blank() + members[m] + blank();
            }
            entries += "}";
        }
        return blank() + "{\"a\":\"\xE2\x82\xAC\"," + blank() + "\"sops\":{\"kms\":" + blank() + "[" +
               entries + "]}}" + blank();
    }

    std::string sopsLines(bool ini) {
        const std::string end = pick({"\n", "\r\n"});
        std::vector<std::string> lines;
        const int count = number(1, 4);
        const std::string prefix = ini ? "" : "sops_", equals = ini ? pick({" = ", "=", "    = "}) : "=";
        for (int i = 0; i < count; ++i) {
            const std::string name = prefix + "kms__list_" + std::to_string(i) + "__map_";
            lines.push_back(name + "arn" + equals + oldArn);
            lines.push_back(name + "enc" + equals + next64());
            lines.push_back(name + "created_at" + equals + "2026-11-22T04:17:00Z");
            lines.push_back(prefix + "pgp__list_" + std::to_string(i) + "__map_enc" + equals + "AQICAHg");
        }
        std::shuffle(lines.begin(), lines.end(), m_random);
        std::string out =
            ini ? "[a]" + end + "; c" + end + "b = \xC3\xA4" + end + "[sops]" + end : "A=\xC3\xA4" + end;
        for (const std::string &line : lines) {
            out += line + end;
        }
        return out + (chance(2) ? (ini ? "[z]" : "Z=1") : "");
    }

    std::string credstash() {
        const bool lines = chance(2);
        std::string out;
        for (int i = number(1, 6); i > 0; --i) {
            out += (out.empty() ? "" : lines ? "\n" : "," + blank());
            out += "{\"name\":\"\xC3\xA9" + noise() + "\"," + "\"key\" : \"" + next64() + "\"}";
        }
        return lines ? out + "\n" : "[" + out + blank() + "]";
    }

private:
    int number(int from, int to) {
        return from + static_cast<int>(m_random() % static_cast<unsigned>(to - from + 1));
    }
    bool chance(int of) { return number(1, of) == 1; }
    std::string pick(const std::vector<std::string> &of) {
        return of[static_cast<std::size_t>(number(0, static_cast<int>(of.size()) - 1))];
    }
    std::string blank() { return pick({"", "", " ", "\n  ", "\t"}); }
    std::string noise() {
        std::string out;
        for (int i = number(0, 30); i > 0; --i) {
            out += static_cast<char>(number(0, 3) ? number('a', 'z') : number(0xc0, 0xff) & 0x5f);
        }
        return replaced(replaced(out, "\"", "q"), "\\", "b");
    }
    Bytes next() { return chance(3) ? keyturnCiphertext(m_mark++) : aws(m_mark++, chance(2) ? 32 : 64); }
    std::string next64() { return toBase64(next()); }
    std::string quoted(const std::string &value) {
        return pick({value, "\"" + value + "\"", "'" + value + "'"});
    }
    std::string dressed() {
        reencrypt::Dress how;
        how.encoding = chance(3) ? reencrypt::Encoding::Hex : reencrypt::Encoding::Base64;
        how.upperCase = chance(2);
        if (how.encoding == reencrypt::Encoding::Base64 && chance(3)) {
            how.lineLength = 64;
            how.lineEnd = pick({"\n", "\r\n", "\\\n", "\n    "});
        }
        return textOf(reencrypt::dress(next(), how));
    }

    std::mt19937 m_random;
    std::uint8_t m_mark = 1;
};

struct Form {
    SourceKind kind;
    const char *name;
    std::string (*make)(RandomDocument &);
};

} // namespace

class TestDocumentProperties : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void movingThereAndBackRestoresEveryByte_data() {
        QTest::addColumn<int>("form");
        QTest::newRow("text") << 0;
        QTest::newRow("SOPS in YAML") << 1;
        QTest::newRow("SOPS in JSON") << 2;
        QTest::newRow("SOPS in ENV") << 3;
        QTest::newRow("SOPS in INI") << 4;
        QTest::newRow("credstash") << 5;
    }
    void movingThereAndBackRestoresEveryByte() {
        QFETCH(int, form);
        static const Form forms[] = {
            {SourceKind::Text, "a.txt", [](RandomDocument &random) { return random.text(); }},
            {SourceKind::Sops, "a.yaml", [](RandomDocument &random) { return random.sopsYaml(); }},
            {SourceKind::Sops, "a.json", [](RandomDocument &random) { return random.sopsJson(); }},
            {SourceKind::Sops, "a.env", [](RandomDocument &random) { return random.sopsLines(false); }},
            {SourceKind::Sops, "a.ini", [](RandomDocument &random) { return random.sopsLines(true); }},
            {SourceKind::Credstash, "a.json", [](RandomDocument &random) { return random.credstash(); }},
        };
        const Form &chosen = forms[form];
        const JobSpec spec = job(chosen.kind);
        std::size_t found = 0;
        for (unsigned seed = 0; seed < 400; ++seed) {
            RandomDocument random(seed);
            const std::string before = chosen.make(random);
            const Moved there = move(before, spec, chosen.name);
            const std::string which = "seed " + std::to_string(seed) + ": " + there.error;
            QVERIFY2(there.error.empty(), which.c_str());
            QVERIFY2(!there.blobs.empty(), which.c_str());
            QVERIFY2(outsideIsSame(before, there), which.c_str());
            const Moved back = move(there.text, spec, chosen.name, oldArn);
            QVERIFY2(sameMoved(there, back, chosen.kind == SourceKind::Sops), which.c_str());
            QVERIFY2(back.text == before, which.c_str());
            found += there.blobs.size();
        }
        QVERIFY(found > 400);
    }

    void editsAreChecked_data() {
        QTest::addColumn<qulonglong>("firstOffset");
        QTest::addColumn<qulonglong>("firstLength");
        QTest::addColumn<qulonglong>("secondOffset");
        QTest::addColumn<bool>("good");
        QTest::newRow("apart") << 0ULL << 2ULL << 5ULL << true;
        QTest::newRow("touching") << 0ULL << 5ULL << 5ULL << true;
        QTest::newRow("insertion at the same place") << 5ULL << 0ULL << 5ULL << true;
        QTest::newRow("at the end") << 0ULL << 0ULL << 9ULL << true;
        QTest::newRow("overlapping") << 0ULL << 6ULL << 5ULL << false;
        QTest::newRow("descending") << 6ULL << 1ULL << 5ULL << false;
        QTest::newRow("beyond the end") << 0ULL << 1ULL << 10ULL << false;
        QTest::newRow("length beyond the end") << 0ULL << 11ULL << 5ULL << false;
        QTest::newRow("length that wraps") << 1ULL << ~0ULL << 5ULL << false;
    }
    void editsAreChecked() {
        QFETCH(qulonglong, firstOffset);
        QFETCH(qulonglong, firstLength);
        QFETCH(qulonglong, secondOffset);
        QFETCH(bool, good);
        const std::string text = "0123456789";
        const std::vector<reencrypt::Edit> edits{{firstOffset, firstLength, toBytes("ab")},
                                                 {secondOffset, 1, toBytes("xyz")}};
        const auto applied = applyEdits(asBytes(text), edits);
        QCOMPARE(applied.has_value(), good);
        QCOMPARE(differOnlyInEdits(asBytes(text), applied ? *applied : Bytes(), edits), good);
    }

    void aByteOutsideTheEditsIsNoticed() {
        const std::string text = "0123456789";
        const std::vector<reencrypt::Edit> edits{{3, 2, toBytes("abc")}, {7, 0, toBytes("-")}};
        const Bytes after = *applyEdits(asBytes(text), edits);
        QCOMPARE(textOf(after), std::string("012abc56-789"));
        for (std::size_t i = 0; i < after.size(); ++i) {
            Bytes other = after;
            other[i] = '!';
            QVERIFY(!differOnlyInEdits(asBytes(text), other, edits));
            other.erase(other.begin() + static_cast<std::ptrdiff_t>(i));
            QVERIFY(!differOnlyInEdits(asBytes(text), other, edits));
        }
        Bytes longer = after;
        longer.push_back('!');
        QVERIFY(!differOnlyInEdits(asBytes(text), longer, edits));
    }

    void largeDocumentsAreRefused() {
        const Bytes large(reencrypt::documentBytesMax + 1, 'a');
        QVERIFY(!parseDocument(large, "a.txt", job(SourceKind::Text)));
        const std::string yaml = "sops: 1\n" + std::string(std::size_t(17) << 20U, '#');
        const auto refused = parseDocument(asBytes(yaml), "a.yaml", job(SourceKind::Sops));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Usage);
    }

    void otherSourcesAreNoDocuments() { QVERIFY(!parseDocument({}, "a", job(SourceKind::Csv))); }

private:
    /// Not by differOnlyInEdits: the bytes between the edits, taken out of both texts from their two ends.
    static bool outsideIsSame(const std::string &before, const Moved &moved) {
        std::string outsideBefore, outsideAfter;
        std::size_t at = 0, shifted = 0;
        for (const auto &edit : moved.edits) {
            const std::size_t kept = edit.offset - at;
            outsideBefore += before.substr(at, kept) + '|';
            outsideAfter += moved.text.substr(shifted, kept) + '|';
            shifted += kept + edit.bytes.size();
            at = edit.offset + edit.length;
        }
        return outsideBefore + before.substr(at) == outsideAfter + moved.text.substr(shifted);
    }
    static bool sameMoved(const Moved &there, const Moved &back, bool namesKey) {
        bool same = there.blobs.size() == back.blobs.size();
        for (std::size_t i = 0; same && i < there.blobs.size(); ++i) {
            same = back.blobs[i].cause == Cause::None &&
                   back.blobs[i].ciphertext == movedCiphertext(there.blobs[i].ciphertext) &&
                   (!namesKey || (there.blobs[i].keyHint == oldArn && back.blobs[i].keyHint == newArn));
        }
        return same;
    }
};

QTEST_APPLESS_MAIN(TestDocumentProperties)
#include "tst_document_properties.moc"
