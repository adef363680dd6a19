// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/grant_dialog.h"

#include "kms/operations/create_grant.h"
#include "ui/dialogs/context_pairs.h"
#include "ui/dialogs/dialog_frame.h"
#include "ui/models/key_words.h"
#include "ui/presenters/key_acts_presenter.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/context_grid.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/mono_text.h"
#include "ui/widgets/section_header.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

constexpr int operationColumns = 2;

} // namespace

GrantDialog::GrantDialog(const DialogContext &context, KeyActsPresenter *acts, const kms::KeyMetadata &key,
                         const std::string &keyArn, QWidget *parent)
    : ActingDialog(context, tr("Create grant"), false, parent)
    , m_acts(acts)
    , m_keyArn(keyArn) {
    setObjectName(QStringLiteral("grantDialog"));
    makeForm(key);
    makeResult();
    content()->addWidget(m_form);
    content()->addWidget(m_result);
    content()->addStretch(1);
    m_run = new widgets::BusyButton(tr("Create grant"), this);
    m_run->setObjectName(QStringLiteral("grant.run"));
    m_run->setDefault(true);
    theme::setButtonKind(*m_run, theme::ButtonKind::Primary);
    buttons()->addStretch(1);
    buttons()->addWidget(m_run);
    connect(m_run, &widgets::BusyButton::started, this, &GrantDialog::run);
    connect(m_run, &widgets::BusyButton::cancelRequested, m_acts, [this] { m_acts->cancel(); });
    setRetry([this] { m_run->click(); });
    orderTabsAsLaidOut(*this);
    resize(640, 620);
    m_grantee->setFocus();
    refresh();
}

void GrantDialog::makeForm(const kms::KeyMetadata &key) {
    m_kind = new QComboBox(this);
    m_kind->setObjectName(QStringLiteral("grant.kind"));
    m_kind->addItem(tr("A principal"), false);
    m_kind->addItem(tr("A service"), true);
    m_kind->setAccessibleName(tr("Kind of grantee"));
    m_grantee = new QLineEdit(this);
    m_retiring = new QLineEdit(this);
    m_name = new QLineEdit(this);
    m_sourceArn = new QLineEdit(this);
    m_grantee->setObjectName(QStringLiteral("grant.grantee"));
    m_retiring->setObjectName(QStringLiteral("grant.retiring"));
    m_name->setObjectName(QStringLiteral("grant.name"));
    m_sourceArn->setObjectName(QStringLiteral("grant.sourceArn"));
    m_grantee->setAccessibleName(tr("Grantee"));
    m_operationBox = new QWidget(this);
    auto *grid = new QGridLayout(m_operationBox);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(metric::group);
    grid->setVerticalSpacing(metric::unit);
    for (const std::string &operation : grantOperationsOf(key)) {
        auto *box = new QCheckBox(fromUtf8(operation), m_operationBox);
        box->setObjectName(QStringLiteral("grant.") + fromUtf8(operation));
        const int at = int(m_operations.size());
        grid->addWidget(box, at / operationColumns, at % operationColumns);
        connect(box, &QCheckBox::toggled, this, &GrantDialog::edited);
        m_operations.push_back(box);
    }
    m_constraint = new QComboBox(this);
    m_constraint->setObjectName(QStringLiteral("grant.constraint"));
    m_constraint->addItem(tr("Any"), int(GrantForm::Context::Any));
    m_constraint->addItem(tr("Holds these pairs"), int(GrantForm::Context::Contains));
    m_constraint->addItem(tr("Is exactly these pairs"), int(GrantForm::Context::Equals));
    m_contextGrid = new widgets::ContextGrid(tr("Encryption context of the constraint"), this);
    m_contextGrid->setObjectName(QStringLiteral("grant.context"));
    m_form = new widgets::Form(this);
    m_form->addRow(tr("For"), {m_grantee, m_kind});
    m_form->addRow(tr("Operations"), m_operationBox);
    m_form->addRow(tr("Context"), m_constraint);
    m_form->addWide(m_contextGrid);
    m_form->addRow(tr("Acts for ARN"), m_sourceArn);
    m_form->addRow(tr("Retired by"), m_retiring, tr("Optional. Who else may end it, by ARN."));
    m_form->addRow(tr("Name"), m_name, tr("Optional. Asking twice under one name makes one grant."));
    m_form->setRowVisible(m_constraint, takesContextConstraint(key));
    for (QLineEdit *line : {m_grantee, m_retiring, m_name, m_sourceArn}) {
        connect(line, &QLineEdit::textChanged, this, &GrantDialog::edited);
    }
    connect(m_kind, &QComboBox::currentIndexChanged, this, &GrantDialog::edited);
    connect(m_constraint, &QComboBox::currentIndexChanged, this, &GrantDialog::edited);
    connect(m_contextGrid, &widgets::ContextGrid::changed, this, &GrantDialog::edited);
}

