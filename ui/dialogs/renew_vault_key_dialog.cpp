// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/renew_vault_key_dialog.h"

#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/error_news.h"
#include "ui/dialogs/recovery_sheet.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/secret_edit.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

bool hasSlot(const std::filesystem::path &file, std::string_view type) {
    const auto facts = workspace::readVaultFacts(file);
    return facts && std::ranges::any_of(facts->slots, [&](const auto &slot) { return slot.type == type; });
}

/// A slot whose secret nobody has is of no use.
Status removeKeychainSlot(workspace::OpenVault &vault) {
    const auto facts = workspace::readVaultFacts(vault.file());
    if (!facts) {
        return tl::unexpected<Error>(facts.error());
    }
    for (const auto &slot : facts->slots) {
        if (slot.type == "keychain") {
            if (auto removed = vault.removeSlot(slot.id); !removed) {
                return removed;
            }
        }
    }
    return {};
}

} // namespace

RenewVaultKeyDialog::RenewVaultKeyDialog(workspace::Session *session, QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_profile(session->profile())
    , m_bar(new widgets::InlineBar(this))
    , m_words(new QLabel(this))
    , m_form(new widgets::Form(this))
    , m_passphrase(new widgets::SecretEdit(this))
    , m_withCode(new QCheckBox(tr("With a new recovery code"), this))
    , m_sheet(new RecoverySheet(m_bar, this))
    , m_run(new widgets::BusyButton(tr("Renew vault key"), this))
    , m_close(new QPushButton(tr("Close"), this)) {
    setObjectName(QStringLiteral("renewVaultKeyDialog"));
    setWindowTitle(tr("Renew vault key"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_bar->hide();
    m_sheet->hide();
    m_close->hide();
    m_passphrase->setObjectName(QStringLiteral("renewKey.passphrase"));
    m_withCode->setObjectName(QStringLiteral("renewKey.withCode"));
    m_run->setObjectName(QStringLiteral("renewKey.run"));
    m_close->setObjectName(QStringLiteral("renewKey.close"));
    m_run->setDefault(true);
    theme::setButtonKind(*m_run, theme::ButtonKind::Primary);
    m_hasKeychainSlot = hasSlot(m_profile.vaultFile, "keychain");
    layParts();
    connectParts();
    if (hasSlot(m_profile.vaultFile, "recovery")) {
        m_withCode->setChecked(true); // without a new one nobody could open it when the passphrase is lost
    }
    m_passphrase->setFocus();
    refresh();
}

RenewVaultKeyDialog::~RenewVaultKeyDialog() = default;

void RenewVaultKeyDialog::layParts() {
    auto *title = new QLabel(tr("Renew vault key"), this);
    theme::setTextRole(*title, theme::TextRole::Title);
    m_words->setText(tr("Everything in the vault is sealed again under a new key; the passphrase stays. An "
                        "earlier recovery code ends. The vault is locked meanwhile: a running job pauses, "
                        "and serving ends."));
    m_words->setWordWrap(true);
    m_form->addRow(tr("Passphrase"), m_passphrase);
    m_form->addField(m_withCode);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(metric::related);
    buttons->addStretch(1);
    buttons->addWidget(m_run);
    buttons->addWidget(m_close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(metric::dialogMargin, metric::dialogMargin, metric::dialogMargin,
                               metric::dialogMargin);
    layout->setSpacing(metric::group);
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(metric::insideTight, metric::insideTight, metric::insideTight,
                               metric::insideTight); // room for focus rings
    column->setSpacing(metric::group);
    for (QWidget *each : std::initializer_list<QWidget *>{m_words, m_form, m_sheet}) {
        column->addWidget(each);
    }
    column->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(page);
    layout->addWidget(title);
    layout->addWidget(m_bar);
    layout->addWidget(scroll, 1);
    layout->addLayout(buttons);
    orderTabsAsLaidOut(*this);
    growWithContent(*this, *scroll);
    resize(600, 340);
}

void RenewVaultKeyDialog::connectParts() {
    connect(m_passphrase, &widgets::SecretEdit::edited, this, [this] {
        m_form->setFault(m_passphrase, {});
        refresh();
    });
    connect(m_passphrase, &widgets::SecretEdit::returnPressed, m_run, &QPushButton::click);
    connect(m_withCode, &QCheckBox::toggled, this, &RenewVaultKeyDialog::offerCode);
    connect(m_sheet, &RecoverySheet::changed, this, &RenewVaultKeyDialog::refresh);
    connect(m_sheet, &RecoverySheet::submitted, m_run, &QPushButton::click);
    connect(m_run, &widgets::BusyButton::started, this, &RenewVaultKeyDialog::run);
    connect(m_close, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_session, &workspace::Session::aboutToLock, this, [this] {
        if (!m_renewing) { // somebody else locks: what was asked for here ends with it
            m_running = false;
            wipe();
            QDialog::reject();
        }
    });
}

/// One code for one dialog: it may be on paper already.
void RenewVaultKeyDialog::offerCode() {
    if (m_withCode->isChecked() && !m_hasCode) {
        if (const auto made = m_sheet->make(); !made) {
            m_withCode->setChecked(false);
            return m_bar->present(newsFor(made.error(), {}, false));
        }
        m_hasCode = true;
    }
    m_sheet->setVisible(m_withCode->isChecked());
    refresh();
}

void RenewVaultKeyDialog::refresh() {
    m_passphrase->setEnabled(!m_running);
    m_withCode->setEnabled(!m_running);
    m_sheet->setEnabled(!m_running);
    m_run->setEnabled(!m_running && !m_passphrase->isEmpty() &&
                      (!m_withCode->isChecked() || m_codeKept || m_sheet->mayBeKept()));
}

void RenewVaultKeyDialog::run() {
    m_bar->dismiss();
    const bool asksForCode = m_withCode->isChecked() && !m_codeKept;
    if (m_running || (asksForCode && !m_sheet->kept())) {
        return refresh();
    }
    m_codeKept = m_codeKept || asksForCode;
    m_secret = std::make_shared<SecretBytes>(m_passphrase->take());
    m_rotated.reset();
    m_running = true;
    m_run->setBusy(true);
    refresh();
    m_session->state() == workspace::Session::State::Open ? check() : renew(); // locked by an attempt before
}

/// Jobs would pause and serving would end for a slip of the fingers.
void RenewVaultKeyDialog::check() {
    m_session->withVault(
        [secret = m_secret](workspace::OpenVault &vault) { return vault.checkPassphrase(*secret, {}); },
        [self = QPointer<RenewVaultKeyDialog>(this)](const Status &outcome) {
            if (self) {
                self->checked(outcome);
            }
        });
}

void RenewVaultKeyDialog::checked(const Status &outcome) {
    if (!m_running) {
        return; // the vault was locked meanwhile
    }
    outcome ? lockAndRenew() : refuse(outcome.error());
}

void RenewVaultKeyDialog::lockAndRenew() {
    m_renewing = true;
    m_session->lock([self = QPointer<RenewVaultKeyDialog>(this)](const Status &locked) {
        if (self) {
            locked ? self->renew() : self->renewed(locked);
        }
    });
}

void RenewVaultKeyDialog::renew() {
    m_renewing = true;
    auto rotated = std::make_shared<workspace::RotatedVaultKey>();
    m_rotated = rotated;
    // std::function must be copyable; the secrets are shared and die with the act.
    auto wish = std::make_shared<workspace::VaultKeyRotation>();
    wish->file = m_profile.vaultFile;
    wish->passphrase = m_secret->clone();
    wish->keychainSlot = m_hasKeychainSlot && m_session->hasKeychain();
    wish->program = "console";
    if (m_withCode->isChecked()) {
        wish->recoveryCode = m_sheet->code();
    }
    m_session->runBlocking(
        [wish, rotated](const CancelToken &cancel) -> Status {
            auto done = workspace::rotateVaultKey(std::move(*wish), cancel);
            if (!done) {
                return failFrom(done);
            }
            *rotated = std::move(*done);
            return {};
        },
        [self = QPointer<RenewVaultKeyDialog>(this)](const Status &outcome) {
            if (self) {
                self->renewed(outcome);
            }
        });
}

void RenewVaultKeyDialog::renewed(const Status &outcome) {
    if (!outcome) {
        return refuse(outcome.error());
    }
    if (!m_rotated->keychainSecret) {
        return openAgain(false);
    }
    m_session->keepInKeychain(m_rotated->vaultId, std::move(*m_rotated->keychainSecret),
                              [self = QPointer<RenewVaultKeyDialog>(this)](const Status &written) {
                                  if (self) {
                                      self->openAgain(!written);
                                  }
                              });
}

void RenewVaultKeyDialog::refuse(const Error &error) {
    m_secret.reset();
    m_running = false;
    m_renewing = false;
    m_run->setBusy(false);
    if (error.code == ErrorCode::WrongPassphrase) {
        m_form->setFault(m_passphrase, tr("This passphrase does not open the vault. Nothing has changed."));
    } else {
        m_bar->present(newsFor(error, {}, false));
    }
    refresh();
    m_passphrase->setFocus();
}

void RenewVaultKeyDialog::openAgain(bool keychainFailed) {
    workspace::VaultToOpen vault{.file = m_profile.vaultFile, .program = "console"};
    vault.secret = std::move(*m_secret);
    m_secret.reset();
    m_session->openVault(std::move(vault), m_profile,
                         [self = QPointer<RenewVaultKeyDialog>(this), keychainFailed](const Status &opened) {
                             if (!self) {
                                 return;
                             }
                             if (!opened || !keychainFailed) {
                                 return self->finish(opened.has_value(), keychainFailed);
                             }
                             self->m_session->withVault(removeKeychainSlot, [self](const Status &) {
                                 if (self) {
                                     self->finish(true, true);
                                 }
                             });
                         });
}

void RenewVaultKeyDialog::finish(bool isOpen, bool keychainFailed) {
    QStringList lines{tr("Copies and backups from before still open with the old key.")};
    if (keychainFailed) {
        lines += tr("The keychain did not take its new secret: the vault does not unlock with it any more.");
    }
    for (const std::string &slot : m_rotated->droppedSlots) {
        lines += tr("No longer opens the vault: %1.").arg(fromUtf8(slot));
    }
    if (!m_rotated->warning.empty()) {
        lines += fromUtf8(m_rotated->warning);
    }
    if (!isOpen) {
        lines += tr("The vault is locked; unlock it with its passphrase.");
    }
    m_running = false;
    m_renewing = false;
    wipe();
    for (QWidget *each : std::initializer_list<QWidget *>{m_words, m_form, m_sheet, m_run}) {
        each->hide();
    }
    m_close->show();
    m_close->setDefault(true);
    m_close->setFocus();
    const bool allWell = lines.size() == 1;
    m_bar->present({allWell ? widgets::NewsKind::Good : widgets::NewsKind::Attention,
                    tr("The vault has a new key"),
                    lines.join(u' '),
                    {},
                    {}});
}

void RenewVaultKeyDialog::wipe() {
    m_passphrase->clear();
    m_sheet->wipe();
    m_secret.reset();
}

void RenewVaultKeyDialog::reject() {
    if (!m_running) { // what has begun is told to its end
        wipe();
        QDialog::reject();
    }
}

} // namespace keyturn::ui
