// SPDX-License-Identifier: Apache-2.0
#include "ui/views/unlock_page.h"

#include "ui/dialogs/error_news.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/secret_edit.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
constexpr int longestDelaySeconds = 8;

} // namespace

UnlockPage::UnlockPage(workspace::Session *session, QWidget *parent)
    : QWidget(parent)
    , m_session(session) {
    setObjectName(QStringLiteral("unlockPage"));
    makeParts();
    connect(m_secret, &widgets::SecretEdit::edited, this, &UnlockPage::refresh);
    connect(m_secret, &widgets::SecretEdit::returnPressed, m_unlock, &QPushButton::click);
    connect(m_secret, &widgets::SecretEdit::capsLockChanged, m_capsLock, &QWidget::setVisible);
    connect(m_recovery, &QCheckBox::toggled, this, [this](bool recovery) {
        m_caption->setText(recovery ? tr("Recovery code") : tr("Passphrase"));
        m_secret->setAccessibleName(m_caption->text());
    });
    connect(m_unlock, &widgets::BusyButton::started, this, &UnlockPage::unlock);
    connect(m_unlock, &widgets::BusyButton::cancelRequested, session, &workspace::Session::cancelOpening);
    connect(m_keychain, &QPushButton::clicked, this, &UnlockPage::unlockWithKeychain);
    connect(m_bar, &widgets::InlineBar::actionTriggered, this, [this] {
        m_readOnly->setChecked(true); // the passphrase went with the attempt before
        m_bar->dismiss();
        m_secret->setFocus();
    });
    connect(m_other, &QPushButton::clicked, this, &UnlockPage::otherRequested);
    refresh();
}

void UnlockPage::makeParts() {
    m_bar = new widgets::InlineBar(this);
    m_bar->hide();
    m_name = new QLabel(this);
    m_name->setObjectName(QStringLiteral("unlock.name"));
    theme::setTextRole(*m_name, theme::TextRole::Title);
    m_place = new QLabel(this);
    m_place->setWordWrap(true);
    m_hint = new QLabel(this);
    m_hint->setObjectName(QStringLiteral("unlock.hint"));
    m_hint->setWordWrap(true);
    m_hint->hide();
    m_caption = new QLabel(tr("Passphrase"), this);
    m_secret = new widgets::SecretEdit(this);
    m_secret->setObjectName(QStringLiteral("unlock.secret"));
    m_secret->setAccessibleName(tr("Passphrase"));
    m_caption->setBuddy(m_secret);
    m_capsLock = new QLabel(tr("Caps Lock is on."), this);
    m_capsLock->hide();
    m_recovery = new QCheckBox(tr("Use the recovery code"), this);
    m_readOnly = new QCheckBox(tr("Open read-only, for browsing"), this);
    m_readOnly->setObjectName(QStringLiteral("unlock.readOnly"));
    m_acceptOlder = new QCheckBox(tr("Accept this copy: it counts from now on"), this);
    m_acceptOlder->setObjectName(QStringLiteral("unlock.acceptOlder"));
    m_acceptOlder->hide();
    m_unlock = new widgets::BusyButton(tr("Unlock"), this);
    m_unlock->setObjectName(QStringLiteral("unlock.run"));
    theme::setButtonKind(*m_unlock, theme::ButtonKind::Primary);
    m_keychain = new QPushButton(tr("Unlock with the OS keychain"), this);
    m_keychain->setObjectName(QStringLiteral("unlock.keychain"));
    m_other = new QPushButton(tr("Open something else"), this);
    layOut();
}

void UnlockPage::layOut() {
    auto *card = new QVBoxLayout;
    card->setSpacing(metric::related);
    card->addStretch(1);
    for (QWidget *each :
         std::initializer_list<QWidget *>{m_name, m_place, m_hint, m_caption, m_secret, m_capsLock,
                                          m_recovery, m_readOnly, m_acceptOlder}) {
        card->addWidget(each);
    }
    auto *row = new QHBoxLayout;
    row->setSpacing(metric::related);
    row->addWidget(m_unlock);
    row->addWidget(m_keychain);
    row->addStretch(1);
    card->addSpacing(metric::related);
    card->addLayout(row);
    card->addSpacing(metric::group);
    card->addWidget(m_other, 0, Qt::AlignLeft);
    card->addStretch(2);
    auto *middle = new QWidget(this);
    middle->setFixedWidth(460);
    middle->setLayout(card);
    auto *across = new QHBoxLayout;
    across->addStretch(1);
    across->addWidget(middle);
    across->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_bar);
    layout->addLayout(across, 1);
}

