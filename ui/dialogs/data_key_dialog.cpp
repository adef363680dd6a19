// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/data_key_dialog.h"
#include "ui/dialogs/dialog_frame.h"

#include "ui/desktop/clipboard_guard.h"
#include "ui/dialogs/context_pairs.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/key_picker.h"
#include "ui/dialogs/known_context_menu.h"
#include "ui/dialogs/public_key_view.h"
#include "ui/dialogs/question.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/context_grid.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/mono_text.h"
#include "ui/widgets/secret_view.h"
#include "ui/widgets/section_header.h"
#include "workspace/session.h"

#include <QCheckBox>
#include <QClipboard>
#include <QCloseEvent>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QVBoxLayout>

namespace keyturn::ui {

namespace metric = theme::metric;

constexpr int isPairRole = Qt::UserRole + 1;

DataKeyDialog::DataKeyDialog(const DialogContext &context, desktop::ClipboardGuard *clipboard,
                             QWidget *parent)
    : ActingDialog(context, tr("Data key"), false, parent)
    , m_presenter(context)
    , m_clipboard(clipboard) {
    setObjectName(QStringLiteral("dataKeyDialog"));
    content()->addWidget(makeForm());
    content()->addWidget(makeResult());
    content()->addStretch(1);
    makeButtons();
    connectParts();
    orderTabsAsLaidOut(*this);
    resize(720, 640);
    m_key->setFocus();
    refresh();
}

QWidget *DataKeyDialog::makeForm() {
    m_key = new KeyPicker(context(), tr("Wrapping key"), this);
    m_key->setObjectName(QStringLiteral("dataKey.key"));
    m_key->setFilter([](const CatalogKey &key) {
        return !key.metadata ||
               (key.metadata->keySpec && *key.metadata->keySpec == kms::KeySpec::SYMMETRIC_DEFAULT &&
                key.metadata->keyState && *key.metadata->keyState == kms::KeyState::Enabled);
    });
    m_kind = new QComboBox(this);
    m_kind->setObjectName(QStringLiteral("dataKey.kind"));
    offerKinds();
    m_bytes = new QSpinBox(this);
    m_bytes->setObjectName(QStringLiteral("dataKey.bytes"));
    m_bytes->setRange(1, 1024);
    m_bytes->setValue(64);
    m_bytes->setAccessibleName(tr("Number of bytes"));
    m_count = new QSpinBox(this);
    m_count->setObjectName(QStringLiteral("dataKey.count"));
    m_count->setRange(1, 100);
    m_withPlaintext = new QCheckBox(tr("With plaintext"), this);
    m_withPlaintext->setObjectName(QStringLiteral("dataKey.withPlaintext"));
    m_contextGrid = new widgets::ContextGrid(tr("Encryption context"), this);
    m_contextGrid->setObjectName(QStringLiteral("dataKey.context"));
    offerKnownContexts(*m_contextGrid, *context().knownContexts);
    m_grantTokens = new QLineEdit(this);
    m_grantTokens->setPlaceholderText(tr("Up to 10, separated by blanks"));
    m_form = new widgets::Form(this);
    m_form->addRow(tr("Key"), m_key);
    m_form->addRow(tr("Kind"), {m_kind, m_bytes});
    m_form->addRow(tr("Count"), m_count, tr("Each data key is a call of its own."));
    m_form->addField(m_withPlaintext);
    m_form->addRow(tr("Grant tokens"), m_grantTokens);
    m_form->addSection(tr("Encryption context"));
    m_form->addWide(m_contextGrid);
    return m_form;
}

void DataKeyDialog::offerKinds() {
    const kms::Capabilities &capabilities = context().session->capabilities();
    // The Chinese Regions of AWS make SM4 keys of 16 bytes; a vault makes AES keys wherever it stands.
    const bool sm4 = capabilities.region.starts_with("cn-") && capabilities.backend != "vault";
    m_kind->addItem(tr("AES 256 (32 bytes)"), QStringLiteral("AES_256"));
    m_kind->addItem(sm4 ? tr("SM4 (16 bytes)") : tr("AES 128 (16 bytes)"), QStringLiteral("AES_128"));
    m_kind->addItem(tr("Number of bytes"), QString());
    m_kind->insertSeparator(m_kind->count());
    const auto &pairs = capabilities.of(kms::OperationId::GenerateDataKeyPairWithoutPlaintext);
    for (const std::string_view spec : kms::enumInfo<kms::DataKeyPairSpec>().names) {
        if (!capabilities.hasKeySpec(spec)) {
            continue;
        }
        m_kind->addItem(tr("Key pair, %1").arg(specWord(spec)), fromUtf8(spec));
        m_kind->setItemData(m_kind->count() - 1, true, isPairRole);
        if (auto *model = qobject_cast<QStandardItemModel *>(m_kind->model());
            model != nullptr && !pairs.available) {
            model->item(m_kind->count() - 1)->setEnabled(false);
            m_kind->setItemData(m_kind->count() - 1, fromUtf8(pairs.reason), Qt::ToolTipRole);
        }
    }
}

bool DataKeyDialog::wantsPair() const {
    return m_kind->currentData(isPairRole).toBool();
}

QWidget *DataKeyDialog::makeResult() {
    m_result = new QWidget(this);
    m_ciphertext = new widgets::MonoText(tr("wrapped data key"), m_result);
    m_ciphertext->setObjectName(QStringLiteral("dataKey.ciphertext"));
    m_publicKey = new PublicKeyView(m_result);
    m_keyArn = new widgets::MonoText(tr("key ARN"), m_result);
    m_material = new widgets::MonoText(tr("key material id"), m_result);
    m_plaintext = new widgets::SecretView(tr("Plaintext data key"), m_result);
    m_plaintext->setObjectName(QStringLiteral("dataKey.plaintext"));
    m_which = new QSpinBox(m_result);
    m_which->setObjectName(QStringLiteral("dataKey.which"));
    m_output = new QComboBox(m_result);
    m_output->setObjectName(QStringLiteral("dataKey.output"));
    m_output->addItem(tr("Base64"), int(DataKeyOutput::Base64));
    m_output->addItem(tr("Hex"), int(DataKeyOutput::Hex));
    m_output->addItem(tr("Environment line"), int(DataKeyOutput::EnvironmentLine));
    m_output->addItem(tr("JSON"), int(DataKeyOutput::Json));
    m_output->addItem(tr("Raw file, with record"), int(DataKeyOutput::Raw));
    m_resultForm = new widgets::Form(m_result);
    m_resultForm->addRow(tr("Shown"), m_which);
    m_resultForm->addRow(tr("Wrapped key"), m_ciphertext);
    m_resultForm->addRow(tr("Public key"), m_publicKey);
    m_resultForm->addRow(tr("Wrapped by"), m_keyArn);
    m_resultForm->addRow(tr("Key material"), m_material);
    m_resultForm->addRow(tr("Written as"), m_output);
    m_resultForm->addRow(tr("Plaintext"), m_plaintext);
    auto *column = new QVBoxLayout(m_result);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(new widgets::SectionHeader(tr("Result"), m_result));
    column->addWidget(m_resultForm);
    m_result->hide();
    return m_result;
}

void DataKeyDialog::makeButtons() {
    m_saveCiphertext = new QPushButton(tr("Save wrapped key\u2026"), this);
    m_saveCiphertext->setObjectName(QStringLiteral("dataKey.save"));
    m_copyCommand = new widgets::CopyButton(
        tr("command"), [this] { return m_presenter.command(form()); }, this);
    m_copyCommand->setAsCommand();
    m_run = new widgets::BusyButton(tr("Generate"), this);
    m_run->setObjectName(QStringLiteral("dataKey.run"));
    m_run->setDefault(true);
    theme::setButtonKind(*m_run, theme::ButtonKind::Primary);
    buttons()->addWidget(m_saveCiphertext);
    buttons()->addStretch(1);
    buttons()->addWidget(m_copyCommand);
    buttons()->addWidget(m_run);
}

void DataKeyDialog::connectParts() {
    connect(m_key, &KeyPicker::changed, this, &DataKeyDialog::refresh);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &DataKeyDialog::refresh);
    connect(m_contextGrid, &widgets::ContextGrid::changed, this, &DataKeyDialog::refresh);
    connect(m_withPlaintext, &QCheckBox::toggled, this, &DataKeyDialog::refresh);
    connect(m_run, &widgets::BusyButton::started, this, [this] {
        if (m_presenter.hasUnseenPlaintext()) {
            return askToDiscard([this] { generate(); });
        }
        generate();
    });
    connect(m_run, &widgets::BusyButton::cancelRequested, this, [this] { m_presenter.cancel(); });
    connect(&m_presenter, &DataKeyPresenter::busyChanged, this, &DataKeyDialog::refresh);
    connect(&m_presenter, &DataKeyPresenter::changed, this, &DataKeyDialog::showResult);
    connect(m_saveCiphertext, &QPushButton::clicked, this, [this] { save(false); });
    connect(m_plaintext, &widgets::SecretView::saveRequested, this, [this] { save(true); });
    connect(m_plaintext, &widgets::SecretView::copyRequested, this, &DataKeyDialog::copyPlaintext);
    connect(m_plaintext, &widgets::SecretView::revealedChanged, this, [this](bool revealed) {
        if (revealed) {
            m_presenter.markSeen(row());
        }
    });
    connect(m_publicKey, &PublicKeyView::saved, this, [this](const QString &file) {
        bar()->present({widgets::NewsKind::Good, tr("Saved"), file, {}, {}});
    });
    connect(m_publicKey, &PublicKeyView::saveFailed, this, [this](const Error &error) { showError(error); });
    connect(m_which, &QSpinBox::valueChanged, this, &DataKeyDialog::showRow);
    connect(m_output, &QComboBox::currentIndexChanged, this, &DataKeyDialog::showRow);
    setRetry([this] { m_run->click(); });
    new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), this, [this] { m_run->click(); });
    new QShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P), this, [this] { copyPlaintext(); });
    new QShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_B), this, [this] { copyCiphertext(); });
}

