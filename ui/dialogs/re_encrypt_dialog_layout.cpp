// SPDX-License-Identifier: Apache-2.0
// How the re-encrypt dialog is put together; what it does stands in re_encrypt_dialog.cpp.
#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/re_encrypt_dialog.h"

#include "base/encoding.h"
#include "ui/dialogs/context_pairs.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/inspection_view.h"
#include "ui/dialogs/key_picker.h"
#include "ui/dialogs/known_context_menu.h"
#include "ui/dialogs/re_encrypt_results.h"
#include "ui/models/key_choices.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/widgets/blob_edit.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/context_grid.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/section_header.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace keyturn::ui {

namespace metric = theme::metric;

/// Ciphertexts are looked at, not read: what they are stands in the inspector.
constexpr int tallestBlob = 124;

ReEncryptDialog::ReEncryptDialog(const DialogContext &context, QWidget *parent)
    : ActingDialog(context, tr("Re-encrypt"), false, parent)
    , m_presenter(context)
    , m_acts(context) {
    setObjectName(QStringLiteral("reEncryptDialog"));
    auto *panes = new QHBoxLayout;
    panes->setSpacing(metric::group * 2);
    panes->addWidget(makeSource(), 1);
    panes->addWidget(makeTarget(), 1);
    m_inspection = new InspectionView(this);
    m_results = new ReEncryptResults(this);
    m_lower = new QTabWidget(this);
    m_lower->setObjectName(QStringLiteral("reEncrypt.lower"));
    m_lower->setAccessibleName(tr("Inspector and results"));
    m_lower->setDocumentMode(true);
    m_lower->addTab(m_inspection, tr("Inspector"));
    m_lower->addTab(m_results, tr("Results"));
    auto *contexts = new QHBoxLayout; // a row of their own: they are compared by eye
    contexts->setSpacing(metric::group * 2);
    m_noSourceContext = new QLabel(tr("Asymmetric ciphertext has no encryption context."), this);
    m_noTargetContext = new QLabel(tr("An asymmetric key takes no encryption context."), this);
    m_noTargetContext->setObjectName(QStringLiteral("reEncrypt.noTargetContext"));
    contexts->addWidget(makeContextCell(m_sourceContext, m_noSourceContext), 1, Qt::AlignTop);
    contexts->addWidget(makeContextCell(m_targetContext, m_noTargetContext), 1, Qt::AlignTop);
    content()->addLayout(panes);
    content()->addLayout(contexts);
    content()->addWidget(m_lower, 1);
    makeButtons();
    connectParts();
    orderTabsAsLaidOut(*this);
    resize(1100, 740);
    m_blob->setFocus();
    refresh();
}

QWidget *ReEncryptDialog::makeContextCell(widgets::ContextGrid *grid, QLabel *none) {
    auto *cell = new QWidget(this);
    none->setWordWrap(true);
    none->hide();
    theme::setTone(*none, theme::ColorRole::MutedText);
    auto *column = new QVBoxLayout(cell);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(grid);
    column->addWidget(none);
    return cell;
}

QWidget *ReEncryptDialog::makeSource() {
    auto *pane = new QWidget(this);
    m_blob = new widgets::BlobEdit(tr("Source ciphertext"), pane);
    m_blob->setObjectName(QStringLiteral("reEncrypt.blob"));
    m_blob->setPlaceholderText(tr("Paste a ciphertext, or one on each line. Drop or open files."));
    m_sourceKey = new KeyPicker(context(), tr("Source key"), pane);
    m_sourceKey->setObjectName(QStringLiteral("reEncrypt.sourceKey"));
    m_letServiceFind = new QCheckBox(tr("Let the service find it"), pane);
    m_letServiceFind->setObjectName(QStringLiteral("reEncrypt.letServiceFind"));
    m_sourceKey->setFilter([](const CatalogKey &key) {
        return !key.metadata || hasUsage(*key.metadata, kms::KeyUsageType::ENCRYPT_DECRYPT);
    });
    m_sourceAlgorithm = new QComboBox(pane);
    m_sourceAlgorithm->setObjectName(QStringLiteral("reEncrypt.sourceAlgorithm"));
    m_sourceContext = new widgets::ContextGrid(tr("Source encryption context"), this);
    m_sourceContext->setHeading(tr("Encryption context"));
    m_sourceContext->setObjectName(QStringLiteral("reEncrypt.sourceContext"));
    offerKnownContexts(*m_sourceContext, *context().knownContexts);
    m_sourceForm = new widgets::Form(pane);
    m_sourceForm->addRow(tr("Key"), m_sourceKey);
    m_sourceForm->addField(m_letServiceFind);
    m_sourceForm->addRow(tr("Algorithm"), m_sourceAlgorithm);
    auto *column = new QVBoxLayout(pane);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(new widgets::SectionHeader(tr("Source"), pane));
    m_blob->setMaximumHeight(tallestBlob);
    column->addWidget(m_blob);
    m_sample = new QPushButton(tr("Try it with a sample"), pane);
    m_sample->setObjectName(QStringLiteral("reEncrypt.sample"));
    m_sample->setToolTip(tr("Encrypts a harmless text under a key of the demo vault."));
    theme::setButtonKind(*m_sample, theme::ButtonKind::Quiet);
    column->addWidget(m_sample, 0, Qt::AlignLeft);
    column->addWidget(m_sourceForm);
    column->addStretch(1);
    return pane;
}

