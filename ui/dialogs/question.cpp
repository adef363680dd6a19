// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/question.h"

#include "ui/dialogs/dialog_frame.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"

#include <QDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace keyturn::ui {

namespace metric = theme::metric;

void ask(QWidget *parent, const Question &question, std::function<void()> agreed) {
    auto *dialog = new QDialog(parent);
    dialog->setObjectName(QStringLiteral("question"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(question.title);
    auto *title = new QLabel(question.title, dialog);
    theme::setTextRole(*title, theme::TextRole::Title);
    title->setWordWrap(true);
    const QString toType = QDialog::tr("Type %1 to confirm.").arg(question.typed);
    const QString words = question.typed.isEmpty() ? question.text : question.text + u' ' + toType;
    auto *text = new QLabel(words, dialog);
    text->setWordWrap(true);
    auto *typed = new QLineEdit(dialog);
    typed->setObjectName(QStringLiteral("question.typed"));
    typed->setAccessibleName(QDialog::tr("Type %1 to confirm").arg(question.typed));
    typed->setPlaceholderText(question.typed);
    typed->setVisible(!question.typed.isEmpty());
    auto *cancel = new QPushButton(QDialog::tr("Cancel"), dialog);
    cancel->setObjectName(QStringLiteral("question.cancel"));
    auto *agree = new QPushButton(question.verb, dialog);
    agree->setObjectName(QStringLiteral("question.agree"));
    agree->setAutoDefault(false);
    theme::setButtonKind(*agree, question.destroys ? theme::ButtonKind::Danger : theme::ButtonKind::Primary);
    cancel->setDefault(true);
    agree->setEnabled(question.typed.isEmpty());
    QObject::connect(
        typed, &QLineEdit::textChanged, agree,
        [agree, expected = question.typed](const QString &now) { agree->setEnabled(now == expected); });
    auto *row = new QHBoxLayout;
    row->setSpacing(metric::related);
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(agree);
    auto *column = new QVBoxLayout(dialog);
    column->setContentsMargins(metric::dialogMargin, metric::dialogMargin, metric::dialogMargin,
                               metric::dialogMargin);
    column->setSpacing(metric::group);
    column->addWidget(title);
    column->addWidget(text);
    column->addWidget(typed);
    column->addLayout(row);
    orderTabsAsLaidOut(*dialog);
    dialog->setMinimumWidth(420);
    QObject::connect(cancel, &QPushButton::clicked, dialog, &QDialog::reject);
    QObject::connect(agree, &QPushButton::clicked, dialog, &QDialog::accept);
    QObject::connect(dialog, &QDialog::accepted, parent, [agreed = std::move(agreed)] { agreed(); });
    question.typed.isEmpty() ? cancel->setFocus() : typed->setFocus();
    dialog->open();
}

} // namespace keyturn::ui
