// SPDX-License-Identifier: Apache-2.0
#include "generic_messages.h"

#include "base/bytes.h"
#include "base/clock.h"
#include "base/secret_bytes.h"
#include "base/secret_text.h"
#include "kms/encryption_context.h"
#include "kms/open_enum.h"

#include <vector>

namespace keyturn::test {
namespace {

using kms::Field;
using kms::FieldKind;
using kms::OpenEnum;
using Texts = std::vector<std::string>;

class Filler {
public:
    explicit Filler(const FillOptions &options)
        : m_options(options)
        , m_count(options.seed * 100) {}

    void fill(std::span<const Field> fields, void *object) {
        for (const Field &field : fields) {
            set(field, field.access->make(object));
        }
    }

private:
    std::string text() {
        using namespace std::string_literals;
        return "\"quoted\\ \n\t\x01 \0 \x7f / \xc3\xa9\xf0\x9f\x94\x91 "s + std::to_string(++m_count);
    }
    void setEnumeration(const Field &field, void *value, std::size_t index) {
        const auto &info = field.enumeration();
        static_cast<OpenEnum *>(value)->setText(
            info, index < info.names.size() ? info.names[index] : std::string_view("A_NEW_VALUE"));
    }
    void setItems(const Field &field, void *value) {
        for (std::size_t i = 0; i < 2; ++i) {
            void *item = field.access->append(value);
            if (field.kind == FieldKind::StructureList) {
                fill(field.structure().fields, item);
            } else {
                setEnumeration(field, item, i);
            }
        }
    }
    void set(const Field &field, void *value) {
        switch (field.kind) {
        case FieldKind::Text:
            *static_cast<std::string *>(value) = field.secret ? m_options.secret : text();
            break;
        case FieldKind::Blob:
            *static_cast<Bytes *>(value) = toBytes(text());
            break;
        case FieldKind::SecretBlob:
            *static_cast<SecretBytes *>(value) = SecretBytes::copyOf(m_options.secret);
            break;
        case FieldKind::SecretText: {
            SecretText text;
            text.append(m_options.secret);
            *static_cast<SecretText *>(value) = std::move(text);
            break;
        }
        case FieldKind::Integer:
            *static_cast<std::int64_t *>(value) = ++m_count;
            break;
        case FieldKind::Boolean:
            *static_cast<bool *>(value) = true;
            break;
        case FieldKind::Time:
            *static_cast<Timestamp *>(value) =
                Timestamp(std::chrono::microseconds(1'700'000'000'250'000 + ++m_count));
            break;
        case FieldKind::Enumeration:
            setEnumeration(field, value, 0);
            break;
        case FieldKind::TextList:
            *static_cast<Texts *>(value) = {text(), text()};
            break;
        case FieldKind::TextMap:
            *static_cast<kms::EncryptionContext *>(value) = {{text(), text()}, {text(), ""}};
            break;
        case FieldKind::Structure:
            fill(field.structure().fields, value);
            break;
        case FieldKind::EnumerationList:
        case FieldKind::StructureList:
            setItems(field, value);
            break;
        }
    }

    const FillOptions &m_options;
    int m_count;
};

template <class T>
bool same(const void *a, const void *b) {
    return *static_cast<const T *>(a) == *static_cast<const T *>(b);
}

std::string differenceOfItems(const Field &field, const void *a, const void *b) {
    const std::size_t count = field.access->count(a);
    if (count != field.access->count(b)) {
        return "(number of items)";
    }
    for (std::size_t i = 0; i < count; ++i) {
        const void *itemA = field.access->item(a, i);
        const void *itemB = field.access->item(b, i);
        const std::string found = field.kind == FieldKind::StructureList
                                      ? firstDifference(field.structure().fields, itemA, itemB)
                                      : std::string(same<OpenEnum>(itemA, itemB) ? "" : "(item)");
        if (!found.empty()) {
            return '[' + std::to_string(i) + "]." + found;
        }
    }
    return {};
}

std::string differenceOf(const Field &field, const void *a, const void *b) {
    bool equal = false;
    switch (field.kind) {
    case FieldKind::Text:
        equal = same<std::string>(a, b);
        break;
    case FieldKind::Blob:
        equal = same<Bytes>(a, b);
        break;
    case FieldKind::SecretBlob:
        equal = static_cast<const SecretBytes *>(a)->text() == static_cast<const SecretBytes *>(b)->text();
        break;
    case FieldKind::SecretText:
        equal = static_cast<const SecretText *>(a)->view() == static_cast<const SecretText *>(b)->view();
        break;
    case FieldKind::Integer:
        equal = same<std::int64_t>(a, b);
        break;
    case FieldKind::Boolean:
        equal = same<bool>(a, b);
        break;
    case FieldKind::Time:
        equal = same<Timestamp>(a, b);
        break;
    case FieldKind::Enumeration:
        equal = same<OpenEnum>(a, b);
        break;
    case FieldKind::TextList:
        equal = same<Texts>(a, b);
        break;
    case FieldKind::TextMap:
        equal = same<kms::EncryptionContext>(a, b);
        break;
    case FieldKind::Structure:
        return firstDifference(field.structure().fields, a, b);
    case FieldKind::EnumerationList:
    case FieldKind::StructureList:
        return differenceOfItems(field, a, b);
    }
    return equal ? "" : "(value)";
}

} // namespace

void fillEverything(std::span<const Field> fields, void *object, const FillOptions &options) {
    Filler(options).fill(fields, object);
}

std::string firstDifference(std::span<const Field> fields, const void *a, const void *b) {
    for (const Field &field : fields) {
        const void *inA = field.access->get(a);
        const void *inB = field.access->get(b);
        if ((inA == nullptr) != (inB == nullptr)) {
            return std::string(field.name) + " (absent on one side)";
        }
        const std::string found = inA == nullptr ? std::string() : differenceOf(field, inA, inB);
        if (!found.empty()) {
            return std::string(field.name) + '.' + found;
        }
    }
    return {};
}

} // namespace keyturn::test
