// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/material_dialog.h"

#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/file_request.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_choices.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/mono_text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateEdit>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

constexpr int commandLines = 4;
constexpr int longestDescription = 256;

} // namespace

MaterialDialog::MaterialDialog(const DialogContext &context, const kms::KeyMetadata &key, bool hasMaterial,
                               QWidget *parent)
    : ActingDialog(context, tr("Import key material"), false, parent)
    , m_presenter(context, key) {
    setObjectName(QStringLiteral("materialDialog"));
    makeParameters();
    makeWrapping();
    makeImport(hasMaterial);
    connectParts();
    orderTabsAsLaidOut(*this);
    resize(720, 640);
    offerWrappingKeys();
    m_algorithm->setFocus();
    refresh();
}

void MaterialDialog::makeParameters() {
    m_form = new widgets::Form(this);
    m_algorithm = new QComboBox(m_form);
    m_algorithm->setObjectName(QStringLiteral("material.algorithm"));
    for (const std::string &name : m_presenter.algorithms()) {
        m_algorithm->addItem(fromUtf8(name), fromUtf8(name));
    }
    m_wrappingKey = new QComboBox(m_form);
    m_wrappingKey->setObjectName(QStringLiteral("material.wrappingKey"));
    m_get = new widgets::BusyButton(tr("Get parameters"), m_form);
    m_get->setObjectName(QStringLiteral("material.get"));
    m_useToken = new QPushButton(tr("Use a saved token\u2026"), m_form);
    m_useToken->setObjectName(QStringLiteral("material.useToken"));
    m_useToken->setToolTip(tr("For material that was wrapped elsewhere with parameters from before."));
    m_validity = new QLabel(m_form);
    m_validity->setObjectName(QStringLiteral("material.validity"));
    m_validity->setWordWrap(true);
    auto *key = new QLabel(keyName(), m_form);
    key->setTextFormat(Qt::PlainText);
    key->setToolTip(fromUtf8(m_presenter.key().keyId.value_or("")));
    m_form->addRow(tr("Key"), key);
    m_form->addSection(tr("1. Parameters of the import"));
    m_form->addRow(tr("Wrapping algorithm"), m_algorithm);
    m_form->addRow(tr("Wrapping key"), {m_wrappingKey, m_get, m_useToken});
    m_form->addField(m_validity);
    content()->addWidget(m_form);
}

QString MaterialDialog::keyName() const {
    const int row = context().catalog->find(m_presenter.key().keyId.value_or(""));
    return row < 0 ? fromUtf8(m_presenter.key().keyId.value_or(""))
                   : fromUtf8(context().catalog->at(row).displayName());
}

QString MaterialDialog::materialHint() const {
    const QString spec = fromUtf8(specOf(m_presenter.key()));
    return m_presenter.isSymmetric()                  ? tr("A key file has exactly 32 bytes.")
           : spec.startsWith(QStringLiteral("HMAC_")) ? tr("A key file holds the bytes of the key.")
                                                      : tr("A key file is PKCS#8, as DER or PEM.");
}

void MaterialDialog::makeWrapping() {
    m_where = new QComboBox(m_form);
    m_where->setObjectName(QStringLiteral("material.where"));
    m_where->addItem(tr("Keyturn wraps a key file"), false);
    m_where->addItem(tr("It is wrapped elsewhere"), true);
    m_choose = new QPushButton(m_form);
    m_choose->setObjectName(QStringLiteral("material.choose"));
    m_elsewhere = makeElsewhere();
    m_material = new QLabel(m_form);
    m_material->setObjectName(QStringLiteral("material.ready"));
    m_form->addSection(tr("2. The material, wrapped"));
    m_form->addRow(tr("Material"), {m_where, m_choose}, materialHint());
    m_form->addField(m_elsewhere);
    m_form->addField(m_material);
}

