// SPDX-License-Identifier: Apache-2.0
// How the profiles dialog is put together; what it does stands in profiles_dialog.cpp.
#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/profiles_dialog.h"

#include "ui/dialogs/file_request.h"
#include "ui/dialogs/profile_form.h"
#include "ui/dialogs/profile_list.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/inline_bar.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
constexpr int listWidth = 270;

} // namespace

ProfilesDialog::ProfilesDialog(workspace::ProfileStore *store, keychain::Keychain *keychain, QWidget *parent)
    : QDialog(parent)
    , m_store(store)
    , m_keychain(keychain) {
    setObjectName(QStringLiteral("profilesDialog"));
    setWindowTitle(tr("Profiles"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(metric::dialogMargin, metric::dialogMargin, metric::dialogMargin,
                               metric::dialogMargin);
    layout->setSpacing(metric::group);
    layout->addWidget(makeList());
    layout->addWidget(makeForm(), 1);
    connectParts();
    addShortcuts();
    orderTabsAsLaidOut(*this);
    m_open->setDefault(true);
    resize(1000, 700);
    refill({});
    m_store->profiles().empty() ? m_exchange->setFocus() : m_list->focusSearch();
}

QWidget *ProfilesDialog::makeList() {
    auto *side = new QWidget(this);
    side->setFixedWidth(listWidth);
    m_list = new ProfileList(side);
    m_new = new QPushButton(tr("New"), side);
    m_new->setObjectName(QStringLiteral("profiles.new"));
    m_copy = new QPushButton(tr("Copy"), side);
    m_copy->setObjectName(QStringLiteral("profiles.copy"));
    m_remove = new QPushButton(tr("Remove\u2026"), side);
    m_remove->setObjectName(QStringLiteral("profiles.remove"));
    m_exchange = new QPushButton(tr("Import or export"), side);
    m_exchange->setObjectName(QStringLiteral("profiles.exchange"));
    auto *menu = new QMenu(m_exchange);
    const auto act = [menu](const QString &text, const char *name) {
        QAction *made = menu->addAction(text);
        made->setObjectName(QString::fromLatin1(name));
        return made;
    };
    connect(act(tr("Import from the AWS files\u2026"), "profiles.importAws"), &QAction::triggered, this,
            &ProfilesDialog::importAws);
    connect(act(tr("Import from a file\u2026"), "profiles.importFile"), &QAction::triggered, this, [this] {
        requestOpenFile(this, tr("Import profiles"), tr("Profiles (*.json);;All files (*)"),
                        [this](const std::filesystem::path &file) { importShared(file); });
    });
    menu->addSeparator();
    connect(act(tr("Export without secrets\u2026"), "profiles.export"), &QAction::triggered, this,
            &ProfilesDialog::exportAll);
    m_exchange->setMenu(menu);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(metric::related);
    for (QPushButton *button : {m_new, m_copy, m_remove}) {
        buttons->addWidget(button, 1);
    }
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(m_list, 1);
    column->addLayout(buttons);
    column->addWidget(m_exchange);
    return side;
}

QWidget *ProfilesDialog::makeForm() {
    auto *side = new QWidget(this);
    m_bar = new widgets::InlineBar(side);
    m_bar->hide();
    m_form = new ProfileForm;
    auto *page = new QWidget;
    auto *inner = new QVBoxLayout(page);
    inner->setContentsMargins(metric::unit, metric::unit, metric::related,
                              metric::unit); // room for focus rings
    inner->addWidget(m_form);
    inner->addStretch(1);
    auto *scroll = new QScrollArea(side);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(page);
    growWithContent(*this, *scroll);
    m_test = new QPushButton(tr("Test connection"), side);
    m_test->setObjectName(QStringLiteral("profiles.test"));
    m_save = new QPushButton(tr("Save"), side);
    m_save->setObjectName(QStringLiteral("profiles.save"));
    m_open = new QPushButton(tr("Open"), side);
    m_open->setObjectName(QStringLiteral("profiles.open"));
    theme::setButtonKind(*m_open, theme::ButtonKind::Primary);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(metric::related);
    buttons->addWidget(m_test);
    buttons->addStretch(1);
    buttons->addWidget(m_save);
    buttons->addWidget(m_open);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::group);
    column->addWidget(m_bar);
    column->addWidget(scroll, 1);
    column->addLayout(buttons);
    return side;
}

void ProfilesDialog::connectParts() {
    connect(m_form, &ProfileForm::changed, this, &ProfilesDialog::refresh);
    connect(m_list, &ProfileList::currentChanged, this, &ProfilesDialog::showProfile);
    connect(m_list, &ProfileList::activated, this, [this] { m_open->click(); });
    connect(m_new, &QPushButton::clicked, this, &ProfilesDialog::startNew);
    connect(m_copy, &QPushButton::clicked, this, &ProfilesDialog::copyCurrent);
    connect(m_remove, &QPushButton::clicked, this, &ProfilesDialog::removeCurrent);
    connect(m_save, &QPushButton::clicked, this, &ProfilesDialog::save);
    connect(m_test, &QPushButton::clicked, this,
            [this] { Q_EMIT testRequested(QString::fromStdString(m_current.name)); });
    connect(m_open, &QPushButton::clicked, this, [this] {
        Q_EMIT openRequested(QString::fromStdString(m_current.name));
        accept();
    });
}

void ProfilesDialog::addShortcuts() {
    new QShortcut(QKeySequence(QStringLiteral("Ctrl+N")), this, [this] { startNew(); });
    new QShortcut(QKeySequence(QStringLiteral("Ctrl+D")), this, [this] { m_copy->click(); });
    new QShortcut(QKeySequence(QStringLiteral("Ctrl+S")), this, [this] { m_save->click(); });
    new QShortcut(QKeySequence(QStringLiteral("F2")), this, [this] { m_form->focusName(); });
    auto *del = new QShortcut(QKeySequence(Qt::Key_Delete), m_list, [this] { m_remove->click(); });
    del->setContext(Qt::WidgetWithChildrenShortcut);
}

} // namespace keyturn::ui
