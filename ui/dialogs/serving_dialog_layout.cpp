// SPDX-License-Identifier: Apache-2.0
// How the serving dialog is put together; what it does stands in serving_dialog.cpp.
#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/serving_dialog.h"

#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/mono_text.h"
#include "ui/widgets/secret_view.h"
#include "ui/widgets/section_header.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
constexpr int leastTable = 150;

QTableWidget *makeTable(const QStringList &headers, const char *name, const QString &forPeople,
                        QWidget *parent) {
    auto *table = new QTableWidget(0, static_cast<int>(headers.size()), parent);
    table->setObjectName(QString::fromLatin1(name));
    table->setAccessibleName(forPeople);
    table->setHorizontalHeaderLabels(headers);
    table->verticalHeader()->hide();
    table->setShowGrid(false);
    table->setTabKeyNavigation(false);
    table->setWordWrap(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->horizontalHeader()->setStretchLastSection(true);
    table->setMinimumHeight(leastTable);
    return table;
}

QVBoxLayout *columnOf(QWidget *page) {
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, metric::group - metric::insideTight, 0, 0);
    column->setSpacing(metric::related);
    return column;
}

} // namespace

ServingDialog::ServingDialog(const DialogContext &context, ServingPresenter *serving,
                             desktop::ClipboardGuard *clipboard, QWidget *parent)
    : ActingDialog(context, tr("Serve on loopback"), false, parent)
    , m_serving(serving)
    , m_clipboard(clipboard) {
    setObjectName(QStringLiteral("servingDialog"));
    m_tabs = new QTabWidget(this);
    m_tabs->setObjectName(QStringLiteral("serving.tabs"));
    m_tabs->setAccessibleName(tr("Access keys, environment and requests"));
    m_tabs->setDocumentMode(true);
    content()->addWidget(makeSwitch());
    m_tabs->addTab(makeKeys(), tr("Access keys"));
    m_tabs->addTab(makeEnvironment(), tr("Environment"));
    m_tabs->addTab(makeRequests(), tr("Requests"));
    content()->addWidget(m_tabs, 1);
    auto *close = new QPushButton(tr("Close"), this);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    buttons()->addStretch(1);
    buttons()->addWidget(close);
    connectParts();
    orderTabsAsLaidOut(*this);
    resize(820, 660);
    m_switch->setFocus();
    m_serving->refreshAccessKeys();
    refresh();
    addRequests();
}

QWidget *ServingDialog::makeSwitch() {
    auto *page = new QWidget(this);
    auto *words = new QLabel(
        tr("The AWS CLI and SDKs of this machine can then use the vault as they use AWS KMS. Nobody "
           "from outside can reach it; each caller needs an access key."),
        page);
    words->setWordWrap(true);
    m_switch = new QCheckBox(tr("Serve this vault"), page);
    m_switch->setObjectName(QStringLiteral("serving.switch"));
    m_port = new QSpinBox(page);
    m_port->setObjectName(QStringLiteral("serving.port"));
    m_port->setRange(0, 65535);
    m_port->setSpecialValueText(tr("Any free one"));
    m_url = new widgets::MonoText(tr("endpoint"), page);
    m_url->setObjectName(QStringLiteral("serving.url"));
    m_form = new widgets::Form(page);
    m_form->addField(m_switch);
    m_form->addRow(tr("Port"), m_port);
    m_form->addRow(tr("Endpoint"), m_url);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(words);
    column->addWidget(m_form);
    return page;
}

