// SPDX-License-Identifier: Apache-2.0
// The editors of secret members.
#include "ui/dialogs/call_field_kinds.h"

#include "base/encoding.h"
#include "base/secret_text.h"
#include "ui/dialogs/file_request.h"
#include "ui/models/key_words.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/secret_edit.h"
#include "ui/widgets/secret_pad.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
enum SecretForm { AsText, AsBase64, AsHex };
constexpr int padHeight = 72;

int nibble(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/// Pairs of hex digits; white space between them is left out. Nothing of it is copied elsewhere.
Result<SecretBytes> secretFromHex(std::string_view text) {
    SecretBytes bytes(text.size() / 2 + 1);
    std::size_t digits = 0;
    for (const char c : text) {
        const int value = nibble(c);
        if (value >= 0) {
            auto &byte = bytes.data()[digits / 2];
            byte = static_cast<std::uint8_t>(byte << 4 | value);
            ++digits;
        } else if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
            return fail(ErrorCode::BadEncoding, "it is not hexadecimal");
        }
    }
    if (digits % 2 != 0) {
        return fail(ErrorCode::BadEncoding, "it has an odd number of hexadecimal digits");
    }
    bytes.shrink(digits / 2);
    return bytes;
}

Result<SecretBytes> secretFromBase64Lines(std::string_view text) {
    SecretText joined(text.size());
    for (const char c : text) {
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
            joined.append(c);
        }
    }
    return secretFromBase64(joined.view());
}

} // namespace

SecretTextField::SecretTextField(const kms::Field &field, QWidget *parent)
    : CallField(field, parent)
    , m_edit(new widgets::SecretEdit(this)) {
    setEditor(m_edit);
    connect(m_edit, &widgets::SecretEdit::edited, this, &CallField::changed);
}

bool SecretTextField::isEmpty() const {
    return m_edit->isEmpty();
}

Status SecretTextField::fill(void *object) const {
    if (!isEmpty()) {
        const SecretBytes typed = m_edit->copy();
        auto &text = *static_cast<SecretText *>(field().access->make(object));
        text = SecretText(typed.size());
        text.append(typed.text());
    }
    return {};
}

void SecretTextField::wipe() {
    m_edit->clear();
}

SecretPadField::SecretPadField(const kms::Field &field, QWidget *parent)
    : CallField(field, parent)
    , m_pad(new widgets::SecretPad(this)) {
    m_pad->setMinimumHeight(padHeight);
    m_pad->setPlaceholderText(tr("Type or paste it, or drop a file."));
    setEditor(m_pad);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, metric::unit, 0, 0);
    row->setSpacing(metric::related);
    if (field.kind == kms::FieldKind::SecretBlob) {
        m_form = new QComboBox(this);
        m_form->setAccessibleName(tr("How %1 is written down").arg(name()));
        m_form->addItems({tr("Text or file"), tr("Base64"), tr("Hex")});
        row->addWidget(m_form);
        connect(m_form, &QComboBox::currentIndexChanged, this, &CallField::changed);
    }
    auto *open = new QPushButton(tr("Open file\u2026"), this);
    open->setAccessibleName(tr("Open a file as %1").arg(name()));
    row->addWidget(open);
    row->addStretch(1);
    static_cast<QVBoxLayout *>(layout())->addLayout(row);
    connect(open, &QPushButton::clicked, this, &SecretPadField::openFile);
    connect(m_pad, &widgets::SecretPad::edited, this, &CallField::changed);
}

void SecretPadField::openFile() {
    requestOpenFile(this, tr("Open %1").arg(name()), {}, [this](const std::filesystem::path &file) {
        if (auto opened = m_pad->openFile(fromUtf8(file.string())); !opened) {
            m_pad->setPlaceholderText(tr("The file was not taken: %1.").arg(fromUtf8(opened.error().detail)));
        }
    });
}

bool SecretPadField::isEmpty() const {
    return m_pad->isEmpty();
}

Result<SecretBytes> SecretPadField::bytes() const {
    SecretBytes typed = m_pad->copy();
    const int form = m_form == nullptr ? AsText : m_form->currentIndex();
    return form == AsBase64 ? secretFromBase64Lines(typed.text())
           : form == AsHex  ? secretFromHex(typed.text())
                            : Result<SecretBytes>(std::move(typed));
}

Status SecretPadField::fill(void *object) const {
    if (isEmpty()) {
        return {};
    }
    auto read = bytes();
    if (!read) {
        return fail(ErrorCode::Usage,
                    tr("%1 cannot be read: %2.").arg(name(), fromUtf8(read.error().detail)).toStdString());
    }
    if (field().kind == kms::FieldKind::SecretBlob) {
        *static_cast<SecretBytes *>(field().access->make(object)) = std::move(*read);
    } else { // a token: the language keeps it as a text
        *static_cast<std::string *>(field().access->make(object)) = read->text();
    }
    return {};
}

void SecretPadField::wipe() {
    m_pad->clearSecret();
}

} // namespace keyturn::ui
