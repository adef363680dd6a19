// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/serving_dialog.h"

#include "ui/desktop/clipboard_guard.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/question.h"
#include "ui/models/key_words.h"
#include "ui/theme/icons.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/mono_text.h"
#include "ui/widgets/secret_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableWidget>

namespace keyturn::ui {
namespace {

using State = ServingPresenter::State;
constexpr int mostRows = 500;

QString secondText(Timestamp time) {
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
    return QDateTime::fromMSecsSinceEpoch(since.count()).toString(QStringLiteral("hh:mm:ss"));
}

QString tookText(std::chrono::microseconds took) {
    return ServingDialog::tr("%1 ms").arg(double(took.count()) / 1000, 0, 'f', 1);
}

QTableWidgetItem *cell(const QString &text, bool fixed = false) {
    auto *made = new QTableWidgetItem(text);
    made->setToolTip(text);
    if (fixed) {
        made->setFont(theme::font(theme::TextRole::Fixed));
    }
    return made;
}

} // namespace

void ServingDialog::connectParts() {
    connect(m_switch, &QCheckBox::clicked, this, &ServingDialog::switched);
    connect(m_serving, &ServingPresenter::stateChanged, this, &ServingDialog::refresh);
    connect(m_serving, &ServingPresenter::accessKeysChanged, this, &ServingDialog::refreshKeys);
    connect(m_serving, &ServingPresenter::requestsArrived, this, &ServingDialog::addRequests);
    connect(m_keys, &QTableWidget::currentCellChanged, this, &ServingDialog::refresh);
    connect(m_create, &QPushButton::clicked, this, &ServingDialog::createKey);
    connect(m_name, &QLineEdit::returnPressed, this, &ServingDialog::createKey);
    connect(m_toggle, &QPushButton::clicked, this, &ServingDialog::toggleKey);
    connect(m_remove, &QPushButton::clicked, this, &ServingDialog::removeKey);
    connect(m_newSecret, &widgets::SecretView::copyRequested, this,
            [this] { m_clipboard->lend(m_newSecret->formatted().take()); });
    connect(m_copyLines, &QPushButton::clicked, this, [this] {
        m_clipboard->lend(m_serving->environmentLinesWith(*m_created));
        m_newSecret->markSeen();
    });
    const auto save = [this] {
        requestSaveFile(this, tr("Save credentials file"), QStringLiteral("keyturn-credentials"),
                        [this](const std::filesystem::path &file) {
                            if (!m_created) {
                                return; // wiped while the file was being chosen
                            }
                            const auto saved = m_serving->saveCredentials(*m_created, file);
                            if (!saved) {
                                return showError(saved.error());
                            }
                            m_newSecret->markSeen();
                            bar()->present({widgets::NewsKind::Good,
                                            tr("Saved"),
                                            tr("%1 holds the secret: only you can read it. "
                                               "AWS_SHARED_CREDENTIALS_FILE names it to the AWS CLI.")
                                                .arg(fromUtf8(file.string())),
                                            {},
                                            {}});
                        });
    };
    connect(m_saveFile, &QPushButton::clicked, this, save);
    connect(m_newSecret, &widgets::SecretView::saveRequested, this, save);
}

void ServingDialog::switched(bool on) {
    bar()->dismiss();
    if (!on) {
        return m_serving->stop();
    }
    m_serving->start(static_cast<std::uint16_t>(m_port->value()),
                     [self = QPointer<ServingDialog>(this)](const Status &started) {
                         if (self && !started) {
                             self->showError(started.error());
                             self->refresh();
                         }
                     });
}

void ServingDialog::refresh() {
    const State state = m_serving->state();
    const bool on = state == State::On;
    m_switch->setChecked(on || state == State::Starting);
    m_switch->setEnabled(on || state == State::Off);
    m_form->setRowVisible(m_port, !on);
    m_port->setEnabled(state == State::Off);
    m_form->setRowVisible(m_url, on);
    m_url->setText(m_serving->url());
    const QString lines =
        on ? m_serving->environmentLines() + QStringLiteral("\n\n") + m_serving->exampleCommand() : QString();
    m_lines->setPlainText(lines);
    m_copyPlain->setEnabled(on);
    m_copyLines->setEnabled(on && m_created);
    m_copyLines->setToolTip(on ? tr("With the secret; the clipboard is cleared after a while.")
                               : tr("Serve the vault first: the lines name its address."));
    const kms::AccessKey *key = currentKey();
    m_toggle->setEnabled(key != nullptr);
    m_toggle->setText(key != nullptr && !key->enabled ? tr("Enable") : tr("Disable"));
    m_remove->setEnabled(key != nullptr);
}

const kms::AccessKey *ServingDialog::currentKey() const {
    const int row = m_keys->currentRow();
    const auto &keys = m_serving->accessKeys();
    return row >= 0 && row < static_cast<int>(keys.size()) ? &keys[static_cast<std::size_t>(row)] : nullptr;
}

void ServingDialog::refreshKeys() {
    {
        const QSignalBlocker quiet(m_keys);
        const int before = std::max(0, m_keys->currentRow());
        const auto &keys = m_serving->accessKeys();
        m_keys->setRowCount(static_cast<int>(keys.size()));
        for (int row = 0; row < m_keys->rowCount(); ++row) {
            const kms::AccessKey &key = keys[static_cast<std::size_t>(row)];
            m_keys->setItem(row, 0, cell(fromUtf8(key.id), true));
            m_keys->setItem(row, 1, cell(fromUtf8(key.name)));
            m_keys->item(row, 1)->setToolTip(fromUtf8(key.principalArn)); // on whose behalf it acts
            m_keys->setItem(row, 2, cell(fromUtf8(key.permissionText())));
            m_keys->setItem(row, 3, cell(key.lastUsed ? minuteText(*key.lastUsed) : tr("Not yet")));
            m_keys->setItem(row, 4,
                            cell(!key.enabled ? tr("Disabled")
                                 : key.kept   ? tr("Enabled")
                                              : tr("Until locked")));
        }
        if (m_keys->rowCount() > 0) {
            m_keys->setCurrentCell(std::min(before, m_keys->rowCount() - 1), 0);
        }
    }
    refresh();
}

void ServingDialog::addRequests() {
    for (const workspace::LiveRequest &each : m_serving->requests()) {
        if (each.serial <= m_shownSerial) {
            continue;
        }
        m_shownSerial = each.serial;
        m_requests->insertRow(0);
        m_requests->setItem(0, 0, cell(secondText(each.time)));
        m_requests->setItem(0, 1, cell(each.operation.empty() ? tr("none named") : fromUtf8(each.operation)));
        m_requests->setItem(0, 2,
                            cell(each.accessKeyId.empty() ? tr("not signed in") : fromUtf8(each.accessKeyId),
                                 !each.accessKeyId.empty()));
        auto *outcome = cell(fromUtf8(each.outcome));
        const bool good = each.status == 200;
        outcome->setIcon(theme::icon(good ? theme::Icon::Success : theme::Icon::Error,
                                     good ? theme::ColorRole::Good : theme::ColorRole::Danger));
        m_requests->setItem(0, 3, outcome);
        m_requests->setItem(0, 4, cell(tookText(each.took)));
    }
    m_requests->setRowCount(std::min(m_requests->rowCount(), mostRows));
    m_tabs->setTabText(2, m_serving->requestCount() == 0
                              ? tr("Requests")
                              : tr("Requests (%1)").arg(m_serving->requestCount()));
}

void ServingDialog::createKey() {
    kms::NewAccessKey wish;
    wish.name = m_name->text().trimmed().toStdString();
    wish.operations = accessKeyRoles()[static_cast<std::size_t>(m_role->currentIndex())].operations;
    wish.lifetime = m_untilLocked->isChecked() ? kms::KeyLifetime::UntilLocked : kms::KeyLifetime::Kept;
    bar()->dismiss();
    m_create->setEnabled(false);
    m_serving->createAccessKey(std::move(wish),
                               [self = QPointer<ServingDialog>(this)](Result<kms::CreatedAccessKey> created) {
                                   if (self) {
                                       self->showCreated(std::move(created));
                                   }
                               });
}

void ServingDialog::showCreated(Result<kms::CreatedAccessKey> created) {
    m_create->setEnabled(true);
    if (!created) {
        return showError(created.error());
    }
    m_created = std::move(*created);
    m_name->clear();
    m_newId->setText(fromUtf8(m_created->key.id));
    m_newSecret->setSecret(m_created->secret);
    m_newKey->show();
    refresh();
}

void ServingDialog::toggleKey() {
    if (const kms::AccessKey *key = currentKey(); key != nullptr) {
        m_serving->setAccessKeyEnabled(key->id, !key->enabled,
                                       [self = QPointer<ServingDialog>(this)](const Status &done) {
                                           if (self && !done) {
                                               self->showError(done.error());
                                           }
                                       });
    }
}

void ServingDialog::removeKey() {
    const kms::AccessKey *key = currentKey();
    if (key == nullptr) {
        return;
    }
    const QString name = key->name.empty() ? fromUtf8(key->id) : fromUtf8(key->name);
    ask(this,
        {.title = tr("Delete the access key \u201c%1\u201d?").arg(name),
         .text = tr("Whoever uses it is refused from the next request on. It cannot be brought back."),
         .verb = tr("Delete access key")},
        [this, id = key->id] {
            m_serving->removeAccessKey(id, [self = QPointer<ServingDialog>(this)](const Status &done) {
                if (self && !done) {
                    self->showError(done.error());
                }
            });
        });
}

void ServingDialog::wipe() {
    m_newSecret->clear();
    m_created.reset();
}

void ServingDialog::done(int result) {
    wipe();
    QDialog::done(result);
}

} // namespace keyturn::ui
