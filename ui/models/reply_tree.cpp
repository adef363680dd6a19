// SPDX-License-Identifier: Apache-2.0
#include "ui/models/reply_tree.h"

#include "base/encoding.h"
#include "base/secret_text.h"
#include "kms/encryption_context.h"
#include "kms/json.h"
#include "kms/open_enum.h"
#include "ui/models/key_words.h"

#include <QCoreApplication>

namespace keyturn::ui {
namespace {

using kms::Field;
using kms::FieldKind;

QString words(const char *text) {
    return QCoreApplication::translate("ReplyTree", text);
}

class Taker {
public:
    explicit Taker(std::vector<ReplySecret> &secrets)
        : m_secrets(secrets) {}

    std::vector<ReplyNode> take(std::span<const Field> fields, void *object, const QString &prefix) {
        std::vector<ReplyNode> nodes;
        for (const Field &field : fields) {
            if (field.access->get(object) != nullptr) {
                nodes.push_back(nodeOf(field, object, prefix));
            }
        }
        return nodes;
    }

private:
    ReplyNode nodeOf(const Field &field, void *object, const QString &prefix) {
        ReplyNode node{.name = fromUtf8(field.name), .value = {}, .isSecret = false, .children = {}};
        const QString path = prefix + node.name;
        if (const bool secret =
                field.secret || field.kind == FieldKind::SecretBlob || field.kind == FieldKind::SecretText;
            secret && takeSecret(field, object, path)) {
            node.isSecret = true;
            node.value = words("Hidden, %1 bytes").arg(m_secrets.back().bytes.size());
            return node;
        }
        void *value = field.access->make(object); // it is there: the value itself
        switch (field.kind) {
        case FieldKind::Structure:
            node.children = take(field.structure().fields, value, path + u'.');
            return node;
        case FieldKind::StructureList:
            node.children = itemsOf(field, value, path);
            node.value = countOf(node.children.size());
            return node;
        case FieldKind::TextList:
            for (const std::string &text : *static_cast<const std::vector<std::string> *>(value)) {
                node.children.push_back({{}, fromUtf8(text), false, {}});
            }
            node.value = countOf(node.children.size());
            return node;
        case FieldKind::EnumerationList:
            for (std::size_t i = 0; i < field.access->count(value); ++i) {
                const auto *item = static_cast<const kms::OpenEnum *>(field.access->item(value, i));
                node.children.push_back({{}, fromUtf8(item->text(field.enumeration())), false, {}});
            }
            node.value = countOf(node.children.size());
            return node;
        case FieldKind::TextMap:
            for (const auto &[name, text] : *static_cast<const kms::EncryptionContext *>(value)) {
                node.children.push_back({fromUtf8(name), fromUtf8(text), false, {}});
            }
            node.value = countOf(node.children.size());
            return node;
        default:
            node.value = leafText(field, value);
            return node;
        }
    }

    std::vector<ReplyNode> itemsOf(const Field &field, void *list, const QString &path) {
        std::vector<ReplyNode> nodes;
        for (std::size_t i = 0; i < field.access->count(list); ++i) {
            // The list is ours to change: its items are reached through it.
            void *item = const_cast<void *>(field.access->item(list, i));
            const QString place = QStringLiteral("[%1]").arg(i);
            ReplyNode node{.name = place, .value = {}, .isSecret = false, .children = {}};
            node.children = take(field.structure().fields, item, path + place + u'.');
            nodes.push_back(std::move(node));
        }
        return nodes;
    }

    static QString countOf(std::size_t count) {
        return counted(static_cast<qint64>(count), words("1 item"), words("%1 items"));
    }

    static QString leafText(const Field &field, const void *value) {
        switch (field.kind) {
        case FieldKind::Text:
            return fromUtf8(*static_cast<const std::string *>(value));
        case FieldKind::Blob:
            return fromUtf8(toBase64(*static_cast<const Bytes *>(value)));
        case FieldKind::Integer:
            return QString::number(*static_cast<const std::int64_t *>(value));
        case FieldKind::Boolean:
            return *static_cast<const bool *>(value) ? words("Yes") : words("No");
        case FieldKind::Time:
            return fromUtf8(formatIso8601(*static_cast<const Timestamp *>(value)));
        case FieldKind::Enumeration:
            return fromUtf8(static_cast<const kms::OpenEnum *>(value)->text(field.enumeration()));
        default:
            return {};
        }
    }

    /// False: of a kind that holds no bytes of its own.
    bool takeSecret(const Field &field, void *object, const QString &path) {
        void *value = field.access->make(object);
        ReplySecret secret{path, {}};
        if (field.kind == FieldKind::SecretBlob) {
            secret.bytes = std::move(*static_cast<SecretBytes *>(value));
        } else if (field.kind == FieldKind::SecretText) {
            secret.bytes = static_cast<SecretText *>(value)->take();
        } else if (field.kind == FieldKind::Text) {
            auto &text = *static_cast<std::string *>(value);
            secret.bytes = SecretBytes::copyOf(text);
            wipe(text);
        } else if (field.kind == FieldKind::Blob) {
            auto &bytes = *static_cast<Bytes *>(value);
            secret.bytes = SecretBytes::copyOf(bytes);
            wipe(bytes);
        } else {
            return false;
        }
        m_secrets.push_back(std::move(secret));
        field.access->clear(object);
        return true;
    }

    std::vector<ReplySecret> &m_secrets;
};

} // namespace

ReplyTree takeReply(kms::AnyReply reply) {
    ReplyTree tree;
    const kms::OperationInfo &info = kms::operationInfo(reply.operation());
    tree.nodes = Taker(tree.secrets).take(info.reply, reply.object(), {});
    constexpr int indent = 4;
    const SecretText json = kms::writeJson(
        info.reply, reply.object(), {.indent = indent, .timestamps = kms::TimestampForm::Iso8601Local});
    tree.json = fromUtf8(json.view());
    return tree;
}

} // namespace keyturn::ui
