// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/context_pairs.h"
#include "ui/dialogs/job_pages.h"
#include "ui/dialogs/key_picker.h"
#include "ui/models/key_words.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/context_grid.h"
#include "ui/widgets/form.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

enum SourceMode { OneKey, TellPerItem };

widgets::ContextPairs pairsOf(const reencrypt::ContextSpec &context) {
    widgets::ContextPairs pairs;
    for (const auto &[name, value] : context.pairs) {
        pairs.push_back({name, value.text()});
    }
    return pairs;
}

/// Where there are no columns a brace is a brace; a place that does not parse is the checks' affair.
reencrypt::ContextSpec specOf(const widgets::ContextPairs &pairs, bool hasColumns) {
    reencrypt::ContextSpec context;
    for (const auto &[name, value] : pairs) {
        auto parsed = reencrypt::ContextTemplate::parse(value);
        context.pairs.emplace_back(name, hasColumns && parsed ? std::move(*parsed)
                                                              : reencrypt::ContextTemplate::literal(value));
    }
    return context;
}

} // namespace

JobKeysPage::JobKeysPage(const DialogContext &context, QWidget *parent)
    : JobPageWidget(parent)
    , m_sourceMode(new QComboBox(this))
    , m_source(new KeyPicker(context, tr("Source key"), this))
    , m_destination(new KeyPicker(context, tr("Destination key"), this))
    , m_context(new widgets::ContextGrid(tr("Encryption context"), this))
    , m_places(new QLabel(this))
    , m_from(makeLine("job.contextFrom", tr("None")))
    , m_target(new QComboBox(this))
    , m_targetContext(new widgets::ContextGrid(tr("New encryption context"), this)) {
    m_places->setWordWrap(true);
    theme::setTextRole(*m_places, theme::TextRole::Caption);
    theme::setTone(*m_places, theme::ColorRole::MutedText);
    m_sourceMode->setObjectName(QStringLiteral("job.sourceMode"));
    m_sourceMode->addItem(tr("Only what is under this key"), OneKey);
    m_sourceMode->addItem(tr("Whatever key each item names"), TellPerItem);
    m_source->setObjectName(QStringLiteral("job.sourceKey"));
    m_destination->setObjectName(QStringLiteral("job.destinationKey"));
    m_context->setObjectName(QStringLiteral("job.context"));
    m_target->setObjectName(QStringLiteral("job.target"));
    m_target->addItem(tr("The same: nothing changes for who decrypts"), int(Target::Same));
    m_target->addItem(tr("Another one"), int(Target::Other));
    m_target->addItem(tr("None: drops the binding"), int(Target::None));
    m_targetContext->setObjectName(QStringLiteral("job.targetContext"));
    form()->addRow(tr("Move"), m_sourceMode);
    form()->addRow(tr("Source key"), m_source);
    form()->addRow(tr("Destination key"), m_destination);
    m_context->setHeading(tr("Encryption context of the old ciphertexts"));
    m_targetContext->setHeading(tr("Encryption context of the new ones"));
    form()->addWide(m_context);
    form()->addWide(m_places);
    form()->addRow(tr("JSON column"), m_from, tr("A column or pointer that holds a context as JSON object."));
    form()->addRow(tr("New context"), m_target);
    form()->addWide(m_targetContext);
    column()->addStretch(1);
    bind(QStringLiteral("source-keys"), m_source);
    bind(QStringLiteral("destination-key"), m_destination);
    bind(QStringLiteral("context-from"), m_from);
    bind(QStringLiteral("destination-context"), m_target);
    watch(m_sourceMode);
    watch(m_target);
    connect(m_sourceMode, &QComboBox::activated, this, &JobKeysPage::showTarget);
    connect(m_target, &QComboBox::activated, this, &JobKeysPage::showTarget);
    for (KeyPicker *each : {m_source, m_destination}) {
        connect(each, &KeyPicker::changed, this, &JobPageWidget::changed);
    }
    for (widgets::ContextGrid *each : {m_context, m_targetContext}) {
        connect(each, &widgets::ContextGrid::changed, this, &JobPageWidget::changed);
    }
    showTarget();
}

QWidget *JobKeysPage::firstField() const {
    return m_sourceMode;
}

void JobKeysPage::showTarget() {
    form()->setRowVisible(m_source, m_sourceMode->currentData().toInt() == OneKey);
    m_targetContext->setVisible(m_target->currentData().toInt() == int(Target::Other));
}

void JobKeysPage::load(const reencrypt::JobSpec &spec) {
    m_hasColumns = reencrypt::isDatabase(spec.source.kind) || reencrypt::isTable(spec.source.kind);
    m_moreSources = spec.sourceKeys;
    const bool tellsItself = spec.sourceKeys.empty() && !spec.destinationKey.empty();
    m_sourceMode->setCurrentIndex(m_sourceMode->findData(tellsItself ? TellPerItem : OneKey));
    m_source->setIdentifier(spec.sourceKeys.empty() ? std::string() : spec.sourceKeys.front());
    m_destination->setIdentifier(spec.destinationKey);
    m_context->setPairs(pairsOf(spec.context));
    m_from->setText(fromUtf8(spec.context.from));
    form()->setRowVisible(m_from, m_hasColumns);
    m_places->setVisible(m_hasColumns);
    m_places->setText(spec.source.kind == reencrypt::SourceKind::JsonLines
                          ? tr("A value may take a place of its line in braces: user-{/id}.")
                          : tr("A value may take a column of its row in braces: user-{id}."));
    Target target = Target::Same;
    if (spec.destinationContext) {
        target = spec.destinationContext->empty() ? Target::None : Target::Other;
        m_targetContext->setPairs(pairsOf(*spec.destinationContext));
    }
    m_target->setCurrentIndex(m_target->findData(int(target)));
    showTarget();
}

void JobKeysPage::store(reencrypt::JobSpec &spec) const {
    spec.sourceKeys.clear();
    if (m_sourceMode->currentData().toInt() == OneKey) {
        spec.sourceKeys = {m_source->identifier()}; // an empty one is a fault, never "any key"
        if (m_moreSources.size() > 1 && m_moreSources.front() == m_source->identifier()) {
            spec.sourceKeys = m_moreSources;
        }
    }
    spec.destinationKey = m_destination->identifier();
    spec.context = specOf(m_context->pairs(), m_hasColumns);
    if (m_hasColumns) {
        spec.context.from = m_from->text().trimmed().toStdString();
    }
    spec.destinationContext.reset();
    const auto target = static_cast<Target>(m_target->currentData().toInt());
    if (target == Target::Other) {
        spec.destinationContext = specOf(m_targetContext->pairs(), m_hasColumns);
    } else if (target == Target::None) {
        spec.destinationContext.emplace();
    }
}

} // namespace keyturn::ui
