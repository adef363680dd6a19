// SPDX-License-Identifier: Apache-2.0
#include "ui/views/key_detail_tabs.h"

#include "kms/error_text.h"
#include "ui/dialogs/error_news.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "ui/presenters/key_acts_presenter.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/mono_text.h"
#include "workspace/session.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

template <class E>
std::string_view wireText(const std::optional<kms::Open<E>> &value) {
    return value ? value->text() : std::string_view();
}

QLabel *valueLabel(QWidget *parent) {
    auto *label = new QLabel(parent);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setWordWrap(true);
    return label;
}

template <class E>
void append(const std::optional<std::vector<kms::Open<E>>> &algorithms, QStringList &names) {
    for (const auto &algorithm : algorithms.value_or(std::vector<kms::Open<E>>{})) {
        names += fromUtf8(algorithm.text());
    }
}

QString algorithmsText(const kms::KeyMetadata &metadata) {
    QStringList names;
    append(metadata.encryptionAlgorithms, names);
    append(metadata.signingAlgorithms, names);
    append(metadata.macAlgorithms, names);
    append(metadata.keyAgreementAlgorithms, names);
    append(metadata.encapsulationAlgorithms, names);
    return names.join(QStringLiteral(", "));
}

} // namespace

KeyTab::KeyTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent)
    : QWidget(parent)
    , m_context(context)
    , m_acts(acts)
    , m_bar(new widgets::InlineBar(this)) {
    m_bar->hide();
    // Only what reading the key has met offers it: an act is tried again where it was asked for.
    connect(m_bar, &widgets::InlineBar::actionTriggered, this, [this] {
        m_bar->dismiss();
        m_context.catalog->refresh(m_keyId);
    });
}

bool KeyTab::mayChange() const {
    return !m_context.session->isReadOnly();
}

void KeyTab::report(const Result<kms::AnyReply> &outcome) {
    if (outcome) {
        m_bar->dismiss();
        return;
    }
    const kms::ErrorText text = kms::describe(outcome.error());
    m_bar->present({widgets::NewsKind::Danger,
                    fromUtf8(text.title),
                    fromUtf8(text.explanation),
                    {},
                    fromUtf8(kms::copyableDetails(outcome.error()))});
}

void KeyTab::reportRefusal(const Error &error) {
    report(fail(error));
    if (kms::describe(error).act == kms::NextStep::Retry) {
        widgets::News news = m_bar->news();
        news.action = verbOf(kms::NextStep::Retry);
        m_bar->present(news);
    }
}

OverviewTab::OverviewTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent)
    : KeyTab(context, acts, parent)
    , m_id(new widgets::MonoText(tr("key id"), this))
    , m_arn(new widgets::MonoText(tr("key ARN"), this))
    , m_description(new QLineEdit(this))
    , m_save(new QPushButton(tr("Save"), this))
    , m_revert(new QPushButton(tr("Revert"), this))
    , m_spec(valueLabel(this))
    , m_usage(valueLabel(this))
    , m_origin(valueLabel(this))
    , m_algorithms(valueLabel(this))
    , m_created(valueLabel(this))
    , m_deletion(valueLabel(this))
    , m_material(new widgets::MonoText(tr("current key material id"), this))
    , m_form(new widgets::Form(this)) {
    m_description->setObjectName(QStringLiteral("keyDetail.description"));
    m_description->setMaxLength(8192);
    m_form->addRow(tr("Key id"), m_id);
    m_form->addRow(tr("ARN"), m_arn);
    m_form->addRow(tr("Description"), m_description);
    m_form->addRow(QString(), {m_save, m_revert});
    m_form->addRow(tr("Spec"), m_spec);
    m_form->addRow(tr("Usage"), m_usage);
    m_form->addRow(tr("Algorithms"), m_algorithms);
    m_form->addRow(tr("Origin"), m_origin);
    m_form->addRow(tr("Created"), m_created);
    m_form->addRow(tr("Deleted on"), m_deletion);
    m_form->addRow(tr("Key material"), m_material);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, metric::group, 0, 0);
    layout->addWidget(m_bar);
    layout->addWidget(m_form);
    layout->addStretch(1);
    const auto edited = [this] {
        const bool changed = m_description->text() != m_savedDescription;
        m_save->setEnabled(changed && mayChange());
        m_revert->setEnabled(changed);
    };
    connect(m_description, &QLineEdit::textChanged, this, edited);
    connect(m_description, &QLineEdit::returnPressed, this, &OverviewTab::saveDescription);
    connect(m_save, &QPushButton::clicked, this, &OverviewTab::saveDescription);
    connect(m_revert, &QPushButton::clicked, this, [this] { m_description->setText(m_savedDescription); });
    edited();
}