void GrantDialog::makeResult() {
    m_result = new QWidget(this);
    m_token = new widgets::MonoText(tr("grant token"), m_result);
    m_token->setObjectName(QStringLiteral("grant.token"));
    m_grantId = new widgets::MonoText(tr("grant id"), m_result);
    m_grantId->setObjectName(QStringLiteral("grant.id"));
    auto *note =
        new QLabel(tr("The token lets the grant be used at once, before it is known everywhere. It is "
                      "shown this once; give it only to the grantee."),
                   m_result);
    note->setWordWrap(true);
    auto *form = new widgets::Form(m_result);
    form->addRow(tr("Grant token"), m_token);
    form->addRow(tr("Grant id"), m_grantId);
    auto *column = new QVBoxLayout(m_result);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(new widgets::SectionHeader(tr("Result"), m_result));
    column->addWidget(form);
    column->addWidget(note);
    m_result->hide();
}

GrantForm GrantDialog::form() const {
    GrantForm form;
    form.keyId = m_keyArn;
    form.toService = m_kind->currentData().toBool();
    form.grantee = m_grantee->text().trimmed().toStdString();
    form.retiring = m_retiring->text().trimmed().toStdString();
    form.name = m_name->text().toStdString();
    for (const QCheckBox *box : m_operations) {
        if (box->isChecked()) {
            form.operations.push_back(box->text().toStdString());
        }
    }
    form.constraint = static_cast<GrantForm::Context>(m_constraint->currentData().toInt());
    form.context = contextOf(m_contextGrid->pairs());
    form.sourceArn = m_sourceArn->text().trimmed().toStdString();
    return form;
}

void GrantDialog::edited() {
    m_done = false; // another grant than the one that was made
    refresh();
}

void GrantDialog::refresh() {
    const GrantForm now = form();
    const auto faults = grantFaults(now);
    const auto sentence = [&](GrantField field) {
        const auto found = std::ranges::find(faults, field, &GrantFault::field);
        return found == faults.end() ? QString() : found->sentence;
    };
    // Nothing is marked before it was filled in.
    m_form->setFault(m_grantee, now.grantee.empty() ? QString() : sentence(GrantField::Grantee));
    m_form->setFault(m_retiring,
                     now.retiring.empty() && !now.toService ? QString() : sentence(GrantField::Retiring));
    m_form->setFault(m_constraint, sentence(GrantField::Context));
    m_form->setFault(m_sourceArn,
                     now.sourceArn.empty() && !now.toService ? QString() : sentence(GrantField::SourceArn));
    m_grantee->setPlaceholderText(now.toService ? QStringLiteral("backup.amazonaws.com")
                                                : QStringLiteral("arn:aws:iam::111122223333:role/worker"));
    m_contextGrid->setVisible(now.constraint != GrantForm::Context::Any);
    m_form->setRowVisible(m_sourceArn, now.toService || !now.sourceArn.empty());
    const bool ready = faults.empty() && (m_contextGrid->isHidden() || m_contextGrid->isValid());
    m_run->setEnabled((ready && !m_done) || m_run->isBusy());
    m_run->setToolTip(faults.empty() ? QString() : faults.front().sentence);
}

void GrantDialog::run() {
    bar()->dismiss();
    m_result->hide();
    m_run->setBusy(true);
    m_acts->noteAsked(kms::OperationId::CreateGrant, m_keyArn);
    m_acts->perform(kms::AnyRequest::of<kms::CreateGrant>(grantRequest(form())), m_keyArn,
                    [self = QPointer<GrantDialog>(this)](const Result<kms::AnyReply> &reply) {
                        if (self) {
                            self->take(reply);
                        }
                    });
}

void GrantDialog::take(const Result<kms::AnyReply> &reply) {
    m_run->setBusy(false);
    if (!reply) {
        showError(reply.error());
        return refresh();
    }
    const auto &made = reply->as<kms::CreateGrant>();
    m_token->setText(fromUtf8(made.grantToken.value_or("")));
    m_grantId->setText(fromUtf8(made.grantId.value_or("")));
    m_form->hide(); // the token is shown this once: nothing may push it out of sight
    m_result->show();
    m_done = true;
    bar()->present({widgets::NewsKind::Good,
                    tr("The grant is made"),
                    tr("It may take some minutes until it is known everywhere."),
                    {},
                    {}});
    refresh();
    Q_EMIT created();
}

void GrantDialog::wipe() {
    m_token->setText({});
}

} // namespace keyturn::ui