void UnlockPage::setProfile(const workspace::Profile &profile, bool readOnly) {
    m_profile = profile;
    m_failures = 0;
    m_name->setText(fromUtf8(profile.name));
    m_place->setText(fromUtf8(profile.vaultFile.string()));
    m_readOnly->setChecked(readOnly);
    m_recovery->setChecked(false);
    m_acceptOlder->setChecked(false);
    m_acceptOlder->hide();
    m_bar->dismiss();
    setHint({});
    const auto facts = workspace::readVaultFacts(profile.vaultFile);
    const bool hasKeychainSlot =
        facts && std::ranges::any_of(facts->slots, [](const auto &slot) { return slot.type == "keychain"; });
    m_keychain->setVisible(hasKeychainSlot);
    if (!facts) {
        m_bar->present(newsFor(facts.error(), {}, false));
    }
    m_secret->clear();
    m_secret->setFocus();
    refresh();
}

void UnlockPage::setHint(const QString &hint) {
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
}

void UnlockPage::wipe() {
    m_secret->clear();
}

void UnlockPage::refresh() {
    m_unlock->setEnabled((!m_secret->isEmpty() && !m_delayed) || m_unlock->isBusy());
}

void UnlockPage::unlock() {
    workspace::VaultToOpen vault = vaultToOpen();
    vault.with =
        m_recovery->isChecked() ? workspace::UnlockWith::RecoveryCode : workspace::UnlockWith::Passphrase;
    vault.secret = m_secret->take();
    m_session->openVault(std::move(vault), m_profile, whenOpened());
}

void UnlockPage::unlockWithKeychain() {
    m_session->openVaultWithKeychain(vaultToOpen(), m_profile, whenOpened());
}

/// What both ways have in common, before the secret.
workspace::VaultToOpen UnlockPage::vaultToOpen() const {
    workspace::VaultToOpen vault{.file = m_profile.vaultFile,
                                 .mode = m_readOnly->isChecked() ? workspace::OpenMode::ReadOnly
                                                                 : workspace::OpenMode::ReadWrite,
                                 .program = "console"};
    if (m_acceptOlder->isChecked()) {
        vault.acceptOlder = [](const std::string &) { return true; };
    }
    return vault;
}

workspace::Session::Done UnlockPage::whenOpened() {
    m_bar->dismiss();
    m_unlock->setBusy(true);
    return [self = QPointer<UnlockPage>(this)](Status status) {
        if (self) {
            self->finished(std::move(status));
        }
    };
}

void UnlockPage::finished(Status status) {
    m_unlock->setBusy(false);
    m_acceptOlder->setChecked(false); // an answer is given once
    m_acceptOlder->setVisible(!status && kms::isOlderVault(status.error()));
    if (status) {
        m_failures = 0;
        return refresh();
    }
    if (status.error().code != ErrorCode::Cancelled) {
        const kms::NextStep step = kms::describe(status.error()).act;
        const bool mayBrowse = !m_readOnly->isChecked() &&
                               (step == kms::NextStep::OpenReadOnly || step == kms::NextStep::WaitForVault);
        widgets::News news = newsFor(status.error(), {}, false);
        news.action = mayBrowse ? tr("Open read-only") : QString();
        m_bar->present(news);
    }
    if (status.error().code == ErrorCode::WrongPassphrase) {
        const int delay = std::min(longestDelaySeconds, 1 << std::min(m_failures++, 3));
        m_delayed = true;
        QTimer::singleShot(std::chrono::seconds(delay), this, [this] {
            m_delayed = false;
            refresh();
        });
    }
    m_secret->setFocus();
    refresh();
}

} // namespace keyturn::ui