void DataKeyDialog::setKey(const std::string &identifier) {
    m_key->setIdentifier(identifier);
}

DataKeyForm DataKeyDialog::form() const {
    DataKeyForm form;
    form.keyId = m_key->identifier();
    form.withPlaintext = m_withPlaintext->isChecked();
    (wantsPair() ? form.keyPairSpec : form.keySpec) = m_kind->currentData().toString().toStdString();
    if (form.keyPairSpec.empty() && form.keySpec.empty()) {
        form.numberOfBytes = m_bytes->value();
    }
    form.count = m_count->value();
    form.context = contextOf(m_contextGrid->pairs());
    for (const QString &token : m_grantTokens->text().simplified().split(u' ', Qt::SkipEmptyParts)) {
        form.grantTokens.push_back(token.toStdString());
    }
    return form;
}

void DataKeyDialog::refresh() {
    m_bytes->setVisible(m_kind->currentData().toString().isEmpty());
    m_run->setBusy(m_presenter.isBusy());
    m_run->setEnabled(m_presenter.isBusy() ||
                      (m_presenter.fault(form()).isEmpty() && m_contextGrid->isValid()));
    m_run->setToolTip(m_presenter.fault(form()));
    const bool several = m_presenter.results().size() > 1;
    m_saveCiphertext->setEnabled(!m_presenter.results().empty());
    m_saveCiphertext->setText(several ? tr("Save wrapped keys\u2026") : tr("Save wrapped key\u2026"));
}

