// SPDX-License-Identifier: Apache-2.0
// Every constraint of every member of a request, at its bound and one beyond, with the message that the
// service gives (kms-semantics.md section 1). The tables say what the bounds are; tst_kms_tables holds them
// against the published facts.
#include "base/bytes.h"
#include "base/secret_bytes.h"
#include "base/secret_text.h"
#include "base/text.h"
#include "facts/pattern_text.h"
#include "kms/open_enum.h"
#include "kms/operation.h"
#include "kms/pattern.h"
#include "kms/validation.h"

#include <QTest>

#include <set>

using namespace keyturn;
using namespace keyturn::kms;

namespace {

std::string textOf(const Field &field, std::int64_t length) {
    return test::textOfPattern(field.pattern, length);
}

std::string lowerCamel(std::string_view name) {
    return toLowerAscii(name.substr(0, 1)) + std::string(name.substr(1));
}

class Walk {
public:
    void operation(const OperationInfo &info) {
        AnyRequest request = info.makeRequest();
        fields(std::string(info.name), info.request, request.object());
    }
    int checked() const { return m_checked; }
    const std::string &faults() const { return m_faults; }

private:
    using Messages = std::vector<std::string>;

    void fields(const std::string &owner, std::span<const Field> table, void *object) {
        for (const Field &field : table) {
            m_where = owner + '.' + std::string(field.name);
            field.access->clear(object);
            if (field.required) {
                expect(field, object, {fault(field, " null", "Member must not be null")});
            }
            values(owner, field, object);
            field.access->clear(object);
        }
    }

    void values(const std::string &owner, const Field &field, void *object) {
        switch (field.kind) {
        case FieldKind::Text:
        case FieldKind::SecretText:
            return texts(field, object);
        case FieldKind::TextList:
            return items(field, object);
        case FieldKind::Blob:
        case FieldKind::SecretBlob:
            return atBounds(field.minLength, field.maxLength,
                            [&](std::int64_t size) { blob(field, object, size); });
        case FieldKind::Integer:
            return atBounds(field.minValue, field.maxValue,
                            [&](std::int64_t value) { integer(field, object, value); });
        case FieldKind::Enumeration:
            return enumeration(field, object);
        case FieldKind::Structure:
            return fields(owner + '.' + std::string(field.name), field.structure().fields,
                          field.access->make(object));
        case FieldKind::StructureList:
            return fields(owner + '.' + std::string(field.name), field.structure().fields,
                          field.access->append(field.access->make(object)));
        case FieldKind::EnumerationList:
            return listedEnumeration(field, object);
        case FieldKind::Boolean:
        case FieldKind::Time:
        case FieldKind::TextMap:
            return;
        }
    }

    template <class Try>
    void atBounds(std::int64_t min, std::int64_t max, const Try &tryValue) {
        std::set<std::int64_t> values;
        if (min > 0) {
            values.insert({min - 1, min});
        }
        if (max >= 0) {
            values.insert({max, max + 1});
        }
        for (const std::int64_t value : values) {
            tryValue(value);
        }
    }

    /// The faults of a value against two bounds, in the service's words.
    static Messages bounds(std::string_view what, std::int64_t value, std::int64_t min, std::int64_t max,
                           const std::string &echo, const std::string &path) {
        const std::string must = "Member must have " + std::string(what);
        if (max >= 0 && value > max) {
            return {"Value" + echo + " at '" + path + "' failed to satisfy constraint: " + must +
                    " less than or equal to " + std::to_string(max)};
        }
        if (min >= 0 && value < min) {
            return {"Value" + echo + " at '" + path + "' failed to satisfy constraint: " + must +
                    " greater than or equal to " + std::to_string(min)};
        }
        return {};
    }

    static std::string fault(const Field &field, const std::string &echo, const std::string &constraint) {
        return "Value" + echo + " at '" + lowerCamel(field.name) +
               "' failed to satisfy constraint: " + constraint;
    }

    static void setText(const Field &field, void *object, const std::string &text) {
        void *slot = field.access->make(object);
        if (field.kind == FieldKind::SecretText) {
            SecretText secret;
            secret.append(text);
            *static_cast<SecretText *>(slot) = std::move(secret);
        } else {
            *static_cast<std::string *>(slot) = text;
        }
    }

    static Messages textFaults(const Field &field, const std::string &text) {
        const std::string echo = field.secret ? "" : " '" + text + "'";
        Messages messages = bounds("length", static_cast<std::int64_t>(text.size()), field.minLength,
                                   field.maxLength, echo, lowerCamel(field.name));
        if (!field.pattern.empty() && !Pattern::compile(field.pattern)->matches(text)) {
            messages.push_back(
                fault(field, echo,
                      "Member must satisfy regular expression pattern: " + std::string(field.pattern)));
        }
        return messages;
    }