QWidget *MaterialDialog::makeElsewhere() {
    auto *part = new QWidget(m_form);
    m_savePublicKey = new QPushButton(tr("Save wrapping key\u2026"), part);
    m_savePublicKey->setObjectName(QStringLiteral("material.savePublicKey"));
    m_saveToken = new QPushButton(tr("Save import token\u2026"), part);
    m_saveToken->setObjectName(QStringLiteral("material.saveToken"));
    m_commands = new QPlainTextEdit(part);
    m_commands->setObjectName(QStringLiteral("material.commands"));
    m_commands->setAccessibleName(tr("Commands that wrap the material"));
    m_commands->setReadOnly(true);
    m_commands->setTabChangesFocus(true);
    m_commands->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    theme::setTextRole(*m_commands, theme::TextRole::Fixed);
    m_commands->setFixedHeight(m_commands->fontMetrics().lineSpacing() * commandLines + 3 * metric::inside);
    m_copyCommands = new widgets::CopyButton(
        tr("commands"), [this] { return m_presenter.wrappingCommands(); }, part);
    auto *saves = new QHBoxLayout;
    saves->setSpacing(metric::related);
    saves->addWidget(m_savePublicKey);
    saves->addWidget(m_saveToken);
    saves->addStretch(1);
    saves->addWidget(m_copyCommands);
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::related);
    column->addLayout(saves);
    column->addWidget(m_commands);
    return part;
}

void MaterialDialog::makeImport(bool hasMaterial) {
    m_type = new QComboBox(m_form);
    m_type->setObjectName(QStringLiteral("material.type"));
    m_type->addItem(tr("The same material again"), false);
    m_type->addItem(tr("New material, to rotate to"), true);
    m_expires = new QCheckBox(tr("Expires on"), m_form);
    m_expires->setObjectName(QStringLiteral("material.expires"));
    m_expires->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_expiry = new QDateEdit(QDate::currentDate().addDays(90), m_form);
    m_expiry->setObjectName(QStringLiteral("material.expiry"));
    m_expiry->setDisplayFormat(QStringLiteral("yyyy-MM-dd"));
    m_expiry->setAccessibleName(tr("Day of expiry"));
    m_expiry->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_description = new QLineEdit(m_form);
    m_description->setObjectName(QStringLiteral("material.description"));
    m_description->setMaxLength(longestDescription);
    m_materialId = new widgets::MonoText(tr("key material id"), m_form);
    m_materialId->setObjectName(QStringLiteral("material.id"));
    m_form->addSection(tr("3. Import"));
    m_form->addRow(tr("Import"), m_type);
    m_form->addRow(tr("Expiry"), {m_expires, m_expiry},
                   tr("When it has expired the key is of no use until the same material is imported again."));
    m_form->addRow(tr("Description"), m_description);
    m_form->addRow(tr("Key material id"), m_materialId);
    m_offersType = hasMaterial && m_presenter.isSymmetric();
    m_form->setRowVisible(m_type, m_offersType);
    m_form->setRowVisible(m_description, m_presenter.isSymmetric());
    content()->addStretch(1);
    m_run = new widgets::BusyButton(tr("Import"), this);
    m_run->setObjectName(QStringLiteral("material.run"));
    m_run->setDefault(true);
    theme::setButtonKind(*m_run, theme::ButtonKind::Primary);
    buttons()->addStretch(1);
    buttons()->addWidget(m_run);
}

