// SPDX-License-Identifier: Apache-2.0
// The editors behind makeCallField(), one for each kind of the field tables. Internal to this folder. GUI
// thread. What each one needs to know of its member stands in its row of the table.
#pragma once

#include "base/secret_bytes.h"
#include "ui/dialogs/call_field.h"

#include <QList>

class QComboBox;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;

namespace keyturn::widgets {
class BlobEdit;
class ContextGrid;
class SecretEdit;
class SecretPad;
} // namespace keyturn::widgets

namespace keyturn::ui {

class KeyPicker;

/// A text; several lines where the member takes thousands of characters.
class TextField final : public CallField {
public:
    TextField(const kms::Field &field, QWidget *parent);
    bool isEmpty() const override;
    Status fill(void *object) const override;

private:
    QString text() const;
    QLineEdit *m_line = nullptr;
    QPlainTextEdit *m_lines = nullptr;
};

/// A number or a time, typed.
class WordField final : public CallField {
public:
    WordField(const kms::Field &field, QWidget *parent);
    bool isEmpty() const override;
    Status fill(void *object) const override;

private:
    QLineEdit *m_line;
};

class KeyField final : public CallField {
public:
    KeyField(const DialogContext &context, const kms::Field &field, QWidget *parent);
    bool isEmpty() const override;
    Status fill(void *object) const override;
    void suggestKey(const std::string &key) override;

private:
    KeyPicker *m_picker;
};

/// An enumeration, or yes and no; "not set" leaves it out.
class ChoiceField final : public CallField {
public:
    ChoiceField(const kms::Field &field, QWidget *parent);
    bool isEmpty() const override;
    Status fill(void *object) const override;

private:
    QComboBox *m_combo;
};

class BlobField final : public CallField {
public:
    BlobField(const kms::Field &field, QWidget *parent);
    bool isEmpty() const override;
    Status fill(void *object) const override;

private:
    widgets::BlobEdit *m_edit;
};

/// A short secret text.
class SecretTextField final : public CallField {
public:
    SecretTextField(const kms::Field &field, QWidget *parent);
    bool isEmpty() const override;
    Status fill(void *object) const override;
    void wipe() override;

private:
    widgets::SecretEdit *m_edit;
};

/// A secret of any length: typed or pasted as text, base64 or hex, or a file's bytes.
class SecretPadField final : public CallField {
public:
    SecretPadField(const kms::Field &field, QWidget *parent);
    bool isEmpty() const override;
    Status fill(void *object) const override;
    void wipe() override;

private:
    void openFile();
    Result<SecretBytes> bytes() const;
    widgets::SecretPad *m_pad;
    QComboBox *m_form = nullptr; ///< none for a text
};

/// Texts, one a line.
class LinesField final : public CallField {
public:
    LinesField(const kms::Field &field, QWidget *parent);
    bool isEmpty() const override;
    Status fill(void *object) const override;

private:
    QStringList lines() const;
    QPlainTextEdit *m_lines;
};

/// Several of an enumeration.
class TicksField final : public CallField {
public:
    TicksField(const kms::Field &field, QWidget *parent);
    bool isEmpty() const override;
    Status fill(void *object) const override;

private:
    QListWidget *m_list;
};

/// An encryption context, or structures of two texts (tags).
class PairsField final : public CallField {
public:
    PairsField(const kms::Field &field, QWidget *parent);
    bool isEmpty() const override;
    Status fill(void *object) const override;

private:
    widgets::ContextGrid *m_grid;
};

/// A structure: its members, one below the other; left out while all are empty.
class StructureField final : public CallField {
public:
    StructureField(const DialogContext &context, const kms::Field &field, QWidget *parent);
    bool isEmpty() const override;
    Status fill(void *object) const override;
    void wipe() override;

private:
    QList<CallField *> m_members;
};

} // namespace keyturn::ui
