// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/profile_list.h"

#include "ui/models/key_words.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/theme.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/environment_marks.h"

#include <QApplication>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
using workspace::Profile;

constexpr int rowHeight = 44; // two lines of text

bool matches(const Profile &profile, const QString &words) {
    const QString all = fromUtf8(profile.name) + u' ' + placeOf(profile) + u' ' + environmentName(profile);
    const QStringList parts = words.simplified().split(u' ', Qt::SkipEmptyParts);
    return std::ranges::all_of(parts,
                               [&](const QString &each) { return all.contains(each, Qt::CaseInsensitive); });
}

QString describe(const Profile &profile) {
    return ProfileList::tr("%1, %2. Safety: %3.")
        .arg(environmentName(profile), placeOf(profile), safetyWord(profile.safety));
}

} // namespace

QString placeOf(const Profile &profile) {
    if (profile.kind == workspace::ProfileKind::Vault) {
        return fromUtf8(profile.vaultFile.string());
    }
    if (!profile.endpointUrl.empty()) {
        return fromUtf8(profile.endpointUrl);
    }
    const QString service = profile.service == workspace::EndpointService::Qkms ? QStringLiteral("QKMS")
                                                                                : QStringLiteral("AWS KMS");
    return profile.region.empty() ? service : service + QStringLiteral(", ") + fromUtf8(profile.region);
}

QString environmentName(const Profile &profile) {
    return profile.environmentLabel.empty()
               ? widgets::environmentWord(static_cast<theme::Environment>(profile.environment))
               : fromUtf8(profile.environmentLabel);
}

QString safetyWord(workspace::SafetyLevel level) {
    switch (level) {
    case workspace::SafetyLevel::Normal:
        return ProfileList::tr("Normal");
    case workspace::SafetyLevel::Confirm:
        return ProfileList::tr("Confirm changes");
    case workspace::SafetyLevel::ConfirmAndType:
        return ProfileList::tr("Confirm and type");
    case workspace::SafetyLevel::WrappedOnly:
        return ProfileList::tr("Wrapped only");
    case workspace::SafetyLevel::ReadOnly:
        break;
    }
    return ProfileList::tr("Read-only");
}

void ProfileDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                            const QModelIndex &index) const {
    painter->save();
    if (index.data(HeadingRole).toBool()) {
        painter->setFont(theme::font(theme::TextRole::Caption));
        painter->setPen(theme::color(theme::ColorRole::MutedText));
        painter->drawText(option.rect.adjusted(metric::inside, 0, -metric::inside, -metric::unit),
                          Qt::AlignLeft | Qt::AlignBottom, index.data().toString());
        painter->restore();
        return;
    }
    QStyleOptionViewItem ground = option;
    ground.text.clear();
    const QStyle *style = option.widget != nullptr ? option.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &ground, painter, option.widget);
    const auto environment = static_cast<theme::Environment>(index.data(EnvironmentRole).toInt());
    QRect stripe = option.rect.adjusted(metric::unit, metric::unit, 0, -metric::unit);
    stripe.setWidth(metric::environmentStripe);
    painter->fillRect(stripe, theme::environmentColor(environment));
    QRect words =
        option.rect.adjusted(metric::inside + 2 * metric::unit, metric::unit, -metric::inside, -metric::unit);
    if (index.data(ReadOnlyRole).toBool()) {
        const QRect lock(words.right() - metric::iconSmall, words.center().y() - metric::iconSmall / 2,
                         metric::iconSmall, metric::iconSmall);
        theme::paintIcon(*painter, lock, theme::Icon::Lock, theme::color(theme::ColorRole::MutedText));
        words.setRight(lock.left() - metric::unit);
    }
    const auto line = [&](theme::TextRole role, theme::ColorRole color, Qt::Alignment at, const QString &text,
                          Qt::TextElideMode cut) {
        const QFont font = theme::font(role);
        painter->setFont(font);
        painter->setPen(theme::color(color));
        painter->drawText(words, at | Qt::AlignLeft, QFontMetrics(font).elidedText(text, cut, words.width()));
    };
    line(theme::TextRole::Body, theme::ColorRole::Text, Qt::AlignTop, index.data().toString(),
         Qt::ElideRight);
    line(theme::TextRole::Caption, theme::ColorRole::MutedText, Qt::AlignBottom,
         index.data(PlaceRole).toString(), Qt::ElideMiddle);
    painter->restore();
}

