// SPDX-License-Identifier: Apache-2.0
#include "ui/views/key_detail.h"

#include "ui/models/key_catalog.h"
#include "ui/models/key_choices.h"
#include "ui/models/key_words.h"
#include "ui/presenters/key_acts_presenter.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/views/key_detail_tabs.h"
#include "ui/views/key_grants_tab.h"
#include "ui/views/key_policy_tab.h"
#include "ui/views/key_public_tab.h"
#include "ui/views/key_regions_tab.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/state_badge.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedLayout>
#include <QTabWidget>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

QString wireState(const CatalogKey &key) {
    return key.metadata && key.metadata->keyState ? fromUtf8(key.metadata->keyState->text()) : QString();
}

} // namespace

KeyDetail::KeyDetail(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent)
    : QWidget(parent)
    , m_context(context) {
    setObjectName(QStringLiteral("keyDetail"));
    m_content = new QWidget(this);
    m_tabs = new QTabWidget(m_content);
    m_tabs->setObjectName(QStringLiteral("keyDetail.tabs"));
    m_tabs->setAccessibleName(tr("Key details"));
    m_tabs->setDocumentMode(true);
    makeTabs(acts);
    auto *page = new QVBoxLayout(m_content);
    page->setContentsMargins(metric::pageMargin, metric::pageMargin, metric::pageMargin, metric::related);
    page->setSpacing(metric::group);
    page->addWidget(makeHeader());
    page->addWidget(m_tabs, 1);
    m_empty = new widgets::EmptyState(this);
    m_empty->setContent(theme::Icon::Key, tr("Select a key to see its details."));
    auto *stack = new QStackedLayout(this);
    stack->addWidget(m_empty);
    stack->addWidget(m_content);

    connect(m_tabs, &QTabWidget::currentChanged, this, &KeyDetail::loadCurrentTab);
    connect(context.catalog, &KeyCatalog::rowChanged, this, [this](int row) {
        if (m_context.catalog->at(row).keyId == m_keyId) {
            refresh();
        }
    });
    connect(context.catalog, &KeyCatalog::reset, this, [this] { setKey({}); });
    connect(acts, &KeyActsPresenter::keyChanged, this, [this](const QString &keyId) {
        if (keyId.toStdString() == m_keyId) {
            m_rotation->load(); // a rotation adds material that the catalog does not know
        }
    });
}

void KeyDetail::makeTabs(KeyActsPresenter *acts) {
    auto *aliases = new AliasesTab(m_context, acts, m_tabs);
    m_rotation = new RotationTab(m_context, acts, m_tabs);
    m_public = new PublicKeyTab(m_context, acts, m_tabs);
    addTab(new OverviewTab(m_context, acts, m_tabs), tr("Overview"));
    addTab(aliases, tr("Aliases"));
    addTab(m_rotation, tr("Rotation"));
    addTab(m_public, tr("Public key"));
    addTab(new PolicyTab(m_context, acts, m_tabs), tr("Policy"));
    addTab(new GrantsTab(m_context, acts, m_tabs), tr("Grants"));
    m_regions = new RegionsTab(m_context, acts, m_tabs);
    addTab(m_regions, tr("Regions"));
    addTab(new TagsTab(m_context, acts, m_tabs), tr("Tags"));
    connect(aliases, &AliasesTab::createRequested, this, &KeyDetail::createAliasRequested);
    connect(m_rotation, &RotationTab::rotateRequested, this, &KeyDetail::rotateRequested);
}

void KeyDetail::addTab(KeyTab *tab, const QString &title) {
    m_all.push_back(tab);
    m_tabs->addTab(tab, title);
}

QWidget *KeyDetail::makeHeader() {
    auto *header = new QWidget(m_content);
    m_title = new QLabel(header);
    m_title->setObjectName(QStringLiteral("keyDetail.title"));
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_title->setWordWrap(true);
    theme::setTextRole(*m_title, theme::TextRole::Title);
    m_subtitle = new QLabel(header);
    m_subtitle->setWordWrap(true);
    m_state = new widgets::StateBadge(header);
    m_cancelDeletion = new QPushButton(tr("Cancel deletion and enable"), header);
    m_cancelDeletion->setObjectName(QStringLiteral("keyDetail.cancelDeletion"));
    connect(m_cancelDeletion, &QPushButton::clicked, this, &KeyDetail::cancelDeletionRequested);
    auto *stateRow = new QHBoxLayout;
    stateRow->setSpacing(metric::related);
    stateRow->addWidget(m_state);
    stateRow->addWidget(m_cancelDeletion);
    stateRow->addStretch(1);
    auto *column = new QVBoxLayout(header);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(m_title);
    column->addWidget(m_subtitle);
    column->addLayout(stateRow);
    return header;
}

void KeyDetail::setKey(const std::string &keyId) {
    const bool another = keyId != m_keyId;
    m_keyId = keyId;
    refresh();
    if (another) {
        loadCurrentTab();
    }
}

void KeyDetail::showTab(int index) {
    m_tabs->setCurrentIndex(index);
}

void KeyDetail::refresh() {
    const int row = m_keyId.empty() ? -1 : m_context.catalog->find(m_keyId);
    static_cast<QStackedLayout *>(layout())->setCurrentWidget(row < 0 ? static_cast<QWidget *>(m_empty)
                                                                      : m_content);
    if (row < 0) {
        return forget();
    }
    const CatalogKey &key = m_context.catalog->at(row);
    m_title->setText(fromUtf8(key.displayName()));
    const QString description = key.metadata ? fromUtf8(key.metadata->description.value_or("")) : QString();
    m_subtitle->setText(description);
    m_subtitle->setVisible(!description.isEmpty());
    const QString state = wireState(key);
    const bool pending = key.metadata && key.metadata->deletionDate;
    const int days = pending ? daysUntil(*key.metadata->deletionDate, systemClock()->now()) : 0;
    m_state->setVisible(!state.isEmpty());
    const widgets::KeyStateLook look = widgets::stateLookFromWire(state);
    m_state->setState(look, pending ? counted(days, tr("1 day left"), tr("%1 days left")) : QString(),
                      look == widgets::KeyStateLook::Other ? state : QString());
    m_cancelDeletion->setVisible(state == u"PendingDeletion" && !m_context.catalog->at(row).refused);
    showInTabs(key);
}

void KeyDetail::showInTabs(const CatalogKey &key) {
    for (KeyTab *tab : m_all) {
        tab->showKey(key);
    }
    m_tabs->setTabVisible(m_tabs->indexOf(m_public), isAsymmetricKey(key.metadata));
    m_tabs->setTabVisible(m_tabs->indexOf(m_regions),
                          key.metadata && key.metadata->multiRegion.value_or(false));
}

void KeyDetail::forget() {
    // Hidden is not gone: what a locked vault held must not stay in labels and tables.
    m_title->clear();
    m_subtitle->clear();
    showInTabs({});
    m_rotation->load();
}

void KeyDetail::loadCurrentTab() {
    if (!m_keyId.empty()) {
        static_cast<KeyTab *>(m_tabs->currentWidget())->load();
    }
}

} // namespace keyturn::ui
