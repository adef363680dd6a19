// SPDX-License-Identifier: Apache-2.0
// CallForm: the request of one operation as a form, made from its field table. DryRun has no field: it is an
// act of its own. GUI thread. Owner: the call dialog.
#pragma once

#include "base/result.h"
#include "kms/operation.h"
#include "ui/presenters/dialog_context.h"

#include <QList>
#include <QWidget>

namespace keyturn::widgets {
class Form;
}

namespace keyturn::ui {

class CallField;

class CallForm : public QWidget {
    Q_OBJECT

public:
    CallForm(const DialogContext &context, const kms::OperationInfo &info, QWidget *parent);

    const kms::OperationInfo &info() const { return m_info; }
    /// What is filled in. Errors: Usage, a sentence about the field, which is marked and gets the focus.
    Result<kms::AnyRequest> request();
    /// Marks the members that a validation message names ("... at 'keyId' failed to satisfy ...").
    void markFaults(const QString &validationMessage);
    void clearFaults();
    void suggestKey(const std::string &key);
    void focusFirst();
    bool hasFields() const { return !m_fields.isEmpty(); }
    /// Wipes what is secret.
    void wipe();

Q_SIGNALS:
    void changed();

private:
    const kms::OperationInfo &m_info;
    widgets::Form *m_form;
    QList<CallField *> m_fields;
};

} // namespace keyturn::ui