std::size_t DataKeyDialog::row() const {
    return static_cast<std::size_t>(m_which->value() - 1);
}

DataKeyOutput DataKeyDialog::output() const {
    return static_cast<DataKeyOutput>(m_output->currentData().toInt());
}

void DataKeyDialog::showResult() {
    const int made = static_cast<int>(m_presenter.results().size());
    if (m_presenter.error()) {
        showError(*m_presenter.error());
        if (made > 0) {
            widgets::News news = bar()->news();
            news.text += u' ' + tr("%1 data keys were made before that.").arg(made);
            bar()->present(news);
        }
    }
    m_result->setVisible(made > 0);
    {
        const QSignalBlocker quiet(m_which);
        m_which->setRange(1, std::max(1, made));
        m_which->setSuffix(tr(" of %1").arg(made));
    }
    m_resultForm->setRowVisible(m_which, made > 1);
    showRow();
    refresh();
}

void DataKeyDialog::showRow() {
    const DataKeyResult *result = m_presenter.result(row());
    if (result == nullptr) {
        return m_plaintext->clear();
    }
    m_ciphertext->setText(m_presenter.ciphertextText(row(), output()));
    m_keyArn->setText(fromUtf8(result->keyArn));
    m_material->setText(fromUtf8(result->keyMaterialId));
    m_resultForm->setRowVisible(m_material, !result->keyMaterialId.empty());
    m_resultForm->setRowVisible(m_plaintext, !result->plaintext.empty());
    m_resultForm->setRowVisible(m_publicKey, !result->publicKey.empty());
    m_publicKey->setKey(result->publicKey);
    result->plaintext.empty() ? m_plaintext->clear() : m_plaintext->setSecret(result->plaintext);
}

