// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/signing_dialog.h"

#include "base/encoding.h"
#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/key_picker.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_choices.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/widgets/blob_edit.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/byte_counter.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/mono_text.h"
#include "ui/widgets/secret_pad.h"
#include "ui/widgets/section_header.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

constexpr int shortBlob = 124;

QString titleOf(SigningFamily family, SigningDialog::Act act) {
    if (family == SigningFamily::Mac) {
        return act == SigningDialog::Act::Make ? SigningDialog::tr("Generate MAC")
                                               : SigningDialog::tr("Verify MAC");
    }
    return act == SigningDialog::Act::Make ? SigningDialog::tr("Sign")
                                           : SigningDialog::tr("Verify signature");
}

QString wayWord(SignedAs way) {
    switch (way) {
    case SignedAs::Message:
        return SigningDialog::tr("The message itself");
    case SignedAs::DigestMadeHere:
        return SigningDialog::tr("Its digest, made here");
    case SignedAs::DigestGiven:
        return SigningDialog::tr("A digest that I have");
    }
    return {};
}

} // namespace

SigningDialog::SigningDialog(const DialogContext &context, SigningFamily family, Act act, QWidget *parent)
    : ActingDialog(context, titleOf(family, act), false, parent)
    , m_presenter(context, family)
    , m_act(act) {
    setObjectName(QStringLiteral("signingDialog"));
    makeMessage();
    makeForm();
    makeResult();
    makeButtons();
    connectParts();
    orderTabsAsLaidOut(*this);
    resize(720, 600);
    offerAlgorithms();
    m_pad->setFocus();
}

void SigningDialog::makeMessage() {
    m_pad = new widgets::SecretPad(this);
    m_pad->setObjectName(QStringLiteral("signing.message"));
    m_pad->setAccessibleName(tr("Message"));
    m_pad->setPlaceholderText(tr("Type or paste the message, or drop a file."));
    m_pad->setMinimumHeight(shortBlob);
    m_counterRow = new QWidget(this);
    m_counter = new widgets::ByteCounter(SigningPresenter::longestMessage, m_counterRow);
    m_open = new QPushButton(tr("Open\u2026"), m_counterRow);
    m_open->setObjectName(QStringLiteral("signing.open"));
    m_strip = new QPushButton(tr("Remove line break at the end"), m_counterRow);
    auto *line = new QHBoxLayout(m_counterRow);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(metric::related);
    line->addWidget(m_counter);
    line->addStretch(1);
    line->addWidget(m_strip);
    line->addWidget(m_open);
    m_digest = new widgets::BlobEdit(tr("Digest"), this);
    m_digest->setObjectName(QStringLiteral("signing.digest"));
    m_digest->setPlaceholderText(tr("Paste the digest in hex or base64. Drop or open a file."));
    m_digest->setMaximumHeight(shortBlob);
    content()->addWidget(m_pad, 1);
    content()->addWidget(m_counterRow);
    content()->addWidget(m_digest);
}

void SigningDialog::makeForm() {
    const bool isMac = m_presenter.family() == SigningFamily::Mac;
    m_key = new KeyPicker(context(), tr("Key"), this);
    m_key->setObjectName(QStringLiteral("signing.key"));
    m_key->setFilter([usage = m_presenter.usage()](const CatalogKey &key) {
        return !key.metadata || (hasUsage(*key.metadata, usage) && isEnabledKey(*key.metadata));
    });
    m_algorithm = new QComboBox(this);
    m_algorithm->setObjectName(QStringLiteral("signing.algorithm"));
    m_way = new QComboBox(this);
    m_way->setObjectName(QStringLiteral("signing.way"));
    m_form = new widgets::Form(this);
    m_form->addRow(tr("Key"), m_key);
    m_form->addRow(tr("Algorithm"), m_algorithm);
    m_form->addRow(tr("What is sent"), m_way);
    m_form->setRowVisible(m_way, !isMac);
    content()->addWidget(m_form);
    m_proof = new widgets::BlobEdit(isMac ? tr("MAC") : tr("Signature"), this);
    m_proof->setObjectName(QStringLiteral("signing.proof"));
    m_proof->setPlaceholderText(isMac ? tr("Paste the MAC. Drop or open a file.")
                                      : tr("Paste the signature. Drop or open a file."));
    m_proof->setMaximumHeight(shortBlob);
    m_proof->setVisible(m_act == Act::Verify);
    content()->addWidget(m_proof);
    m_fault = new QLabel(this);
    m_fault->setObjectName(QStringLiteral("signing.fault"));
    m_fault->setWordWrap(true);
    theme::setTone(*m_fault, theme::ColorRole::Danger);
    content()->addWidget(m_fault);
}

