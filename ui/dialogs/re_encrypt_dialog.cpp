// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/re_encrypt_dialog.h"

#include "base/encoding.h"
#include "ui/dialogs/context_pairs.h"
#include "ui/dialogs/error_news.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/inspection_view.h"
#include "ui/dialogs/key_picker.h"
#include "ui/dialogs/question.h"
#include "ui/dialogs/re_encrypt_results.h"
#include "ui/models/key_choices.h"
#include "ui/models/key_words.h"
#include "ui/presenters/session_consents.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/blob_edit.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/context_grid.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "workspace/session.h"

#include <QCheckBox>
#include <QClipboard>
#include <QCloseEvent>
#include <QComboBox>
#include <QFile>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>

#include <algorithm>

namespace keyturn::ui {

using Outcome = ReEncryptItem::Outcome;

namespace {

bool isAsymmetric(const KeyPicker &picker) {
    return isAsymmetricKey(picker.resolved());
}

/// What the inspector says of one ciphertext; of several only what holds for all.
QString findingOf(const std::vector<ReEncryptItem> &items) {
    const bool agree = std::ranges::all_of(items, [&](const ReEncryptItem &item) {
        return item.inspection.kind == items.front().inspection.kind;
    });
    return items.empty() || !agree ? QString() : fromUtf8(inspect::title(items.front().inspection.kind));
}

bool isAsymmetricResult(const ReEncryptItem &item) {
    const auto &algorithm = item.reply->destinationEncryptionAlgorithm;
    return algorithm && !(*algorithm == kms::EncryptionAlgorithmSpec::SYMMETRIC_DEFAULT);
}

} // namespace

ReEncryptForm ReEncryptDialog::form() const {
    ReEncryptForm form;
    form.letServiceFindKey = m_letServiceFind->isChecked();
    form.sourceKey = form.letServiceFindKey ? std::string() : m_sourceKey->identifier();
    form.sourceAlgorithm = m_sourceAlgorithm->currentData().toString().toStdString();
    if (!m_sourceContext->isHidden()) {
        form.sourceContext = contextOf(m_sourceContext->pairs());
    }
    form.destinationKey = m_targetKey->identifier();
    form.destinationAlgorithm = m_targetAlgorithm->currentData().toString().toStdString();
    if (!m_targetContext->isHidden()) {
        form.destinationContext = contextOf(m_targetContext->pairs());
    }
    const QString tokens = m_grantTokens->text().simplified();
    for (const QString &token : tokens.split(u' ', Qt::SkipEmptyParts)) {
        form.grantTokens.push_back(token.toStdString());
    }
    return form;
}

void ReEncryptDialog::setFiles(const std::vector<std::filesystem::path> &files) {
    {
        const QSignalBlocker quiet(m_blob); // it shows the files; the presenter is told below
        m_blob->clear();
        if (files.size() == 1) {
            if (auto opened = m_blob->openFile(fromUtf8(files.front().string())); !opened) {
                return showError(opened.error());
            }
        } else {
            m_blob->setText({});
        }
    }
    m_presenter.setFiles(files);
    suggestSource();
}

void ReEncryptDialog::setDestinationKey(const std::string &identifier) {
    m_targetKey->setIdentifier(identifier);
}

void ReEncryptDialog::sourceChanged() {
    const auto bytes = m_blob->bytes();
    if (m_blob->kindIsChosen() && bytes) { // the person says how it is written down
        m_presenter.setBytes(m_blob->filePath().isEmpty() ? tr("Pasted text") : m_blob->fileName(), *bytes);
    } else if (!m_blob->filePath().isEmpty()) {
        m_presenter.setFiles({QFile::encodeName(m_blob->filePath()).toStdString()});
    } else {
        m_presenter.setPastedText(m_blob->text());
    }
    suggestSource();
}

void ReEncryptDialog::suggestSource() {
    const auto &items = m_presenter.items();
    items.empty() ? m_inspection->clear() : m_inspection->setInspection(items.front().inspection);
    m_blob->setLinesTaken(static_cast<int>(items.size()));
    m_blob->setFinding(findingOf(items));
    if (const std::string key = m_presenter.suggestedSourceKey(); !key.empty()) {
        m_sourceKey->setIdentifier(key);
        m_letServiceFind->setChecked(false);
    }
    if (const auto context = m_presenter.suggestedSourceContext()) {
        m_sourceContext->setPairs(pairsOf(*context));
    }
    refresh();
}

void ReEncryptDialog::refreshAlgorithms(const KeyPicker &picker, QComboBox *algorithm, bool source) {
    const auto &key = picker.resolved();
    const bool asymmetric = isAsymmetric(picker);
    QStringList names;
    if (asymmetric && key->encryptionAlgorithms) {
        for (const auto &each : *key->encryptionAlgorithms) {
            names += fromUtf8(each.text());
        }
    }
    QStringList shown;
    for (int i = 1; i < algorithm->count(); ++i) {
        shown += algorithm->itemData(i).toString();
    }
    if (names != shown) {
        const QSignalBlocker quiet(algorithm); // the caller is refreshing already
        const QString before = algorithm->currentData().toString();
        algorithm->clear();
        algorithm->addItem(names.isEmpty() ? tr("SYMMETRIC_DEFAULT") : tr("Choose\u2026"), QString());
        for (const QString &name : names) {
            algorithm->addItem(name, name);
        }
        algorithm->setCurrentIndex(std::max(0, algorithm->findData(before)));
    }
    (source ? m_sourceForm : m_targetForm)->setRowVisible(algorithm, asymmetric);
}

void ReEncryptDialog::refresh() {
    const bool asymmetricSource = m_presenter.looksAsymmetric() || isAsymmetric(*m_sourceKey);
    if (asymmetricSource && m_letServiceFind->isChecked()) {
        m_letServiceFind->setChecked(false); // comes back here
        return;
    }
    m_letServiceFind->setEnabled(!asymmetricSource);
    m_letServiceFind->setToolTip(asymmetricSource
                                     ? tr("An asymmetric ciphertext does not name its key: choose it.")
                                     : tr("Sends no source key. The service then takes any key that you may "
                                          "use, so a ciphertext under the wrong key goes unnoticed."));
    m_sourceKey->setEnabled(!m_letServiceFind->isChecked());
    refreshAlgorithms(*m_sourceKey, m_sourceAlgorithm, true);
    refreshAlgorithms(*m_targetKey, m_targetAlgorithm, false);
    refreshContexts(asymmetricSource);
    const ReEncryptForm now = form();
    const auto faults = m_presenter.faults(now);
    const bool valid = faults.empty() && contextsAreValid();
    m_contextWarning->setVisible(ReEncryptPresenter::dropsContext(now));
    m_sample->setVisible(m_presenter.items().empty() && m_presenter.offersSample());
    m_run->setEnabled(valid || m_presenter.isBusy());
    m_check->setEnabled(valid && !m_presenter.isBusy());
    m_run->setBusy(m_presenter.isBusy());
    showFaults(faults);
    const int row = m_results->currentRow();
    const auto &items = m_presenter.items();
    const bool done = row >= 0 && row < int(items.size()) && items[std::size_t(row)].outcome == Outcome::Done;
    m_save->setEnabled(done);
    m_copyResult->setEnabled(done);
    m_replace->setEnabled(done && !items[std::size_t(row)].file.empty());
    m_asymmetricNote->setVisible(done && isAsymmetricResult(items[std::size_t(row)]));
}

void ReEncryptDialog::refreshContexts(bool asymmetricSource) {
    const bool asymmetricTarget = isAsymmetric(*m_targetKey);
    m_sourceContext->setVisible(!asymmetricSource);
    m_noSourceContext->setVisible(asymmetricSource);
    m_targetContext->setVisible(!asymmetricTarget);
    m_noTargetContext->setVisible(asymmetricTarget);
    const QString algorithm = m_targetAlgorithm->currentData().toString();
    m_targetForm->setRowVisible(m_atMost, asymmetricTarget && !algorithm.isEmpty());
    if (asymmetricTarget) {
        m_atMost->setText(
            tr("Takes plaintext of at most %1 bytes.")
                .arg(longestPlaintext(specOf(*m_targetKey->resolved()), algorithm.toStdString())));
    }
}

bool ReEncryptDialog::contextsAreValid() const {
    return (m_sourceContext->isHidden() || m_sourceContext->isValid()) &&
           (m_targetContext->isHidden() || m_targetContext->isValid());
}

void ReEncryptDialog::showFaults(const std::vector<FormFault> &faults) {
    // Nothing is marked before anything was filled in: an empty form is no mistake.
    const bool begun = !m_presenter.items().empty();
    const auto sentence = [&](ReEncryptField field) {
        const auto found = std::ranges::find(faults, field, &FormFault::field);
        return begun && found != faults.end() ? found->sentence : QString();
    };
    m_sourceForm->setFault(m_sourceKey, sentence(ReEncryptField::SourceKey));
    m_sourceForm->setFault(m_sourceAlgorithm, sentence(ReEncryptField::SourceAlgorithm));
    m_targetForm->setFault(m_targetKey, sentence(ReEncryptField::DestinationKey));
    m_targetForm->setFault(m_targetAlgorithm, sentence(ReEncryptField::DestinationAlgorithm));
    m_targetForm->setFault(m_grantTokens, sentence(ReEncryptField::GrantTokens));
    for (const ReEncryptField field : {ReEncryptField::SourceContext, ReEncryptField::DestinationContext}) {
        if (const QString words = sentence(field); !words.isEmpty()) {
            bar()->present(
                {widgets::NewsKind::Attention, tr("The context does not fit the key"), words, {}, {}});
        }
    }
}

void ReEncryptDialog::run(bool checkOnly) {
    bar()->dismiss();
    m_checkedOnly = checkOnly;
    m_lower->setCurrentWidget(m_results);
    checkOnly ? m_presenter.checkOnly(form()) : m_presenter.reEncrypt(form());
}

void ReEncryptDialog::outcomeChanged(int row) {
    const ReEncryptItem &item = m_presenter.items()[std::size_t(row)];
    m_results->setItem(row, item);
    if (item.outcome == Outcome::Failed) {
        showItemError(row);
    }
    refresh();
}

void ReEncryptDialog::showItemError(int row) {
    const ReEncryptItem &item = m_presenter.items()[std::size_t(row)];
    if (!item.error) {
        return;
    }
    const kms::AnyRequest request = m_presenter.requestOf(item);
    const kms::ErrorCircumstances circumstances{.request = &request};
    const kms::ErrorText text = kms::describe(*item.error, circumstances);
    m_offer = {text.act, m_presenter.keyNamedIn(*item.error, item), fromUtf8(text.policyStatement)};
    widgets::News news = newsFor(*item.error, circumstances, canDo(m_offer));
    if (m_presenter.items().size() > 1) {
        news.title = item.name + QStringLiteral(": ") + news.title;
    }
    if (item.error->code == ErrorCode::InvalidCiphertext) {
        const QString comparison = m_presenter.contextComparison();
        news.text += comparison.isEmpty() ? QString() : u' ' + comparison;
    }
    bar()->present(news);
}

void ReEncryptDialog::saveCurrent() {
    const int row = m_results->currentRow();
    const auto &item = m_presenter.items()[std::size_t(row)];
    const QString suggestion = item.file.empty()
                                   ? QStringLiteral("ciphertext.bin")
                                   : fromUtf8(item.file.filename().string()) + QStringLiteral(".new");
    requestSaveFile(this, tr("Save ciphertext"), suggestion, [this, row](const std::filesystem::path &file) {
        const auto saved =
            m_presenter.save(row, file, m_asBase64->isChecked(), m_withRecord->isChecked(), true);
        if (!saved) {
            return showError(saved.error());
        }
        bar()->present({widgets::NewsKind::Good, tr("Saved"), fromUtf8(file.string()), {}, {}});
    });
}

void ReEncryptDialog::replaceCurrent() {
    const int row = m_results->currentRow();
    const QString name = fromUtf8(m_presenter.items()[std::size_t(row)].file.string());
    const bool production = context().session->profile().environment == workspace::Environment::Production;
    const QString target = targetName();
    const bool mustType = production && !context().consents->given(target);
    ask(this,
        {.title = tr("Replace the file?"),
         .text = tr("%1 gets the new ciphertext. The old one stays in %1.bak.").arg(name),
         .verb = tr("Replace file"),
         .destroys = production,
         .typed = mustType ? target : QString()},
        [this, row, target] {
            context().consents->give(target); // asked for once per session
            replace(row);
        });
}

QString ReEncryptDialog::targetName() const {
    const int known = context().catalog->find(m_targetKey->identifier());
    return known < 0 ? fromUtf8(m_targetKey->identifier())
                     : confirmationTextFor(context().catalog->at(known).keyId,
                                           context().catalog->at(known).aliases);
}

void ReEncryptDialog::replace(int row) {
    const auto saved = m_presenter.replaceSourceFile(row, m_withRecord->isChecked());
    if (!saved) {
        return showError(saved.error());
    }
    const QString name = fromUtf8(m_presenter.items()[std::size_t(row)].file.string());
    bar()->present(
        {widgets::NewsKind::Good, tr("Replaced"), tr("%1; the old content is in %1.bak.").arg(name), {}, {}});
}

bool ReEncryptDialog::canDo(const Offer &offer) {
    using kms::NextStep;
    return offer.act == NextStep::ShowPolicyStatement || offer.act == NextStep::Retry ||
           (!offer.keyId.empty() &&
            (offer.act == NextStep::EnableKey || offer.act == NextStep::CancelDeletionAndEnable));
}

void ReEncryptDialog::doOffered() {
    if (m_offer.act == kms::NextStep::ShowPolicyStatement) {
        return QGuiApplication::clipboard()->setText(m_offer.policyStatement);
    }
    if (m_offer.act == kms::NextStep::Retry) {
        return run(m_checkedOnly);
    }
    const auto done = [this](const Result<kms::AnyReply> &reply) {
        if (!reply) {
            return showError(reply.error());
        }
        bar()->present({widgets::NewsKind::Good, tr("The key is enabled"), tr("Re-encrypt again."), {}, {}});
    };
    m_offer.act == kms::NextStep::EnableKey ? m_acts.enable(m_offer.keyId, done)
                                            : m_acts.cancelDeletionAndEnable(m_offer.keyId, done);
}

void ReEncryptDialog::wipe() {
    m_presenter.cancel();
}

void ReEncryptDialog::closeEvent(QCloseEvent *event) {
    m_presenter.cancel();
    QDialog::closeEvent(event);
}

void ReEncryptDialog::reject() {
    // Esc stops the work first; only an idle dialog closes.
    if (m_presenter.isBusy()) {
        m_presenter.cancel();
        return;
    }
    QDialog::reject();
}

} // namespace keyturn::ui