void MaterialDialog::connectParts() {
    connect(m_algorithm, &QComboBox::currentIndexChanged, this, &MaterialDialog::offerWrappingKeys);
    connect(m_get, &widgets::BusyButton::started, this, [this] {
        bar()->dismiss();
        m_presenter.getParameters(m_algorithm->currentData().toString().toStdString(),
                                  m_wrappingKey->currentData().toString().toStdString());
    });
    connect(m_get, &widgets::BusyButton::cancelRequested, this, [this] { m_presenter.cancel(); });
    connect(m_useToken, &QPushButton::clicked, this, &MaterialDialog::chooseToken);
    connect(m_where, &QComboBox::currentIndexChanged, this, &MaterialDialog::refresh);
    connect(m_choose, &QPushButton::clicked, this, [this] { chooseFile(m_where->currentData().toBool()); });
    connect(m_savePublicKey, &QPushButton::clicked, this, [this] {
        save(tr("Save wrapping key"), QStringLiteral("wrapping-key.der"), &MaterialPresenter::savePublicKey);
    });
    connect(m_saveToken, &QPushButton::clicked, this, [this] {
        save(tr("Save import token"), QStringLiteral("import-token.bin"), &MaterialPresenter::saveToken);
    });
    connect(m_expires, &QCheckBox::toggled, this, &MaterialDialog::refresh);
    connect(m_expiry, &QDateEdit::dateChanged, this, &MaterialDialog::refresh);
    connect(m_run, &widgets::BusyButton::started, this, [this] {
        bar()->dismiss();
        m_presenter.import(options());
    });
    connect(m_run, &widgets::BusyButton::cancelRequested, this, [this] { m_presenter.cancel(); });
    connect(&m_presenter, &MaterialPresenter::busyChanged, this, &MaterialDialog::refresh);
    connect(&m_presenter, &MaterialPresenter::changed, this, &MaterialDialog::showOutcome);
    setRetry([this] { m_presenter.isImportStep() ? m_run->click() : m_get->click(); });
}

void MaterialDialog::offerWrappingKeys() {
    m_wrappingKey->clear();
    for (const std::string &name :
         m_presenter.wrappingKeys(m_algorithm->currentData().toString().toStdString())) {
        m_wrappingKey->addItem(specWord(name), fromUtf8(name));
    }
}

ImportOptions MaterialDialog::options() const {
    ImportOptions options;
    if (m_expires->isChecked()) {
        const QDateTime end(m_expiry->date(), QTime(23, 59, 59));
        options.validTo = Timestamp(std::chrono::milliseconds(end.toMSecsSinceEpoch()));
    }
    if (m_offersType) {
        options.isNew = m_type->currentData().toBool();
    }
    options.description = m_description->text().toStdString();
    return options;
}

void MaterialDialog::refreshParameters() {
    const bool ready = m_presenter.hasParameters();
    const auto &validTo = m_presenter.parametersValidTo();
    const QString what = fromUtf8(m_presenter.algorithm());
    QString text = tr("A public key to wrap with, and a token that goes with it. They are good for 24 hours "
                      "and for this key alone.");
    if (ready && what.isEmpty()) {
        text = tr("The saved token is used. Choose the material that was wrapped with it.");
    } else if (m_presenter.areParametersPast()) {
        text = tr("The parameters have expired. Get new ones.");
    } else if (ready) {
        text = validTo ? tr("Parameters for %1, good until %2.").arg(what, minuteText(*validTo))
                       : tr("Parameters for %1.").arg(what);
    }
    m_validity->setText(text);
    theme::setTone(*m_validity, m_presenter.areParametersPast() ? theme::ColorRole::Danger
                                : ready                         ? theme::ColorRole::Text
                                                                : theme::ColorRole::MutedText);
    m_get->setVerb(ready ? tr("Get new ones") : tr("Get parameters"));
    m_get->setBusy(m_presenter.isBusy() && !m_presenter.isImporting());
    m_get->setEnabled(!m_presenter.isImporting());
    for (QWidget *each : std::initializer_list<QWidget *>{m_algorithm, m_wrappingKey, m_useToken}) {
        each->setEnabled(!m_presenter.isBusy());
    }
    // Until there are parameters, getting them is the act of the dialog.
    theme::setButtonKind(*m_get, ready ? theme::ButtonKind::Normal : theme::ButtonKind::Primary);
}