void SigningDialog::makeResult() {
    const bool isMac = m_presenter.family() == SigningFamily::Mac;
    m_result = new QWidget(this);
    m_made = new widgets::MonoText(isMac ? tr("MAC") : tr("signature"), m_result);
    m_made->setObjectName(QStringLiteral("signing.made"));
    m_usedKey = new widgets::MonoText(tr("key ARN"), m_result);
    auto *form = new widgets::Form(m_result);
    form->addRow(isMac ? tr("MAC") : tr("Signature"), m_made);
    form->addRow(tr("Made with"), m_usedKey);
    auto *column = new QVBoxLayout(m_result);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(new widgets::SectionHeader(tr("Result"), m_result));
    column->addWidget(form);
    m_result->hide();
    content()->addWidget(m_result);
}

void SigningDialog::makeButtons() {
    m_save = new QPushButton(tr("Save\u2026"), this);
    m_save->setObjectName(QStringLiteral("signing.save"));
    m_asBase64 = new QCheckBox(tr("As base64"), this);
    m_save->setVisible(m_act == Act::Make);
    m_asBase64->setVisible(m_act == Act::Make);
    auto *command = new widgets::CopyButton(
        tr("command"),
        [this] {
            return m_act == Act::Make ? m_presenter.makeCommand(form())
                                      : m_presenter.verifyCommand(form(), proof());
        },
        this);
    command->setAsCommand();
    m_run = new widgets::BusyButton(m_act == Act::Verify                         ? tr("Verify")
                                    : m_presenter.family() == SigningFamily::Mac ? tr("Generate MAC")
                                                                                 : tr("Sign"),
                                    this);
    m_run->setObjectName(QStringLiteral("signing.run"));
    m_run->setDefault(true);
    theme::setButtonKind(*m_run, theme::ButtonKind::Primary);
    buttons()->addWidget(m_save);
    buttons()->addWidget(m_asBase64);
    buttons()->addStretch(1);
    buttons()->addWidget(command);
    buttons()->addWidget(m_run);
}

