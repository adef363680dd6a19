// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/take_copy_dialog.h"

#include "ui/dialogs/dialog_frame.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/mono_text.h"
#include "ui/widgets/section_header.h"
#include "workspace/session.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
constexpr int missingHeight = 150;

} // namespace

QString takenText(const workspace::OfflineCopyFacts &facts) {
    return (facts.serviceTime ? TakeCopyDialog::tr("%1, by the service\u2019s clock")
                              : TakeCopyDialog::tr("%1, by this machine\u2019s clock"))
        .arg(minuteText(facts.taken));
}

TakeCopyDialog::TakeCopyDialog(const DialogContext &context, keychain::Keychain *keychain,
                               std::filesystem::path folder, QWidget *parent)
    : ActingDialog(context, tr("Take an offline copy"), false, parent)
    , m_presenter(keychain, std::move(folder))
    , m_progress(new QProgressBar(this))
    , m_step(new QLabel(this))
    , m_result(new QWidget(this))
    , m_close(new QPushButton(tr("Close"), this))
    , m_run(new widgets::BusyButton(tr("Take copy"), this)) {
    setObjectName(QStringLiteral("takeCopyDialog"));
    auto *words = new QLabel(
        tr("Keys, aliases, tags, states, rotation and, as far as you may read them, policies and grants are "
           "asked for once and kept sealed with the service\u2019s time. The copy can be browsed with no "
           "network. It holds no key material; nothing is changed."),
        this);
    words->setWordWrap(true);
    m_progress->setObjectName(QStringLiteral("takeCopy.progress"));
    m_progress->setAccessibleName(tr("Answers"));
    m_progress->setTextVisible(false);
    m_progress->hide();
    m_step->setObjectName(QStringLiteral("takeCopy.step"));
    theme::setTone(*m_step, theme::ColorRole::MutedText);
    m_step->hide();
    makeResult();
    content()->addWidget(words);
    content()->addWidget(m_progress);
    content()->addWidget(m_step);
    content()->addWidget(m_result);
    content()->addStretch(1);
    m_run->setObjectName(QStringLiteral("takeCopy.run"));
    m_run->setDefault(true);
    theme::setButtonKind(*m_run, theme::ButtonKind::Primary);
    m_close->setObjectName(QStringLiteral("takeCopy.close"));
    buttons()->addStretch(1);
    buttons()->addWidget(m_close);
    buttons()->addWidget(m_run);
    connect(m_close, &QPushButton::clicked, this, &TakeCopyDialog::reject);
    connect(m_run, &widgets::BusyButton::started, this, [this] {
        bar()->dismiss();
        m_result->hide();
        m_progress->setRange(0, 0);
        m_progress->show();
        m_step->setText(tr("Asking for the keys"));
        m_step->show();
        m_presenter.take(*this->context().session);
    });
    connect(m_run, &widgets::BusyButton::cancelRequested, this, [this] { m_presenter.cancel(); });
    connect(&m_presenter, &OfflineCopiesPresenter::busyChanged, this,
            [this] { m_run->setBusy(m_presenter.isBusy()); });
    connect(&m_presenter, &OfflineCopiesPresenter::progressed, this,
            [this](quint64 done, quint64 total, const QString &step) {
                m_progress->setRange(0, static_cast<int>(total));
                m_progress->setValue(static_cast<int>(done));
                m_step->setText(tr("%1 of %2 answers, %3").arg(done).arg(total).arg(step));
            });
    connect(&m_presenter, &OfflineCopiesPresenter::taken, this, &TakeCopyDialog::showTaken);
    connect(&m_presenter, &OfflineCopiesPresenter::failed, this, &TakeCopyDialog::showFailure);
    setRetry([this] { m_run->click(); });
    orderTabsAsLaidOut(*this);
    resize(640, 320);
    m_run->setFocus();
}

void TakeCopyDialog::makeResult() {
    auto *form = new widgets::Form(m_result);
    m_time = new QLabel(form);
    m_time->setObjectName(QStringLiteral("takeCopy.time"));
    m_keys = new QLabel(form);
    m_keys->setObjectName(QStringLiteral("takeCopy.keys"));
    m_file = new widgets::MonoText(tr("file"), form);
    form->addRow(tr("Taken"), m_time);
    form->addRow(tr("Holds"), m_keys);
    form->addRow(tr("File"), m_file);
    m_missingTitle = new widgets::SectionHeader(tr("What it does not hold"), m_result);
    m_missing = new QTreeWidget(m_result);
    m_missing->setObjectName(QStringLiteral("takeCopy.missing"));
    m_missing->setAccessibleName(tr("What the copy does not hold, and why"));
    m_missing->setHeaderLabels({tr("Operation"), tr("Keys"), tr("Why")});
    m_missing->setRootIsDecorated(false);
    m_missing->header()->resizeSection(0, 190);
    m_missing->header()->resizeSection(1, 60);
    m_missing->setFixedHeight(missingHeight);
    auto *column = new QVBoxLayout(m_result);
    column->setContentsMargins(0, metric::related, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(form);
    column->addWidget(m_missingTitle);
    column->addWidget(m_missing);
    m_result->hide();
}

void TakeCopyDialog::showTaken(const workspace::OfflineCopyFacts &facts) {
    m_progress->hide();
    m_step->hide();
    m_time->setText(takenText(facts));
    const QString keys = counted(qint64(facts.keys), tr("1 key"), tr("%1 keys"));
    m_keys->setText(tr("%1, %2").arg(keys, counted(qint64(facts.aliases), tr("1 alias"), tr("%1 aliases"))));
    m_file->setText(fromUtf8(facts.file.string()));
    m_missing->clear();
    for (const workspace::MissingPart &part : facts.missing) {
        auto *item = new QTreeWidgetItem(m_missing, {fromUtf8(part.operation),
                                                     part.keys == 0 ? tr("All") : QString::number(part.keys),
                                                     fromUtf8(part.why)});
        item->setToolTip(2, fromUtf8(part.why));
    }
    m_missingTitle->setVisible(!facts.missing.empty());
    m_missing->setVisible(!facts.missing.empty());
    m_result->show();
    m_run->hide();
    m_close->setDefault(true);
    m_close->setFocus();
    facts.missing.empty() ? bar()->present({widgets::NewsKind::Good, tr("The copy is complete"), {}, {}, {}})
                          : bar()->present({widgets::NewsKind::Attention,
                                            tr("The copy is there, with gaps"),
                                            tr("What was refused or is not asked for here stands below."),
                                            {},
                                            {}});
    Q_EMIT taken();
}

void TakeCopyDialog::showFailure(const Error &error) {
    m_progress->hide();
    m_step->hide();
    if (error.code == ErrorCode::Cancelled) {
        bar()->present({widgets::NewsKind::Info, tr("It was stopped"), tr("No copy was kept."), {}, {}});
        return;
    }
    showError(error);
}

void TakeCopyDialog::wipe() {
    m_presenter.cancel();
}

void TakeCopyDialog::reject() {
    m_presenter.cancel();
    QDialog::reject();
}

} // namespace keyturn::ui