void MaterialDialog::refreshWrapping() {
    const bool ready = m_presenter.hasParameters();
    if (ready && !m_presenter.canWrapHere()) {
        m_where->setCurrentIndex(1);
    }
    const bool elsewhere = m_where->currentData().toBool();
    const bool open = ready && !m_presenter.isBusy();
    m_choose->setEnabled(open);
    m_elsewhere->setEnabled(open);
    m_where->setEnabled(open && m_presenter.canWrapHere());
    m_form->setRowVisible(m_elsewhere, elsewhere && (!ready || m_presenter.canWrapHere()));
    m_choose->setText(elsewhere ? tr("Choose wrapped file\u2026") : tr("Choose key file\u2026"));
    m_commands->setPlainText(ready ? m_presenter.wrappingCommands() : QString());
    const std::size_t bytes = m_presenter.wrapped().size();
    m_material->setText(bytes == 0 ? QString() : tr("Ready: %1 wrapped bytes.").arg(bytes));
    m_form->setRowVisible(m_material, bytes > 0);
}

void MaterialDialog::refresh() {
    refreshParameters();
    refreshWrapping();
    const bool wrapped = !m_presenter.wrapped().empty();
    const bool imported = m_presenter.isImported();
    const bool open = wrapped && !m_presenter.isBusy() && !imported;
    for (QWidget *each : std::initializer_list<QWidget *>{m_type, m_expires, m_description}) {
        each->setEnabled(open);
    }
    m_expiry->setEnabled(open && m_expires->isChecked());
    m_form->setFault(m_expires, wrapped ? m_presenter.expiryFault(options()) : QString());
    const QString fault = m_presenter.fault(options());
    m_run->setBusy(m_presenter.isImporting());
    m_run->setEnabled(m_presenter.isImporting() || (fault.isEmpty() && !m_presenter.isBusy() && !imported));
    m_run->setToolTip(fault);
    m_form->setRowVisible(m_materialId, imported && !m_presenter.materialId().empty());
    m_materialId->setText(fromUtf8(m_presenter.materialId()));
}

void MaterialDialog::showOutcome() {
    refresh();
    if (!m_presenter.error() && !m_presenter.isImported()) { // on to the next step
        (m_presenter.wrapped().empty() ? m_choose : static_cast<QWidget *>(m_run))->setFocus();
    }
    if (m_presenter.error()) {
        showError(*m_presenter.error());
    } else if (m_presenter.isImported()) {
        bar()->present({widgets::NewsKind::Good,
                        tr("The material is imported"),
                        tr("Keep a copy of it: the service does not give it back, and what it loses or lets "
                           "expire only you can import again."),
                        {},
                        {}});
        Q_EMIT imported();
    }
}

void MaterialDialog::save(const QString &title, const QString &name,
                          Status (MaterialPresenter::*write)(const std::filesystem::path &) const) {
    requestSaveFile(this, title, name, [this, write](const std::filesystem::path &file) {
        const auto saved = (m_presenter.*write)(file);
        saved ? bar()->present({widgets::NewsKind::Good, tr("Saved"), fromUtf8(file.string()), {}, {}})
              : showError(saved.error());
    });
}

void MaterialDialog::chooseFile(bool wrapped) {
    requestOpenFile(this, wrapped ? tr("Choose wrapped material") : tr("Choose key file"), {},
                    [this, wrapped](const std::filesystem::path &file) {
                        taken(m_choose,
                              wrapped ? m_presenter.useWrappedFile(file) : m_presenter.wrapFile(file));
                    });
}

void MaterialDialog::chooseToken() {
    requestOpenFile(this, tr("Choose saved token"), {}, [this](const std::filesystem::path &file) {
        taken(m_useToken, m_presenter.useSavedToken(file));
    });
}

/// What is wrong with a file is said where it was asked for.
void MaterialDialog::taken(QWidget *field, const Status &outcome) {
    bar()->dismiss();
    m_form->setFault(m_choose, {});
    m_form->setFault(m_useToken, {});
    if (outcome) {
        return;
    }
    const Error &error = outcome.error();
    const bool ofTheFile = error.code == ErrorCode::Usage || error.code == ErrorCode::BadEncoding;
    ofTheFile ? m_form->setFault(field, fromUtf8(error.detail)) : showError(error);
}

void MaterialDialog::wipe() {
    m_presenter.cancel();
}

} // namespace keyturn::ui