void SigningDialog::connectParts() {
    const auto cannotOpen = [this](const QString &reason) {
        bar()->present({widgets::NewsKind::Danger, tr("The file cannot be opened"), reason, {}, {}});
    };
    connect(m_pad, &widgets::SecretPad::edited, this, &SigningDialog::edited);
    connect(m_pad, &widgets::SecretPad::openFailed, this, cannotOpen);
    connect(m_pad, &widgets::SecretPad::submitRequested, m_run, &QPushButton::click);
    connect(m_strip, &QPushButton::clicked, this, [this] {
        m_pad->stripLineBreak();
        edited();
    });
    connect(m_open, &QPushButton::clicked, this, [this, cannotOpen] {
        requestOpenFile(this, tr("Open message"), {}, [this](const std::filesystem::path &file) {
            if (auto opened = m_pad->openFile(QFile::decodeName(file.c_str())); !opened) {
                showError(opened.error());
            }
            edited();
        });
    });
    for (widgets::BlobEdit *blob : {m_digest, m_proof}) {
        connect(blob, &widgets::BlobEdit::changed, this, &SigningDialog::edited);
        connect(blob, &widgets::BlobEdit::openFailed, this, cannotOpen);
        connect(blob, &widgets::BlobEdit::submitRequested, m_run, &QPushButton::click);
        connect(blob, &widgets::BlobEdit::openRequested, this, [this, blob] {
            requestOpenFile(this, tr("Open"), {}, [this, blob](const std::filesystem::path &file) {
                if (auto opened = blob->openFile(QFile::decodeName(file.c_str())); !opened) {
                    showError(opened.error());
                }
            });
        });
    }
    connect(m_key, &KeyPicker::changed, this, &SigningDialog::offerAlgorithms);
    connect(m_algorithm, &QComboBox::currentIndexChanged, this, &SigningDialog::offerWays);
    connect(m_way, &QComboBox::currentIndexChanged, this, &SigningDialog::edited);
    connect(&m_presenter, &SigningPresenter::busyChanged, this, &SigningDialog::refresh);
    connect(&m_presenter, &SigningPresenter::changed, this, &SigningDialog::showOutcome);
    connect(m_run, &widgets::BusyButton::started, this, &SigningDialog::run);
    connect(m_run, &widgets::BusyButton::cancelRequested, this, [this] { m_presenter.cancel(); });
    connect(m_save, &QPushButton::clicked, this, &SigningDialog::save);
    setRetry([this] { m_run->click(); });
    new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), this, [this] { m_run->click(); });
}

void SigningDialog::setKey(const std::string &identifier) {
    m_key->setIdentifier(identifier);
}

SigningForm SigningDialog::form() const {
    return {.keyId = m_key->identifier(),
            .algorithm = m_algorithm->currentData().toString().toStdString(),
            .as = static_cast<SignedAs>(m_way->currentData().toInt())};
}

SecretBytes SigningDialog::message() const {
    if (form().as != SignedAs::DigestGiven) {
        return m_pad->copy();
    }
    const auto digest = m_digest->bytes();
    return digest ? SecretBytes::copyOf(*digest) : SecretBytes();
}

std::size_t SigningDialog::messageBytes() const {
    return form().as == SignedAs::DigestGiven ? m_digest->bytes().value_or(Bytes{}).size()
                                              : m_pad->sizeBytes();
}

Bytes SigningDialog::proof() const {
    return m_proof->bytes().value_or(Bytes{});
}

QString SigningDialog::fault() const {
    return m_presenter.fault(form(), messageBytes(),
                             m_act == Act::Verify ? std::optional(proof().size()) : std::nullopt);
}

void SigningDialog::offerAlgorithms() {
    const auto &key = m_key->resolved();
    const QString before = m_algorithm->currentData().toString();
    {
        const QSignalBlocker quiet(m_algorithm);
        m_algorithm->clear();
        for (const std::string &name : key ? m_presenter.algorithmsOf(*key) : std::vector<std::string>{}) {
            m_algorithm->addItem(fromUtf8(name), fromUtf8(name));
        }
        m_algorithm->setCurrentIndex(m_algorithm->count() == 0 ? -1
                                                               : std::max(0, m_algorithm->findData(before)));
    }
    m_algorithm->setEnabled(m_algorithm->count() > 1);
    const bool wrongUsage = key && !hasUsage(*key, m_presenter.usage());
    m_form->setFault(m_key, !wrongUsage                                  ? QString()
                            : m_presenter.family() == SigningFamily::Mac ? tr("This key makes no MACs.")
                                                                         : tr("This key does not sign."));
    offerWays();
}

void SigningDialog::offerWays() {
    const QVariant before = m_way->currentData();
    {
        const QSignalBlocker quiet(m_way);
        m_way->clear();
        for (const SignedAs way : m_presenter.waysFor(form().algorithm)) {
            m_way->addItem(wayWord(way), int(way));
        }
        m_way->setCurrentIndex(std::max(0, m_way->findData(before)));
    }
    m_way->setEnabled(m_way->count() > 1);
    edited();
}

