// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/question.h"

#include "ui/dialogs/dialog_frame.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/environment_marks.h"

#include <QDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {

namespace {

namespace metric = theme::metric;

struct Parts {
    QLabel *title;
    QLabel *text;
    QLineEdit *typed;
    QPushButton *cancel;
    QPushButton *agree;
};

Parts makeParts(const Question &question, QDialog *dialog) {
    const QString toType = QDialog::tr("Type %1 to confirm.").arg(question.typed);
    const QString words = question.typed.isEmpty() ? question.text : question.text + u' ' + toType;
    const Parts parts{new QLabel(question.title, dialog), new QLabel(words, dialog), new QLineEdit(dialog),
                      new QPushButton(QDialog::tr("Cancel"), dialog), new QPushButton(question.verb, dialog)};
    theme::setTextRole(*parts.title, theme::TextRole::Title);
    parts.title->setWordWrap(true);
    parts.text->setWordWrap(true);
    parts.typed->setObjectName(QStringLiteral("question.typed"));
    parts.typed->setAccessibleName(QDialog::tr("Type %1 to confirm").arg(question.typed));
    parts.typed->setPlaceholderText(question.typed);
    parts.typed->setVisible(!question.typed.isEmpty());
    parts.cancel->setObjectName(QStringLiteral("question.cancel"));
    parts.cancel->setDefault(true);
    parts.agree->setObjectName(QStringLiteral("question.agree"));
    parts.agree->setEnabled(question.typed.isEmpty());
    // Cancel is filled as the default button: a second filled one beside it would be none.
    theme::setButtonKind(*parts.agree,
                         question.destroys ? theme::ButtonKind::Danger : theme::ButtonKind::Normal);
    return parts;
}

QHBoxLayout *layButtons(const Question &question, const Parts &parts, QDialog *dialog, QWidget *parent) {
    auto *row = new QHBoxLayout;
    row->setSpacing(metric::related);
    row->addStretch(1);
    row->addWidget(parts.cancel);
    for (const QuestionChoice &choice : question.choices) {
        auto *other = new QPushButton(choice.verb, dialog);
        QObject::connect(other, &QPushButton::clicked, parent, [dialog, chosen = choice.chosen] {
            dialog->reject();
            chosen();
        });
        row->addWidget(other);
    }
    row->addWidget(parts.agree);
    return row;
}

} // namespace

QDialog *ask(QWidget *parent, const Question &question, std::function<void()> agreed) {
    auto *dialog = new QDialog(parent);
    dialog->setObjectName(QStringLiteral("question"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(question.title);
    const Parts parts = makeParts(question, dialog);
    auto *frame = new QVBoxLayout(dialog);
    frame->setContentsMargins(0, 0, 0, 0);
    frame->setSpacing(0);
    if (question.environment) {
        auto *stripe = new widgets::EnvironmentStripe(dialog);
        stripe->setEnvironment(*question.environment);
        frame->addWidget(stripe);
    }
    auto *column = new QVBoxLayout;
    frame->addLayout(column);
    column->setContentsMargins(metric::dialogMargin, metric::dialogMargin, metric::dialogMargin,
                               metric::dialogMargin);
    column->setSpacing(metric::group);
    column->addWidget(parts.title);
    column->addWidget(parts.text);
    column->addWidget(parts.typed);
    column->addLayout(layButtons(question, parts, dialog, parent));
    orderTabsAsLaidOut(*dialog);
    dialog->setMinimumWidth(420);
    QObject::connect(parts.typed, &QLineEdit::textChanged, parts.agree,
                     [agree = parts.agree, expected = QStringList(question.typed) + question.alsoTyped](
                         const QString &now) { agree->setEnabled(expected.contains(now)); });
    QObject::connect(parts.cancel, &QPushButton::clicked, dialog, &QDialog::reject);
    QObject::connect(parts.agree, &QPushButton::clicked, dialog, &QDialog::accept);
    QObject::connect(dialog, &QDialog::accepted, parent, [agreed = std::move(agreed)] { agreed(); });
    question.typed.isEmpty() ? parts.cancel->setFocus() : parts.typed->setFocus();
    // Wrapped text asks for its height only when its width is known.
    const int width = std::max(dialog->minimumWidth(), dialog->sizeHint().width());
    dialog->resize(width, frame->heightForWidth(width));
    dialog->open();
    return dialog;
}

} // namespace keyturn::ui