    void texts(const Field &field, void *object) {
        constexpr std::int64_t longText = 8192;
        atBounds(field.minLength, field.maxLength, [&](std::int64_t length) {
            // A policy's 131,072 characters are held against their number alone: the rest would take long.
            const Field tried = length > longText ? field.matching({}) : field;
            const std::string text = textOf(field, length);
            setText(field, object, text);
            expect(tried, object, textFaults(tried, text));
        });
        if (field.pattern.empty()) {
            return;
        }
        const std::int64_t length = std::max<std::int64_t>(field.minLength, 1);
        const std::string strange(static_cast<std::size_t>(length), '\x01');
        setText(field, object, strange);
        const Messages refused = textFaults(field, strange);
        note(!refused.empty(), "its pattern takes control characters");
        expect(field, object, refused);
        setText(field, object,
                textOf(field,
                       std::max<std::int64_t>(field.minLength, std::min<std::int64_t>(field.maxLength, 48))));
        expect(field, object, {});
    }

    void items(const Field &field, void *object) {
        auto &list = *static_cast<std::vector<std::string> *>(field.access->make(object));
        atBounds(field.minItems, field.maxItems, [&](std::int64_t count) {
            list.assign(static_cast<std::size_t>(count), "a");
            expect(field, object,
                   bounds("length", count, field.minItems, field.maxItems, " '[" + join(list, ", ") + "]'",
                          lowerCamel(field.name)));
        });
        atBounds(field.minLength, field.maxLength, [&](std::int64_t length) {
            list.assign(1, textOf(field, length));
            expect(field, object,
                   bounds("length", length, field.minLength, field.maxLength, " '" + list.front() + "'",
                          lowerCamel(field.name) + ".1.member"));
        });
    }

    void blob(const Field &field, void *object, std::int64_t size) {
        void *slot = field.access->make(object);
        if (field.kind == FieldKind::SecretBlob) {
            *static_cast<SecretBytes *>(slot) = SecretBytes(static_cast<std::size_t>(size));
        } else {
            *static_cast<Bytes *>(slot) = Bytes(static_cast<std::size_t>(size), 7);
        }
        expect(field, object,
               bounds("length", size, field.minLength, field.maxLength, "", lowerCamel(field.name)));
    }

    void integer(const Field &field, void *object, std::int64_t value) {
        *static_cast<std::int64_t *>(field.access->make(object)) = value;
        expect(field, object,
               bounds("value", value, field.minValue, field.maxValue, " '" + std::to_string(value) + "'",
                      lowerCamel(field.name)));
    }

    static std::string setFault(const Field &field, const std::string &path) {
        const EnumInfo &info = field.enumeration();
        const std::vector<std::string> names(info.names.begin(), info.names.end());
        return "Value 'NO_SUCH_VALUE' at '" + path +
               "' failed to satisfy constraint: Member must satisfy enum value set: [" + join(names, ", ") +
               "]";
    }
    void enumeration(const Field &field, void *object) {
        auto &value = *static_cast<OpenEnum *>(field.access->make(object));
        for (const std::string_view name : field.enumeration().names) {
            value.setText(field.enumeration(), name);
            expect(field, object, {});
        }
        value.setText(field.enumeration(), "NO_SUCH_VALUE");
        expect(field, object, {setFault(field, lowerCamel(field.name))});
    }
    void listedEnumeration(const Field &field, void *object) {
        void *list = field.access->make(object);
        for (const std::string_view name : field.enumeration().names) {
            static_cast<OpenEnum *>(field.access->append(list))->setText(field.enumeration(), name);
        }
        expect(field, object, {});
        static_cast<OpenEnum *>(field.access->append(list))->setText(field.enumeration(), "NO_SUCH_VALUE");
        const std::size_t last = field.access->count(list);
        expect(field, object,
               {setFault(field, lowerCamel(field.name) + '.' + std::to_string(last) + ".member")});
    }

    void note(bool good, const std::string &what) {
        if (!good) {
            m_faults += m_where + ": " + what + '\n';
        }
    }
    void expect(const Field &field, const void *object, const Messages &messages) {
        ++m_checked;
        const Status status = validateMembers({&field, 1}, object);
        std::string wanted;
        if (!messages.empty()) {
            wanted = std::to_string(messages.size()) + " validation error" +
                     (messages.size() == 1 ? "" : "s") + " detected: " + join(messages, "; ");
        }
        const std::string found = status ? std::string() : status.error().serviceMessage;
        note(found == wanted, "\n  said:   " + found + "\n  wanted: " + wanted);
    }

    std::string m_where;
    std::string m_faults;
    int m_checked = 0;
};

} // namespace

class TestKmsBounds : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyConstraintAtItsBoundAndOneBeyond_data() {
        QTest::addColumn<int>("id");
        for (int id = 0; id < static_cast<int>(operationCount); ++id) {
            QTest::newRow(std::string(operationInfo(static_cast<OperationId>(id)).name).c_str()) << id;
        }
    }
    void everyConstraintAtItsBoundAndOneBeyond() {
        QFETCH(int, id);
        Walk walk;
        walk.operation(operationInfo(static_cast<OperationId>(id)));
        QVERIFY2(walk.faults().empty(), walk.faults().c_str());
        QVERIFY(walk.checked() > 0);
        m_checked += walk.checked();
    }
    void cleanupTestCase() { std::printf("%d values held against their constraints\n", m_checked); }

private:
    int m_checked = 0;
};

QTEST_GUILESS_MAIN(TestKmsBounds)
#include "tst_kms_bounds.moc"