void DataKeyDialog::copyPlaintext() {
    if (!m_plaintext->isEmpty()) {
        m_clipboard->lend(m_plaintext->formatted().take());
        m_plaintext->markSeen();
        m_presenter.markSeen(row());
    }
}

void DataKeyDialog::copyCiphertext() {
    if (m_presenter.result(row()) != nullptr) {
        QGuiApplication::clipboard()->setText(m_presenter.ciphertextText(row(), output()));
    }
}

void DataKeyDialog::save(bool plaintext) {
    const DataKeyResult *shown = m_presenter.result(row());
    const bool isPair = shown != nullptr && !shown->publicKey.empty();
    const QString title = plaintext ? tr("Save plaintext data key") : tr("Save wrapped data key");
    const QString stem = isPair ? QStringLiteral("private-key") : QStringLiteral("datakey");
    const QString name = stem + (!plaintext ? QStringLiteral(".wrapped")
                                 : isPair   ? QStringLiteral(".der")
                                            : QStringLiteral(".bin"));
    requestSaveFile(this, title, name, [this, plaintext](const std::filesystem::path &file) {
        if (m_presenter.results().empty()) {
            return; // wiped while the file was being chosen
        }
        const auto saved =
            plaintext ? m_presenter.savePlaintext(file) : m_presenter.saveCiphertext(file, true, output());
        if (!saved) {
            return showError(saved.error());
        }
        if (plaintext) {
            m_plaintext->markSeen();
        }
        bar()->present({widgets::NewsKind::Good, tr("Saved"), fromUtf8(file.string()), {}, {}});
    });
}

void DataKeyDialog::generate() {
    bar()->dismiss();
    m_plaintext->clear();
    m_presenter.generate(form());
    showResult();
}

void DataKeyDialog::askToDiscard(std::function<void()> agreed) {
    const bool several = m_presenter.results().size() > 1;
    Question question{.title = several ? tr("Discard the plaintext data keys?")
                                       : tr("Discard the plaintext data key?"),
                      .text = tr("This key cannot be shown again. Without a saved wrapped key it is lost."),
                      .verb = tr("Discard")};
    question.choices.push_back({tr("Save to file\u2026"), [this] { save(true); }});
    if (!several) {
        question.choices.push_back({tr("Copy"), [this] { copyPlaintext(); }});
    }
    ask(this, question, std::move(agreed));
}

bool DataKeyDialog::mayClose() {
    if (m_closeAnyway || !m_presenter.hasUnseenPlaintext()) {
        return true;
    }
    askToDiscard([this] {
        m_closeAnyway = true;
        close();
    });
    return false;
}

void DataKeyDialog::wipe() {
    m_presenter.cancel();
    m_plaintext->clear();
    m_presenter.wipePlaintext();
}

void DataKeyDialog::closeEvent(QCloseEvent *event) {
    if (!mayClose()) {
        event->ignore();
        return;
    }
    wipe();
    QDialog::closeEvent(event);
}

void DataKeyDialog::reject() {
    if (mayClose()) {
        wipe();
        QDialog::reject();
    }
}

} // namespace keyturn::ui