QWidget *ServingDialog::makeKeys() {
    auto *page = new QWidget(this);
    m_keys = makeTable({tr("Access key id"), tr("Name"), tr("May do"), tr("Last used"), tr("State")},
                       "serving.keys", tr("Access keys"), page);
    m_keys->horizontalHeader()->resizeSection(0, 200);
    m_keys->horizontalHeader()->resizeSection(1, 100);
    m_keys->horizontalHeader()->resizeSection(2, 180);
    m_keys->horizontalHeader()->resizeSection(3, 140);
    m_name = new QLineEdit(page);
    m_name->setObjectName(QStringLiteral("serving.name"));
    m_name->setAccessibleName(tr("Name of a new access key"));
    m_name->setPlaceholderText(tr("Name, such as ci"));
    m_role = new QComboBox(page);
    m_role->setObjectName(QStringLiteral("serving.role"));
    m_role->setAccessibleName(tr("What a new access key may do"));
    for (const AccessKeyRole &role : accessKeyRoles()) {
        m_role->addItem(role.name);
    }
    m_untilLocked = new QCheckBox(tr("Until locked"), page);
    m_untilLocked->setToolTip(tr("The access key is forgotten when the vault is locked."));
    m_create = new QPushButton(tr("New access key"), page);
    m_create->setObjectName(QStringLiteral("serving.create"));
    m_toggle = new QPushButton(tr("Disable"), page);
    m_toggle->setObjectName(QStringLiteral("serving.toggle"));
    m_remove = new QPushButton(tr("Delete\u2026"), page);
    m_remove->setObjectName(QStringLiteral("serving.remove"));
    auto *make = new QHBoxLayout;
    make->setSpacing(metric::related);
    make->addWidget(m_name, 1);
    make->addWidget(m_role, 2);
    make->addWidget(m_untilLocked);
    make->addWidget(m_create);
    auto *change = new QHBoxLayout;
    change->setSpacing(metric::related);
    change->addWidget(m_toggle);
    change->addWidget(m_remove);
    change->addStretch(1);
    auto *column = columnOf(page);
    column->addWidget(m_keys, 1);
    column->addLayout(change);
    column->addLayout(make);
    column->addWidget(makeNewKey());
    return page;
}

QWidget *ServingDialog::makeNewKey() {
    m_newKey = new QWidget(this);
    m_newId = new widgets::MonoText(tr("access key id"), m_newKey);
    m_newSecret = new widgets::SecretView(tr("Secret access key"), m_newKey);
    m_newSecret->setObjectName(QStringLiteral("serving.secret"));
    m_copyLines = new QPushButton(tr("Copy environment lines"), m_newKey);
    m_copyLines->setObjectName(QStringLiteral("serving.copyLines"));
    m_copyLines->setToolTip(tr("With the secret; the clipboard is cleared after a while."));
    m_saveFile = new QPushButton(tr("Save credentials file\u2026"), m_newKey);
    m_saveFile->setObjectName(QStringLiteral("serving.saveFile"));
    auto *form = new widgets::Form(m_newKey);
    form->addRow(tr("Access key id"), m_newId);
    form->addRow(tr("Secret"), m_newSecret, tr("Shown this once."));
    auto *row = new QHBoxLayout;
    row->setSpacing(metric::related);
    row->addWidget(m_copyLines);
    row->addWidget(m_saveFile);
    row->addStretch(1);
    auto *column = new QVBoxLayout(m_newKey);
    column->setContentsMargins(0, metric::related, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(new widgets::SectionHeader(tr("The new access key"), m_newKey));
    column->addWidget(form);
    column->addLayout(row);
    m_newKey->hide();
    return m_newKey;
}

QWidget *ServingDialog::makeEnvironment() {
    auto *page = new QWidget(this);
    auto *words = new QLabel(
        tr("For a shell on this machine. The access key is not in it: save its credentials file, or "
           "copy the lines with it when it is made."),
        page);
    words->setWordWrap(true);
    m_lines = new QPlainTextEdit(page);
    m_lines->setObjectName(QStringLiteral("serving.lines"));
    m_lines->setAccessibleName(tr("Environment lines"));
    m_lines->setReadOnly(true);
    m_lines->setTabChangesFocus(true);
    m_lines->setPlaceholderText(tr("Nothing is served yet."));
    theme::setTextRole(*m_lines, theme::TextRole::Fixed);
    m_copyPlain = new widgets::CopyButton(
        tr("lines"), [this] { return m_lines->toPlainText(); }, page);
    auto *column = columnOf(page);
    column->addWidget(words);
    column->addWidget(m_lines, 1);
    column->addWidget(m_copyPlain, 0, Qt::AlignLeft);
    return page;
}

QWidget *ServingDialog::makeRequests() {
    auto *page = new QWidget(this);
    m_requests = makeTable({tr("Time"), tr("Operation"), tr("Access key"), tr("Outcome"), tr("Took")},
                           "serving.requests", tr("Requests, newest first"), page);
    m_requests->horizontalHeader()->resizeSection(0, 110);
    m_requests->horizontalHeader()->resizeSection(1, 220);
    m_requests->horizontalHeader()->resizeSection(2, 190);
    m_requests->horizontalHeader()->resizeSection(3, 180);
    auto *column = columnOf(page);
    column->addWidget(m_requests, 1);
    return page;
}

} // namespace keyturn::ui
