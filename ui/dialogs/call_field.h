// SPDX-License-Identifier: Apache-2.0
// CallField: the editor of one member of a request, made from its row in the field table: pickers for
// enumerations and keys, blobs as text, base64, hex or a file, lists, pairs, structures, times; secrets in
// fields that keep them in SecretBytes. What is empty is left out of the request. GUI thread; owner: the
// parent. Errors of fill(): Usage, BadEncoding, as a sentence for people that quotes no secret.
#pragma once

#include "base/result.h"
#include "kms/field.h"
#include "ui/presenters/dialog_context.h"

#include <QString>
#include <QWidget>

namespace keyturn::ui {

class CallField : public QWidget {
    Q_OBJECT

public:
    CallField(const kms::Field &field, QWidget *parent);

    const kms::Field &field() const { return m_field; }
    /// "KeyId", as the API calls it.
    QString name() const;
    /// The same for screen readers: "KeyId, required".
    QString spokenName() const;
    virtual bool isEmpty() const = 0;
    /// Writes what stands here into the member of `object`; nothing where it is empty.
    virtual Status fill(void *object) const = 0;
    /// A key or alias to begin with, where the member takes one.
    virtual void suggestKey(const std::string &) {}
    /// Wipes what is secret.
    virtual void wipe() {}

Q_SIGNALS:
    void changed();

protected:
    /// Makes the widget the field: fills it, gets its focus and its name.
    void setEditor(QWidget *editor);

private:
    const kms::Field &m_field;
};

/// Never null: every kind of the tables has an editor.
CallField *makeCallField(const DialogContext &context, const kms::Field &field, QWidget *parent);
/// "Takes a key id or a key ARN."; a field with a picker says it in the picker. Empty: no identifier.
QString idHintOf(kms::IdForm forms);
/// "1 to 256 characters": what a person should know before typing; empty: nothing.
QString hintOf(const kms::Field &field);

} // namespace keyturn::ui