QWidget *ReEncryptDialog::makeTarget() {
    auto *pane = new QWidget(this);
    m_targetKey = new KeyPicker(context(), tr("Target key"), pane);
    m_targetKey->setObjectName(QStringLiteral("reEncrypt.targetKey"));
    m_targetKey->setFilter([](const CatalogKey &key) {
        return !key.metadata ||
               (key.metadata->keyState && *key.metadata->keyState == kms::KeyState::Enabled &&
                key.metadata->keyUsage && *key.metadata->keyUsage == kms::KeyUsageType::ENCRYPT_DECRYPT);
    });
    m_targetAlgorithm = new QComboBox(pane);
    m_targetAlgorithm->setObjectName(QStringLiteral("reEncrypt.targetAlgorithm"));
    m_targetContext = new widgets::ContextGrid(tr("Target encryption context"), this);
    m_targetContext->setHeading(tr("Encryption context"));
    m_targetContext->setObjectName(QStringLiteral("reEncrypt.targetContext"));
    auto *copyAcross = new QPushButton(tr("Copy from source"), m_targetContext);
    connect(copyAcross, &QPushButton::clicked, this,
            [this] { m_targetContext->setPairs(m_sourceContext->pairs()); });
    m_targetContext->addAct(copyAcross);
    offerKnownContexts(*m_targetContext, *context().knownContexts);
    m_contextWarning =
        new QLabel(tr("The new ciphertext will have no encryption context. Whoever decrypts it need not "
                      "name one any more."),
                   pane);
    m_contextWarning->setObjectName(QStringLiteral("reEncrypt.contextWarning"));
    m_contextWarning->setWordWrap(true);
    m_more = new QToolButton(pane);
    m_more->setText(tr("More"));
    m_more->setObjectName(QStringLiteral("reEncrypt.more"));
    m_more->setCheckable(true);
    m_more->setAccessibleName(tr("Show more fields"));
    m_grantTokens = new QLineEdit(pane);
    m_grantTokens->setObjectName(QStringLiteral("reEncrypt.grantTokens"));
    m_grantTokens->setPlaceholderText(tr("Up to 10, separated by blanks"));
    m_targetForm = new widgets::Form(pane);
    m_targetForm->addRow(tr("Key"), m_targetKey);
    m_targetForm->addRow(tr("Algorithm"), m_targetAlgorithm);
    m_atMost = new QLabel(pane);
    m_atMost->setObjectName(QStringLiteral("reEncrypt.atMost"));
    m_atMost->setWordWrap(true);
    m_targetForm->addField(m_atMost);
    m_targetForm->addField(m_more);
    m_targetForm->addRow(tr("Grant tokens"), m_grantTokens);
    m_targetForm->setRowVisible(m_grantTokens, false);
    connect(m_more, &QToolButton::toggled, this,
            [this](bool shown) { m_targetForm->setRowVisible(m_grantTokens, shown); });
    auto *column = new QVBoxLayout(pane);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(new widgets::SectionHeader(tr("Target"), pane));
    column->addWidget(m_targetForm);
    column->addWidget(m_contextWarning);
    column->addStretch(1);
    return pane;
}

void ReEncryptDialog::makeButtons() {
    m_asymmetricNote =
        new QLabel(tr("Neither key nor algorithm stands in this ciphertext: keep its record."), this);
    m_asymmetricNote->setObjectName(QStringLiteral("reEncrypt.asymmetricNote"));
    m_asymmetricNote->setWordWrap(true);
    content()->addWidget(m_asymmetricNote);
    m_withRecord = new QCheckBox(tr("With record"), this);
    m_withRecord->setToolTip(
        tr("Writes <file>.kms.json beside it: keys, algorithms, context, key material, time."));
    m_withRecord->setChecked(true);
    m_asBase64 = new QCheckBox(tr("As base64"), this);
    m_save = new QPushButton(tr("Save\u2026"), this);
    m_save->setObjectName(QStringLiteral("reEncrypt.save"));
    m_replace = new QPushButton(tr("Replace file (keep .bak)"), this);
    m_replace->setObjectName(QStringLiteral("reEncrypt.replace"));
    m_copyResult = new widgets::CopyButton(
        tr("new ciphertext"),
        [this] {
            const auto &item = m_presenter.items()[std::size_t(m_results->currentRow())];
            return fromUtf8(toBase64(*item.reply->ciphertextBlob));
        },
        this);
    m_copyCommand = new widgets::CopyButton(
        tr("command"), [this] { return m_presenter.command(form()); }, this);
    m_copyCommand->setAsCommand();
    m_copyCommand->setObjectName(QStringLiteral("copy-as-command"));
    m_check = new QPushButton(tr("Check only"), this);
    m_check->setObjectName(QStringLiteral("reEncrypt.check"));
    m_check->setToolTip(tr("A dry run: checks keys, permission and context, and changes nothing."));
    m_run = new widgets::BusyButton(tr("Re-encrypt"), this);
    m_run->setObjectName(QStringLiteral("reEncrypt.run"));
    m_run->setDefault(true);
    theme::setButtonKind(*m_run, theme::ButtonKind::Primary);
    for (QWidget *each :
         std::initializer_list<QWidget *>{m_copyResult, m_save, m_replace, m_withRecord, m_asBase64}) {
        buttons()->addWidget(each);
    }
    buttons()->addStretch(1);
    for (QWidget *each : std::initializer_list<QWidget *>{m_copyCommand, m_check, m_run}) {
        buttons()->addWidget(each);
    }
}