QSize ProfileDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const {
    const int lines = QFontMetrics(theme::font(theme::TextRole::Body)).height() +
                      QFontMetrics(theme::font(theme::TextRole::Caption)).height();
    const bool heading = index.data(HeadingRole).toBool();
    return {option.rect.width(), heading ? metric::tableRow : std::max(rowHeight, lines + 2 * metric::unit)};
}

ProfileList::ProfileList(QWidget *parent)
    : QWidget(parent)
    , m_search(new QLineEdit(this))
    , m_list(new QListWidget(this)) {
    setObjectName(QStringLiteral("profiles.listSide"));
    m_search->setObjectName(QStringLiteral("profiles.search"));
    m_search->setAccessibleName(tr("Search profiles"));
    m_search->setPlaceholderText(tr("Search"));
    m_search->setClearButtonEnabled(true);
    m_list->setObjectName(QStringLiteral("profiles.list"));
    m_list->setAccessibleName(tr("Profiles"));
    m_list->setItemDelegate(new ProfileDelegate(m_list));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setUniformItemSizes(false);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(m_search);
    column->addWidget(m_list, 1);
    connect(m_search, &QLineEdit::textChanged, this, &ProfileList::refill);
    connect(m_search, &QLineEdit::returnPressed, this, [this] {
        if (!first().isEmpty()) {
            choose(current().isEmpty() ? first() : current());
            Q_EMIT activated(current());
        }
    });
    connect(m_list, &QListWidget::currentItemChanged, this, [this] { Q_EMIT currentChanged(current()); });
    connect(m_list, &QListWidget::itemActivated, this, [this] {
        if (!current().isEmpty()) {
            Q_EMIT activated(current());
        }
    });
}

void ProfileList::setProfiles(const std::vector<Profile> &profiles) {
    m_profiles = profiles;
    refill();
}

void ProfileList::refill() {
    const QString before = current();
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    // Production last: nothing that is at hand first should be the dangerous one.
    for (int group = 0; group < theme::environmentCount; ++group) {
        bool headed = false;
        for (const Profile &profile : m_profiles) {
            if (static_cast<int>(profile.environment) != group || !matches(profile, m_search->text())) {
                continue;
            }
            if (!headed) {
                auto *heading = new QListWidgetItem(
                    widgets::environmentWord(static_cast<theme::Environment>(group)), m_list);
                heading->setFlags(Qt::NoItemFlags);
                heading->setData(ProfileDelegate::HeadingRole, true);
                headed = true;
            }
            auto *item = new QListWidgetItem(fromUtf8(profile.name), m_list);
            item->setData(ProfileDelegate::EnvironmentRole, group);
            item->setData(ProfileDelegate::PlaceRole, placeOf(profile));
            item->setData(ProfileDelegate::ReadOnlyRole, profile.isReadOnly());
            item->setToolTip(describe(profile));
            item->setData(Qt::AccessibleDescriptionRole, describe(profile));
        }
    }
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->text() == before && (m_list->item(row)->flags() & Qt::ItemIsSelectable)) {
            m_list->setCurrentRow(row);
        }
    }
}

QString ProfileList::current() const {
    const QListWidgetItem *item = m_list->currentItem();
    return item != nullptr && (item->flags() & Qt::ItemIsSelectable) ? item->text() : QString();
}

QString ProfileList::first() const {
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->flags() & Qt::ItemIsSelectable) {
            return m_list->item(row)->text();
        }
    }
    return {};
}

void ProfileList::choose(const QString &name) {
    {
        const QSignalBlocker quiet(m_list);
        m_list->setCurrentItem(nullptr);
        for (QListWidgetItem *item : m_list->findItems(name, Qt::MatchExactly)) {
            if (item->flags() & Qt::ItemIsSelectable) {
                m_list->setCurrentItem(item);
            }
        }
    }
    Q_EMIT currentChanged(current());
}

void ProfileList::focusSearch() {
    m_search->setFocus();
}

void ProfileList::focusList() {
    m_list->setFocus();
}

} // namespace keyturn::ui
