// SPDX-License-Identifier: Apache-2.0
#include "ui/views/key_policy_tab.h"

#include "kms/call.h"
#include "kms/operations/get_key_policy.h"
#include "kms/operations/put_key_policy.h"
#include "ui/dialogs/question.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "ui/models/policy_text.h"
#include "ui/presenters/key_acts_presenter.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/theme.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/inline_bar.h"
#include "workspace/session.h"

#include <QCheckBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QTextBlock>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

constexpr qsizetype mostSentences = 5;
constexpr int leastLines = 6;

/// One beneath the other, each with a mark where there are several. ARNs may break at their separators.
QString listed(const QStringList &lines) {
    const QString mark = lines.size() > 1 ? QStringLiteral("\u2022 ") : QString();
    QString text;
    for (const QString &each : lines) {
        text += (text.isEmpty() ? QString() : QStringLiteral("\n")) + mark + each;
    }
    static const QRegularExpression separators(QStringLiteral("([:/_.-])(?=\\S)"));
    return text.replace(separators, QStringLiteral("\\1\u200b"));
}

} // namespace

PolicyTab::PolicyTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent)
    : KeyTab(context, acts, parent)
    , m_sentences(new QLabel(this))
    , m_doubts(new QLabel(this))
    , m_editor(new QPlainTextEdit(this))
    , m_fault(new QLabel(this))
    , m_bypass(new QCheckBox(tr("Skip the lockout check"), this))
    , m_indent(new QPushButton(tr("Indent"), this))
    , m_revert(new QPushButton(tr("Revert"), this))
    , m_save(new QPushButton(tr("Save policy"), this)) {
    makeEditor();
    layParts();
    connect(m_editor, &QPlainTextEdit::textChanged, this, &PolicyTab::edited);
    connect(m_indent, &QPushButton::clicked, this,
            [this] { replaceText(fromUtf8(indentedJson(m_editor->toPlainText().toStdString()))); });
    connect(m_revert, &QPushButton::clicked, this, [this] { replaceText(m_saved); });
    connect(m_save, &QPushButton::clicked, this, &PolicyTab::save);
}

void PolicyTab::layParts() {
    auto *line = new QHBoxLayout;
    line->setSpacing(metric::related);
    line->addWidget(m_indent);
    line->addStretch(1);
    line->addWidget(m_revert);
    line->addWidget(m_save);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, metric::group, 0, 0);
    layout->setSpacing(metric::related);
    layout->addWidget(m_bar);
    layout->addWidget(m_sentences);
    layout->addWidget(m_editor, 1);
    layout->addWidget(m_fault);
    layout->addWidget(m_doubts);
    layout->addWidget(m_bypass);
    layout->addLayout(line);
}

void PolicyTab::makeEditor() {
    for (QLabel *label : {m_sentences, m_doubts, m_fault}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->hide();
    }
    m_sentences->setObjectName(QStringLiteral("policy.sentences"));
    m_doubts->setObjectName(QStringLiteral("policy.doubts"));
    m_fault->setObjectName(QStringLiteral("policy.fault"));
    theme::setTone(*m_doubts, theme::ColorRole::Attention);
    theme::setTone(*m_fault, theme::ColorRole::Danger);
    m_editor->setObjectName(QStringLiteral("policy.editor"));
    m_editor->setAccessibleName(tr("Key policy as JSON"));
    m_editor->setTabChangesFocus(true);
    m_editor->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    theme::setTextRole(*m_editor, theme::TextRole::Fixed);
    m_editor->setMinimumHeight(m_editor->fontMetrics().lineSpacing() * leastLines);
    m_bypass->setObjectName(QStringLiteral("policy.bypass"));
    m_bypass->setToolTip(tr("The service refuses a policy that you could not change again, unless this is "
                            "ticked."));
    m_indent->setObjectName(QStringLiteral("policy.indent"));
    m_revert->setObjectName(QStringLiteral("policy.revert"));
    m_save->setObjectName(QStringLiteral("policy.save"));
}

void PolicyTab::showKey(const CatalogKey &key) {
    if (m_keyId == key.keyId) {
        return; // news about the key must not take away what somebody is typing
    }
    keepDraft();
    m_keyId = key.keyId;
    m_loaded.clear();
    if (m_keyId.empty()) {
        m_drafts.clear(); // what a locked vault held must not stay
    }
    m_bar->dismiss();
    m_bypass->setChecked(false);
    setSaved({});
}

void PolicyTab::keepDraft() {
    if (!m_loaded.empty()) {
        const QString now = m_editor->toPlainText();
        now == m_saved ? void(m_drafts.erase(m_loaded)) : void(m_drafts[m_loaded] = now);
    }
}

/// As an edit that can be undone.
void PolicyTab::replaceText(const QString &text) {
    QTextCursor all(m_editor->document());
    all.select(QTextCursor::Document);
    all.insertText(text);
    m_editor->moveCursor(QTextCursor::Start);
}