void SigningDialog::edited() {
    // A signature or a verdict of before says nothing about what stands here now.
    const bool hadOutcome =
        m_presenter.verdict() != SigningPresenter::Verdict::None || !m_presenter.proof().empty();
    if (hadOutcome) {
        m_presenter.forget();
        bar()->dismiss();
        m_result->hide();
    }
    refresh();
}

void SigningDialog::refresh() {
    const bool given = form().as == SignedAs::DigestGiven;
    m_pad->setVisible(!given);
    m_counterRow->setVisible(!given);
    m_digest->setVisible(given);
    m_counter->setLimit(form().as == SignedAs::Message ? SigningPresenter::longestMessage : 0);
    m_counter->setCount(m_pad->sizeBytes());
    m_strip->setVisible(m_pad->endsWithLineBreak());
    const QString words = fault();
    // What is not filled in yet is no mistake; what is wrong with it is.
    QString shown =
        messageBytes() == 0 || form().algorithm.empty() || (m_act == Act::Verify && proof().empty())
            ? QString()
            : words;
    const auto ways = m_presenter.waysFor(form().algorithm);
    if (m_counter->isOver() && !given) {
        shown = words + (std::ranges::find(ways, SignedAs::DigestMadeHere) == ways.end()
                             ? QString()
                             : u' ' + tr("Send its digest instead: the signature is the same."));
    }
    m_fault->setText(shown);
    m_fault->setVisible(!shown.isEmpty());
    m_run->setBusy(m_presenter.isBusy());
    m_run->setEnabled(words.isEmpty() || m_presenter.isBusy());
    m_run->setToolTip(words);
    m_save->setEnabled(!m_presenter.proof().empty());
}

void SigningDialog::run() {
    bar()->dismiss();
    m_result->hide();
    m_act == Act::Make ? m_presenter.make(form(), message()) : m_presenter.verify(form(), message(), proof());
}

void SigningDialog::showOutcome() {
    using Verdict = SigningPresenter::Verdict;
    const bool isMac = m_presenter.family() == SigningFamily::Mac;
    if (m_presenter.error()) {
        showError(*m_presenter.error());
    } else if (m_presenter.verdict() == Verdict::Matches) {
        bar()->present({widgets::NewsKind::Good,
                        isMac ? tr("The MAC is valid") : tr("The signature is valid"),
                        tr("It was made of this message with this key and algorithm."),
                        {},
                        {}});
    } else if (m_presenter.verdict() == Verdict::DoesNotMatch) {
        bar()->present(
            {widgets::NewsKind::Danger,
             isMac ? tr("The MAC is not valid") : tr("The signature is not valid"),
             tr("It was not made of this message with this key and algorithm. One changed character "
                "is enough, and so is a line break at the end."),
             {},
             {}});
    }
    m_result->setVisible(!m_presenter.proof().empty());
    m_made->setText(fromUtf8(toBase64(m_presenter.proof())));
    m_usedKey->setText(fromUtf8(m_presenter.keyArn()));
    refresh();
}

void SigningDialog::save() {
    const bool isMac = m_presenter.family() == SigningFamily::Mac;
    requestSaveFile(this, isMac ? tr("Save MAC") : tr("Save signature"),
                    isMac ? QStringLiteral("message.mac") : QStringLiteral("message.sig"),
                    [this](const std::filesystem::path &file) {
                        const auto saved = m_presenter.saveProof(file, m_asBase64->isChecked());
                        saved ? bar()->present(
                                    {widgets::NewsKind::Good, tr("Saved"), fromUtf8(file.string()), {}, {}})
                              : showError(saved.error());
                    });
}

void SigningDialog::wipe() {
    m_presenter.cancel();
    m_pad->clearSecret();
}

} // namespace keyturn::ui
