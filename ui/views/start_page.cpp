// SPDX-License-Identifier: Apache-2.0
#include "ui/views/start_page.h"

#include "ui/dialogs/profile_list.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/icon_label.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

} // namespace

StartPage::StartPage(QWidget *parent)
    : QWidget(parent)
    , m_profiles(new QListWidget(this))
    , m_heading(new QLabel(tr("Profiles"), this))
    , m_copies(new QListWidget(this))
    , m_copiesHeading(new QLabel(tr("Offline copies"), this)) {
    setObjectName(QStringLiteral("startPage"));
    auto *mark = new widgets::IconLabel(theme::Icon::Mark, theme::ColorRole::Accent, this);
    mark->setSize(metric::iconHero);
    auto *title = new QLabel(tr("Keyturn"), this);
    theme::setTextRole(*title, theme::TextRole::Title);
    auto *words = new QLabel(
        tr("Rotate keys, re-encrypt what they protect, and do the same offline in a vault."), this);
    words->setWordWrap(true);
    auto *choices = new QVBoxLayout;
    choices->setSpacing(metric::related);
    const struct {
        QString text;
        theme::Icon icon;
        const char *name;
        void (StartPage::*signal)();
    } buttons[] = {
        {tr("Open a vault\u2026"), theme::Icon::Open, "start.openVault", &StartPage::openVaultRequested},
        {tr("Make a new vault\u2026"), theme::Icon::Vault, "start.newVault", &StartPage::newVaultRequested},
        {tr("Connect to a KMS endpoint\u2026"), theme::Icon::Connect, "start.connect",
         &StartPage::connectRequested},
        {tr("Try the demo vault"), theme::Icon::Key, "start.demo", &StartPage::demoRequested},
    };
    for (const auto &each : buttons) {
        auto *button = new QPushButton(theme::icon(each.icon), each.text, this);
        button->setObjectName(QString::fromLatin1(each.name));
        theme::setControlSize(*button, theme::ControlSize::Large);
        connect(button, &QPushButton::clicked, this, each.signal);
        choices->addWidget(button);
        m_first = m_first == nullptr ? button : m_first;
        QWidget::setTabOrder(button, m_profiles); // the list stands below the buttons
    }
    makeLists();
    auto *column = new QVBoxLayout;
    column->setSpacing(metric::group);
    column->addStretch(1);
    column->addWidget(mark, 0, Qt::AlignLeft);
    column->addWidget(title);
    column->addWidget(words);
    column->addLayout(choices);
    column->addWidget(m_heading);
    column->addWidget(m_profiles, 2);
    column->addWidget(m_copiesHeading);
    column->addWidget(m_copies, 1);
    column->addStretch(1);
    auto *middle = new QWidget(this);
    middle->setMaximumWidth(440);
    middle->setMinimumWidth(360);
    middle->setLayout(column);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(metric::pageMargin, metric::pageMargin, metric::pageMargin,
                               metric::pageMargin);
    layout->addStretch(1);
    layout->addWidget(middle, 2);
    layout->addStretch(1);
}

void StartPage::makeLists() {
    m_profiles->setItemDelegate(new ProfileDelegate(m_profiles));
    m_profiles->setObjectName(QStringLiteral("start.profiles"));
    m_profiles->setAccessibleName(tr("Profiles"));
    theme::setTextRole(*m_heading, theme::TextRole::Section);
    connect(m_profiles, &QListWidget::itemActivated, this, [this](const QListWidgetItem *item) {
        Q_EMIT profileRequested(item->data(Qt::UserRole).toString());
    });
    m_copies->setObjectName(QStringLiteral("start.copies"));
    m_copies->setAccessibleName(tr("Offline copies"));
    theme::setTextRole(*m_copiesHeading, theme::TextRole::Section);
    connect(m_copies, &QListWidget::itemActivated, this, [this](const QListWidgetItem *item) {
        Q_EMIT copyRequested(item->data(Qt::UserRole).toString());
    });
    QWidget::setTabOrder(m_profiles, m_copies);
}

void StartPage::setProfiles(const std::vector<workspace::Profile> &profiles) {
    m_profiles->clear();
    for (const workspace::Profile &profile : profiles) {
        const QString environment = environmentName(profile);
        auto *item = new QListWidgetItem(fromUtf8(profile.name), m_profiles);
        item->setData(ProfileDelegate::EnvironmentRole, int(profile.environment));
        const QString place = environment + QStringLiteral(" \u00b7 ") + placeOf(profile);
        item->setData(ProfileDelegate::PlaceRole, place);
        item->setData(ProfileDelegate::ReadOnlyRole, profile.isReadOnly());
        item->setToolTip(profile.isReadOnly() ? placeOf(profile) + tr("\nRead-only") : placeOf(profile));
        item->setData(Qt::UserRole, fromUtf8(profile.name));
    }
    m_profiles->setVisible(!profiles.empty());
    m_heading->setVisible(!profiles.empty());
}

void StartPage::setCopies(const std::vector<workspace::KeptCopy> &copies) {
    m_copies->clear();
    for (const workspace::KeptCopy &copy : copies) {
        const QString profile = fromUtf8(copy.profile);
        auto *item = new QListWidgetItem(
            theme::icon(theme::Icon::History),
            copy.taken ? tr("%1, taken %2").arg(profile, minuteText(*copy.taken)) : profile, m_copies);
        item->setToolTip(fromUtf8(copy.file.string()));
        item->setData(Qt::UserRole, fromUtf8(copy.file.string()));
    }
    m_copies->setCurrentRow(0); // Return opens it as soon as the list has the focus
    m_copies->setVisible(!copies.empty());
    m_copiesHeading->setVisible(!copies.empty());
}

void StartPage::focusFirst() {
    (m_profiles->count() > 0 ? static_cast<QWidget *>(m_profiles) : m_first)->setFocus();
}

} // namespace keyturn::ui
