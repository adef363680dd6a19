// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/history_check_dialog.h"

#include "base/encoding.h"
#include "ui/dialogs/dialog_frame.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/mono_text.h"
#include "ui/widgets/section_header.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

widgets::News verdict(const workspace::HistoryCheck &check) {
    const auto &report = check.report;
    const QString records = counted(static_cast<qint64>(report.records), HistoryCheckDialog::tr("1 record"),
                                    HistoryCheckDialog::tr("%1 records"));
    if (report.findings.empty()) {
        return {widgets::NewsKind::Good,
                HistoryCheckDialog::tr("The chain holds"),
                HistoryCheckDialog::tr("%1: none was changed, cut out, moved or added.").arg(records),
                {},
                {}};
    }
    return {widgets::NewsKind::Danger,
            HistoryCheckDialog::tr("The history is damaged"),
            HistoryCheckDialog::tr("%1 hold from its beginning on; what stands behind them proves nothing.")
                .arg(records),
            {},
            {}};
}

/// Sentences one below the other, each with a dash before it.
QLabel *listOf(const std::vector<std::string> &sentences, const char *name, QWidget *parent) {
    QStringList lines;
    for (const std::string &each : sentences) {
        lines << QStringLiteral("\u2013 ") + fromUtf8(each);
    }
    auto *label = new QLabel(lines.join(u'\n'), parent);
    label->setObjectName(QString::fromLatin1(name));
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QString summary(const workspace::HistoryPlace &place, const workspace::HistoryCheck &check) {
    return HistoryCheckDialog::tr("History %1\nRecords %2\nLast hash %3\nId %4\nBegan %5\nSealed by %6\n")
        .arg(fromUtf8(place.file.string()))
        .arg(check.report.records)
        .arg(fromUtf8(toHex(check.report.head)), fromUtf8(toHex(check.head.id)),
             fromUtf8(formatIso8601(check.head.created)), fromUtf8(check.sealedBy));
}

} // namespace

HistoryCheckDialog::HistoryCheckDialog(const workspace::HistoryPlace &place,
                                       const workspace::HistoryCheck &check, QWidget *parent)
    : QDialog(parent) {
    setObjectName(QStringLiteral("historyCheckDialog"));
    setWindowTitle(tr("The history's chain"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *bar = new widgets::InlineBar(this);
    bar->setClosable(false);
    bar->present(verdict(check));
    auto *form = new widgets::Form(this);
    const auto addMono = [&](const QString &label, const QString &text) {
        auto *mono = new widgets::MonoText(label, form);
        mono->setText(text);
        form->addRow(label, mono);
    };
    form->addRow(tr("Records"),
                 new QLabel(QLocale().toString(static_cast<qulonglong>(check.report.records)), form));
    addMono(tr("Last hash"), fromUtf8(toHex(check.report.head)));
    addMono(tr("Id"), fromUtf8(toHex(check.head.id)));
    form->addRow(tr("Began"), new QLabel(minuteText(check.head.created), form));
    auto *sealed = new QLabel(fromUtf8(check.sealedBy), form);
    sealed->setObjectName(QStringLiteral("historyCheck.sealedBy"));
    sealed->setWordWrap(true);
    form->addRow(tr("Sealed by"), sealed);
    addMono(tr("File"), fromUtf8(place.file.string()));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metric::dialogMargin, metric::dialogMargin, metric::dialogMargin,
                               metric::dialogMargin);
    column->setSpacing(metric::group);
    column->addWidget(bar);
    column->addWidget(form);
    const auto addList = [&](const QString &title, const std::vector<std::string> &sentences,
                             const char *name) {
        if (!sentences.empty()) {
            column->addWidget(new widgets::SectionHeader(title, this));
            column->addWidget(listOf(sentences, name, this));
        }
    };
    addList(tr("What is wrong"), check.report.findings, "historyCheck.findings");
    addList(tr("Traces of an interrupted write"), check.report.notes, "historyCheck.notes");
    addList(tr("What this does not prove"), workspace::notProvenByHistory(), "historyCheck.notProven");
    column->addStretch(1);
    auto *copy = new widgets::CopyButton(
        tr("result"), [text = summary(place, check)] { return text; }, this);
    auto *close = new QPushButton(tr("Close"), this);
    close->setDefault(true);
    theme::setButtonKind(*close, theme::ButtonKind::Primary);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(metric::related);
    buttons->addWidget(copy);
    buttons->addStretch(1);
    buttons->addWidget(close);
    column->addLayout(buttons);
    orderTabsAsLaidOut(*this);
    growWithContent(*this);
    resize(640, 480);
    close->setFocus();
}

} // namespace keyturn::ui