void ReEncryptDialog::connectParts() {
    connect(m_blob, &widgets::BlobEdit::changed, this, &ReEncryptDialog::sourceChanged);
    connect(m_blob, &widgets::BlobEdit::submitRequested, this, [this] {
        if (m_run->isEnabled() && !m_presenter.isBusy()) {
            run(false);
        }
    });
    connect(m_blob, &widgets::BlobEdit::openRequested, this, [this] {
        requestOpenFiles(this, tr("Open ciphertexts"),
                         [this](const std::vector<std::filesystem::path> &files) { setFiles(files); });
    });
    connect(m_blob, &widgets::BlobEdit::filesDropped, this, [this](const QStringList &names) {
        std::vector<std::filesystem::path> files;
        for (const QString &name : names) {
            files.emplace_back(QFile::encodeName(name).toStdString());
        }
        setFiles(files);
    });
    connect(m_blob, &widgets::BlobEdit::openFailed, this, [this](const QString &reason) {
        bar()->present({widgets::NewsKind::Danger, tr("The file cannot be opened"), reason, {}, {}});
    });
    connect(m_sample, &QPushButton::clicked, this, [this] { m_presenter.makeSample(); });
    connect(&m_presenter, &ReEncryptPresenter::sampleFailed, this,
            [this](const Error &error) { showError(error); });
    connect(&m_presenter, &ReEncryptPresenter::sampleMade, this,
            [this](const QString &base64, const kms::EncryptionContext &used) {
                m_blob->setText(base64);
                m_sourceContext->setPairs(pairsOf(used));
            });
    connect(m_sourceKey, &KeyPicker::changed, this, &ReEncryptDialog::refresh);
    connect(m_targetKey, &KeyPicker::changed, this, &ReEncryptDialog::refresh);
    connect(m_letServiceFind, &QCheckBox::toggled, this, &ReEncryptDialog::refresh);
    connect(m_sourceAlgorithm, &QComboBox::currentIndexChanged, this, &ReEncryptDialog::refresh);
    connect(m_targetAlgorithm, &QComboBox::currentIndexChanged, this, &ReEncryptDialog::refresh);
    connect(m_grantTokens, &QLineEdit::textChanged, this, &ReEncryptDialog::refresh);
    connect(m_sourceContext, &widgets::ContextGrid::changed, this, [this] {
        if (!m_targetContextTouched) { // the target starts as a copy, until somebody changes it
            m_copying = true;
            m_targetContext->setPairs(m_sourceContext->pairs());
            m_copying = false;
        }
        refresh();
    });
    connect(m_targetContext, &widgets::ContextGrid::changed, this, [this] {
        m_targetContextTouched = m_targetContextTouched || !m_copying;
        refresh();
    });
    connectResults();
}

void ReEncryptDialog::connectResults() {
    connect(m_results, &ReEncryptResults::currentRowChanged, this, [this](int row) {
        refresh();
        if (row >= 0 && row < int(m_presenter.items().size())) {
            m_inspection->setInspection(m_presenter.items()[std::size_t(row)].inspection);
            showItemError(row);
        }
    });
    connect(&m_presenter, &ReEncryptPresenter::itemsChanged, this,
            [this] { m_results->setItems(m_presenter.items()); });
    connect(&m_presenter, &ReEncryptPresenter::itemChanged, this, &ReEncryptDialog::outcomeChanged);
    connect(&m_presenter, &ReEncryptPresenter::busyChanged, this, &ReEncryptDialog::refresh);
    new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), this, [this] { m_run->click(); });
    connect(m_run, &widgets::BusyButton::started, this, [this] { run(false); });
    connect(m_run, &widgets::BusyButton::cancelRequested, this, [this] { m_presenter.cancel(); });
    connect(m_check, &QPushButton::clicked, this, [this] { run(true); });
    connect(m_save, &QPushButton::clicked, this, &ReEncryptDialog::saveCurrent);
    connect(m_replace, &QPushButton::clicked, this, &ReEncryptDialog::replaceCurrent);
    connect(bar(), &widgets::InlineBar::actionTriggered, this, &ReEncryptDialog::doOffered);
}

} // namespace keyturn::ui