void PolicyTab::setSaved(const QString &policy) {
    m_saved = policy;
    m_editor->setPlainText(policy);
    m_editor->setReadOnly(m_loaded.empty() || !mayChange());
    edited();
}

void PolicyTab::load() {
    const auto service = m_context.session->service();
    if (!service || m_keyId.empty() || m_loaded == m_keyId || m_isReading) {
        return;
    }
    m_bar->dismiss();
    m_isReading = true;
    kms::GetKeyPolicy::Request request;
    request.keyId = m_keyId;
    kms::call<kms::GetKeyPolicy>(*service, std::move(request), {}, this,
                                 [this, keyId = m_keyId](Result<kms::GetKeyPolicy::Reply> reply) {
                                     m_isReading = false;
                                     if (keyId != m_keyId) {
                                         return load();
                                     }
                                     if (!reply) {
                                         return reportRefusal(reply.error());
                                     }
                                     m_loaded = keyId;
                                     setSaved(fromUtf8(reply->policy.value_or("")));
                                     if (const auto draft = m_drafts.find(keyId); draft != m_drafts.end()) {
                                         replaceText(draft->second);
                                     }
                                 });
}

void PolicyTab::edited() {
    const std::string text = m_editor->toPlainText().toStdString();
    const bool known = !m_loaded.empty();
    const auto fault = known ? policyFault(text) : std::nullopt;
    m_sentences->setVisible(known);
    showReading(known && !fault, text);
    m_fault->setText(fault ? fault->text() : QString());
    m_fault->setVisible(fault.has_value());
    m_editor->setAccessibleDescription(m_fault->text());
    m_faultLine = fault ? fault->line : 0;
    markLine();
    const bool changed = known && m_editor->toPlainText() != m_saved;
    m_save->setEnabled(changed && !fault && mayChange());
    m_save->setToolTip(fault ? fault->text() : known && !changed ? tr("Nothing has changed.") : QString());
    m_revert->setEnabled(changed);
    m_indent->setEnabled(known && (!fault || fault->line == 0) && mayChange());
    m_bypass->setVisible(known && mayChange());
}

/// The line of the sentences stays while the text is none to read: the editor must not jump at each key.
void PolicyTab::showReading(bool isPolicy, const std::string &text) {
    QStringList sentences = isPolicy ? policySentences(text) : QStringList();
    if (sentences.size() > mostSentences) {
        const qsizetype more = sentences.size() - mostSentences;
        sentences = sentences.mid(0, mostSentences);
        sentences += counted(more, tr("1 more statement."), tr("%1 more statements."));
    }
    m_sentences->setText(isPolicy ? listed(sentences) : tr("This is not a key policy as it stands."));
    theme::setTone(*m_sentences, isPolicy ? theme::ColorRole::Text : theme::ColorRole::MutedText);
    const QStringList doubts = isPolicy ? policyDoubts(text) : QStringList();
    m_doubts->setText(listed(doubts));
    m_doubts->setVisible(!doubts.isEmpty());
}

void PolicyTab::markLine() {
    QList<QTextEdit::ExtraSelection> marks;
    if (m_faultLine > 0) {
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(m_editor->document()->findBlockByNumber(m_faultLine - 1));
        mark.format.setProperty(QTextFormat::FullWidthSelection, true);
        mark.format.setBackground(theme::color(theme::ColorRole::Selection));
        marks += mark;
    }
    m_editor->setExtraSelections(marks);
}

void PolicyTab::changeEvent(QEvent *event) {
    KeyTab::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        markLine(); // its colour is stored in the mark
    }
}

void PolicyTab::save() {
    if (!m_bypass->isChecked()) {
        return send();
    }
    ask(window(),
        {.title = tr("Save without the lockout check?"),
         .text =
             tr("Whoever this policy leaves out cannot put another one. If it leaves everybody out, nobody "
                "can use, change or delete the key any more."),
         .verb = tr("Save policy")},
        [this] {
            m_acts->noteAsked(kms::OperationId::PutKeyPolicy, m_keyId);
            send();
        });
}

void PolicyTab::send() {
    const QString policy = m_editor->toPlainText();
    kms::PutKeyPolicy::Request request;
    request.keyId = m_keyId;
    request.policyName = "default"; // some services insist
    request.policy = policy.toStdString();
    if (m_bypass->isChecked()) {
        request.bypassPolicyLockoutSafetyCheck = true;
    }
    m_acts->perform(kms::AnyRequest::of<kms::PutKeyPolicy>(std::move(request)), m_keyId,
                    [this, policy, keyId = m_keyId](const Result<kms::AnyReply> &outcome) {
                        if (keyId != m_keyId) {
                            return;
                        }
                        report(outcome);
                        if (outcome) {
                            m_bypass->setChecked(false);
                            m_saved = policy;
                            m_drafts.erase(keyId);
                            edited();
                        }
                    });
}

} // namespace keyturn::ui