void OverviewTab::saveDescription() {
    m_acts->setDescription(m_keyId, m_description->text().toStdString(),
                           [this](const Result<kms::AnyReply> &outcome) { report(outcome); });
}

void OverviewTab::showKey(const CatalogKey &key) {
    const bool another = m_keyId != key.keyId;
    m_keyId = key.keyId;
    m_id->setText(fromUtf8(key.keyId));
    m_arn->setText(fromUtf8(key.arn));
    if (key.refused) {
        reportRefusal(*key.refused);
    } else if (another || m_wasRefused) {
        m_bar->dismiss();
    }
    m_wasRefused = key.refused.has_value();
    const kms::KeyMetadata metadata = key.metadata.value_or(kms::KeyMetadata{});
    m_spec->setText(specWord(wireText(metadata.keySpec)));
    m_usage->setText(usageWord(wireText(metadata.keyUsage)));
    m_origin->setText(originWord(wireText(metadata.origin)));
    m_algorithms->setText(algorithmsText(metadata));
    m_created->setText(metadata.creationDate ? minuteText(*metadata.creationDate) : QString());
    m_deletion->setText(metadata.deletionDate ? minuteText(*metadata.deletionDate) : QString());
    m_form->setRowVisible(m_deletion, metadata.deletionDate.has_value());
    m_material->setText(fromUtf8(metadata.currentKeyMaterialId.value_or("")));
    m_form->setRowVisible(m_material, metadata.currentKeyMaterialId.has_value());
    // News about the key must not take away what somebody is typing.
    const bool typing = !another && m_description->text() != m_savedDescription;
    m_savedDescription = fromUtf8(metadata.description.value_or(""));
    if (!typing) {
        m_description->setText(m_savedDescription);
        m_description->setCursorPosition(0);
    }
    m_description->setReadOnly(!mayChange());
}

AliasesTab::AliasesTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent)
    : KeyTab(context, acts, parent)
    , m_table(new QTableWidget(0, 1, this))
    , m_add(new QPushButton(tr("Add alias\u2026"), this))
    , m_remove(new QPushButton(tr("Delete alias"), this))
    , m_empty(new QLabel(tr("No alias names this key."), this)) {
    m_table->setObjectName(QStringLiteral("keyDetail.aliases"));
    m_table->setAccessibleName(tr("Aliases of this key"));
    m_table->setHorizontalHeaderLabels({tr("Alias")});
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(metric::related);
    buttons->addWidget(m_add);
    buttons->addWidget(m_remove);
    buttons->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, metric::group, 0, 0);
    layout->setSpacing(metric::related);
    layout->addWidget(m_bar);
    layout->addWidget(m_empty);
    layout->addWidget(m_table, 1);
    layout->addLayout(buttons);
    connect(m_add, &QPushButton::clicked, this, &AliasesTab::createRequested);
    connect(m_remove, &QPushButton::clicked, this, &AliasesTab::removeSelected);
    connect(m_table, &QTableWidget::itemSelectionChanged, this,
            [this] { m_remove->setEnabled(!m_table->selectedItems().isEmpty() && mayChange()); });
}

void AliasesTab::removeSelected() {
    for (const QTableWidgetItem *item : m_table->selectedItems()) {
        m_acts->deleteAlias(item->text().toStdString(), m_keyId,
                            [this](const Result<kms::AnyReply> &outcome) { report(outcome); });
    }
}

void AliasesTab::showKey(const CatalogKey &key) {
    m_keyId = key.keyId;
    m_table->setRowCount(static_cast<int>(key.aliases.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        m_table->setItem(row, 0, new QTableWidgetItem(fromUtf8(key.aliases[static_cast<std::size_t>(row)])));
    }
    m_table->setVisible(!key.aliases.empty());
    m_empty->setVisible(key.aliases.empty());
    m_add->setEnabled(mayChange());
    m_remove->setEnabled(false);
}

} // namespace keyturn::ui
