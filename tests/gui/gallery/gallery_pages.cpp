// SPDX-License-Identifier: Apache-2.0
#include "gui/gallery/gallery_pages.h"

#include "ui/theme/control_kind.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/blob_edit.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/byte_counter.h"
#include "ui/widgets/context_grid.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/environment_marks.h"
#include "ui/widgets/filter_bar.h"
#include "ui/widgets/form.h"
#include "ui/widgets/icon_label.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/mono_text.h"
#include "ui/widgets/secret_edit.h"
#include "ui/widgets/secret_pad.h"
#include "ui/widgets/secret_view.h"
#include "ui/widgets/section_header.h"
#include "ui/widgets/state_badge.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>
#include <QTreeView>

namespace keyturn::gui_test {
namespace {

namespace metric = theme::metric;
using namespace widgets; // NOLINT: a page of widgets
using theme::ButtonKind;

const QString sampleArn =
    QStringLiteral("arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab");

struct Page {
    std::unique_ptr<QWidget> widget = std::make_unique<QWidget>();
    QVBoxLayout *column = new QVBoxLayout(widget.get());

    Page() {
        column->setContentsMargins(metric::pageMargin, metric::pageMargin, metric::pageMargin,
                                   metric::pageMargin);
        column->setSpacing(metric::group);
    }
    void section(const QString &title) { column->addWidget(new SectionHeader(title)); }
    QHBoxLayout *row() {
        auto *line = new QHBoxLayout;
        line->setSpacing(metric::related);
        column->addLayout(line);
        return line;
    }
};

QPushButton *button(const QString &text, ButtonKind kind = ButtonKind::Normal, bool enabled = true) {
    auto *made = new QPushButton(text);
    made->setObjectName(text);
    made->setEnabled(enabled);
    theme::setButtonKind(*made, kind);
    return made;
}

void addButtons(Page &page) {
    page.section(QStringLiteral("Buttons"));
    QHBoxLayout *row = page.row();
    row->addWidget(button(QStringLiteral("Copy")));
    row->addWidget(button(QStringLiteral("Re-encrypt"), ButtonKind::Primary));
    row->addWidget(button(QStringLiteral("Schedule deletion"), ButtonKind::Danger));
    row->addWidget(button(QStringLiteral("Show more"), ButtonKind::Quiet));
    row->addWidget(button(QStringLiteral("Rotate now"), ButtonKind::Normal, false));
    row->addWidget(button(QStringLiteral("Delete"), ButtonKind::Danger, false));
    row->addStretch(1);
    row = page.row();
    auto *withIcon = button(QStringLiteral("Create key"));
    withIcon->setIcon(theme::icon(theme::Icon::CreateKey));
    auto *primaryIcon = button(QStringLiteral("Decrypt"), ButtonKind::Primary);
    primaryIcon->setIcon(theme::icon(theme::Icon::Decrypt));
    auto *large = button(QStringLiteral("Open a local vault"));
    large->setIcon(theme::icon(theme::Icon::Vault));
    theme::setControlSize(*large, theme::ControlSize::Large);
    auto *compact = button(QStringLiteral("Paste"));
    theme::setControlSize(*compact, theme::ControlSize::Compact);
    auto *menu = button(QStringLiteral("More acts"));
    menu->setMenu(new QMenu(menu));
    row->addWidget(withIcon);
    row->addWidget(primaryIcon);
    row->addWidget(large);
    row->addWidget(compact);
    row->addWidget(menu);
    row->addStretch(1);
}

void addFields(Page &page) {
    page.section(QStringLiteral("Fields"));
    QHBoxLayout *row = page.row();
    auto *empty = new QLineEdit;
    empty->setPlaceholderText(QStringLiteral("alias/team/app"));
    empty->setAccessibleName(QStringLiteral("Alias"));
    auto *filled = new QLineEdit(QStringLiteral("alias/pay/production"));
    filled->setAccessibleName(QStringLiteral("Filled"));
    auto *off = new QLineEdit(QStringLiteral("off"));
    off->setEnabled(false);
    off->setAccessibleName(QStringLiteral("Off"));
    auto *fixed = new QLineEdit(QStringLiteral("read only"));
    fixed->setReadOnly(true);
    fixed->setAccessibleName(QStringLiteral("Read only"));
    for (QWidget *field : {empty, filled, off, fixed}) {
        row->addWidget(field, 1);
    }
    row = page.row();
    auto *combo = new QComboBox;
    combo->addItems({QStringLiteral("SYMMETRIC_DEFAULT"), QStringLiteral("RSA_2048")});
    combo->setAccessibleName(QStringLiteral("Key spec"));
    auto *editable = new QComboBox;
    editable->setEditable(true);
    editable->addItem(QStringLiteral("eu-central-1"));
    editable->setAccessibleName(QStringLiteral("Region"));
    auto *spin = new QSpinBox;
    spin->setRange(7, 30);
    spin->setValue(30);
    spin->setSuffix(QStringLiteral(" days"));
    spin->setAccessibleName(QStringLiteral("Waiting period"));
    auto *offSpin = new QSpinBox;
    offSpin->setEnabled(false);
    offSpin->setAccessibleName(QStringLiteral("Number of keys"));
    row->addWidget(combo);
    row->addWidget(editable);
    row->addWidget(spin);
    row->addWidget(offSpin);
    row->addStretch(1);
}

void addChoices(Page &page) {
    page.section(QStringLiteral("Choices and progress"));
    QHBoxLayout *row = page.row();
    auto *on = new QCheckBox(QStringLiteral("Open read-only"));
    on->setChecked(true);
    auto *partly = new QCheckBox(QStringLiteral("Some"));
    partly->setTristate(true);
    partly->setCheckState(Qt::PartiallyChecked);
    auto *off = new QCheckBox(QStringLiteral("Not allowed"));
    off->setEnabled(false);
    auto *radio = new QRadioButton(QStringLiteral("Argon2id"));
    radio->setChecked(true);
    for (QWidget *choice :
         {static_cast<QWidget *>(on), static_cast<QWidget *>(new QCheckBox(QStringLiteral("Dry run"))),
          static_cast<QWidget *>(partly), static_cast<QWidget *>(off), static_cast<QWidget *>(radio),
          static_cast<QWidget *>(new QRadioButton(QStringLiteral("scrypt")))}) {
        row->addWidget(choice);
    }
    row->addStretch(1);
    row = page.row();
    auto *progress = new QProgressBar;
    progress->setValue(40);
    progress->setTextVisible(false);
    row->addWidget(progress);
    auto *counter = new ByteCounter(4096);
    counter->setCount(312);
    auto *over = new ByteCounter(4096);
    over->setCount(4100);
    row->addWidget(counter);
    row->addWidget(over);
}

} // namespace

std::unique_ptr<QWidget> controlsPage() {
    Page page;
    addButtons(page);
    addFields(page);
    addChoices(page);
    page.section(QStringLiteral("Small acts"));
    QHBoxLayout *row = page.row();
    row->addWidget(new CopyButton(QStringLiteral("ARN"), [] { return sampleArn; }));
    auto *command = new CopyButton(QStringLiteral("command"), [] { return QString(); });
    command->setAsCommand();
    row->addWidget(command);
    for (const theme::Icon which : {theme::Icon::Refresh, theme::Icon::Columns, theme::Icon::Settings}) {
        auto *tool = new QToolButton;
        tool->setAutoRaise(true);
        tool->setIcon(theme::icon(which));
        tool->setAccessibleName(theme::iconName(which));
        tool->setFocusPolicy(Qt::StrongFocus);
        tool->setEnabled(which != theme::Icon::Settings);
        row->addWidget(tool);
    }
    auto *id = new MonoText(QStringLiteral("Key ARN"));
    id->setText(sampleArn);
    row->addWidget(id, 1);
    page.column->addStretch(1);
    return std::move(page.widget);
}

std::unique_ptr<QWidget> viewsPage() {
    Page page;
    auto *tabs = new QTabWidget;
    tabs->setObjectName(QStringLiteral("tabs"));
    tabs->tabBar()->setAccessibleName(QStringLiteral("Parts of the key"));
    tabs->setDocumentMode(true);
    auto *table = new QTableView;
    table->setAccessibleName(QStringLiteral("Keys"));
    auto *model = new QStandardItemModel(6, 4, table);
    model->setHorizontalHeaderLabels({QStringLiteral("Alias"), QStringLiteral("Key id"),
                                      QStringLiteral("Spec"), QStringLiteral("Created")});
    for (int row = 0; row < 6; ++row) {
        model->setItem(row, 0, new QStandardItem(QStringLiteral("alias/team/app-%1").arg(row)));
        auto *id = new QStandardItem(QStringLiteral("1234abcd-12ab-34cd-56ef-12345678900%1").arg(row));
        id->setToolTip(id->text());
        model->setItem(row, 1, id);
        model->setItem(row, 2, new QStandardItem(QStringLiteral("SYMMETRIC_DEFAULT")));
        model->setItem(row, 3, new QStandardItem(QStringLiteral("2026-11-2%1").arg(row)));
    }
    table->setModel(model);
    table->setAlternatingRowColors(true);
    table->setShowGrid(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    table->setColumnWidth(0, 140);
    table->setColumnWidth(2, 170);
    table->setSortingEnabled(true);
    table->sortByColumn(0, Qt::AscendingOrder);
    table->selectRow(2);
    auto *tree = new QTreeView;
    tree->setAccessibleName(QStringLiteral("Aliases"));
    auto *folders = new QStandardItemModel(tree);
    auto *team = new QStandardItem(theme::icon(theme::Icon::Folder), QStringLiteral("pay"));
    team->appendRow(new QStandardItem(theme::icon(theme::Icon::Key), QStringLiteral("production")));
    team->appendRow(new QStandardItem(theme::icon(theme::Icon::Key), QStringLiteral("staging")));
    folders->appendRow(team);
    folders->appendRow(new QStandardItem(theme::icon(theme::Icon::Folder), QStringLiteral("archive")));
    tree->setModel(folders);
    tree->setHeaderHidden(true);
    tree->expandAll();
    tree->setCurrentIndex(folders->index(0, 0));
    tabs->addTab(table, QStringLiteral("Overview"));
    tabs->addTab(new QWidget, QStringLiteral("Rotation and key material"));
    tabs->addTab(new QWidget, QStringLiteral("Tags"));
    QHBoxLayout *row = page.row();
    tree->setFixedWidth(200);
    row->addWidget(tree);
    row->addWidget(tabs, 1);
    page.widget->resize(900, 340);
    return std::move(page.widget);
}

std::unique_ptr<QWidget> barsPage() {
    Page page;
    const auto bar = [&page](const News &news) {
        auto *made = new InlineBar;
        page.column->addWidget(made);
        made->present(news);
    };
    bar({NewsKind::Info,
         QStringLiteral("3 keys wait for deletion"),
         QStringLiteral("The first is deleted on 27 November 2026."),
         QStringLiteral("Show them"),
         {}});
    bar({NewsKind::Good,
         QStringLiteral("Key material was rotated"),
         QStringLiteral("Existing ciphertext was not re-encrypted and still opens."),
         {},
         {}});
    bar({NewsKind::Attention,
         QStringLiteral("Offline copy from 21 November 2026, 14:05"),
         QStringLiteral("Everything that needs the service is off."),
         {},
         {}});
    bar({NewsKind::Danger, QStringLiteral("The source key is disabled"),
         QStringLiteral("alias/pay/production is disabled, so it opens nothing. Enable it, then re-encrypt "
                        "again; the ciphertext itself is unchanged."),
         QStringLiteral("Enable key"), QStringLiteral("request id 1234")});
    bar({NewsKind::Danger, {}, QStringLiteral("A sentence alone, without title or act."), {}, {}});
    page.column->addStretch(1);
    page.widget->resize(720, 420);
    return std::move(page.widget);
}

std::unique_ptr<QWidget> environmentsPage() {
    Page page;
    for (int i = 0; i < theme::environmentCount; ++i) {
        const auto environment = static_cast<theme::Environment>(i);
        auto *stripe = new EnvironmentStripe;
        stripe->setEnvironment(environment);
        page.column->addWidget(stripe);
        QHBoxLayout *row = page.row();
        auto *named = new EnvironmentChip;
        named->setProfile(environment, QStringLiteral("pay-eu"));
        auto *word = new EnvironmentChip;
        word->setProfile(environment, {});
        row->addWidget(named);
        row->addWidget(word);
        row->addStretch(1);
    }
    for (const bool destroys : {false, true}) {
        ActingIn acting{theme::Environment::Production, QStringLiteral("pay-eu"),
                        QStringLiteral("111122223333"), QStringLiteral("eu-central-1"), destroys};
        page.column->addWidget(new EnvironmentHeader(
            destroys ? QStringLiteral("Schedule deletion") : QStringLiteral("Re-encrypt"), acting));
    }
    page.widget->resize(560, 480);
    return std::move(page.widget);
}

std::unique_ptr<QWidget> statesPage() {
    Page page;
    for (const char16_t *wire : {u"Enabled", u"Disabled", u"PendingDeletion", u"PendingReplicaDeletion",
                                 u"PendingImport", u"Unavailable", u"Creating", u"Updating"}) {
        auto *badge = new StateBadge;
        const KeyStateLook look = stateLookFromWire(wire);
        badge->setState(look,
                        look == KeyStateLook::PendingDeletion ? QStringLiteral("5 days left") : QString());
        page.column->addWidget(badge);
    }
    auto *other = new StateBadge;
    other->setState(KeyStateLook::Other, {}, QStringLiteral("Hibernating"));
    page.column->addWidget(other);
    page.column->setSpacing(metric::unit);
    return std::move(page.widget);
}

std::unique_ptr<QWidget> secretsPage() {
    Page page;
    auto *empty = new SecretEdit;
    empty->setAccessibleName(QStringLiteral("Passphrase"));
    empty->setPlaceholderText(QStringLiteral("Passphrase"));
    auto *hidden = new SecretEdit;
    hidden->setAccessibleName(QStringLiteral("Typed passphrase"));
    hidden->insertText(u"correct horse battery");
    auto *revealed = new SecretEdit;
    revealed->setAccessibleName(QStringLiteral("Revealed passphrase"));
    revealed->insertText(u"correct horse battery");
    revealed->setRevealed(true);
    auto *caps = new SecretEdit;
    caps->setObjectName(QStringLiteral("caps"));
    caps->setAccessibleName(QStringLiteral("Passphrase with Caps Lock"));
    auto *off = new SecretEdit;
    off->setAccessibleName(QStringLiteral("No passphrase needed"));
    off->setEnabled(false);
    for (QWidget *field : {empty, hidden, revealed, caps, off}) {
        page.column->addWidget(field);
    }
    const SecretBytes text =
        SecretBytes::copyOf(std::string_view("user=pay\npassword=hunter2\nhost=db.internal"));
    SecretBytes key(32);
    for (std::size_t i = 0; i < key.size(); ++i) {
        key.data()[i] = static_cast<std::uint8_t>(i * 11 + 130);
    }
    for (const bool shown : {false, true}) {
        auto *view = new SecretView(shown ? QStringLiteral("Shown plaintext") : QStringLiteral("Plaintext"));
        view->setSecret(text);
        page.column->addWidget(view);
        if (shown) {
            view->reveal();
        }
    }
    auto *binary = new SecretView(QStringLiteral("Data key"));
    binary->setSecret(key);
    binary->reveal();
    page.column->addWidget(binary);
    auto *pad = new SecretPad;
    pad->setAccessibleName(QStringLiteral("Plaintext to encrypt"));
    pad->setPlaceholderText(QStringLiteral("Type, paste or drop what is to be encrypted."));
    page.column->addWidget(pad);
    page.widget->resize(620, 900);
    return std::move(page.widget);
}

std::unique_ptr<QWidget> contextPage() {
    Page page;
    const ContextPairs here{{"tenant", "pay"}, {"stage", "Prod"}, {"Region", "eu"}, {"purpose", "cards"}};
    const ContextPairs there{{"tenant", "pay"}, {"stage", "prod"}, {"region", "eu"}, {"owner", "risk"}};
    auto *empty = new ContextGrid(QStringLiteral("Empty context"));
    auto *filled = new ContextGrid(QStringLiteral("Source context"));
    filled->setPairs(here);
    auto *twice = new ContextGrid(QStringLiteral("Context with a duplicate"));
    twice->setPairs({{"tenant", "pay"}, {"tenant", "risk"}});
    auto *compared = new ContextGrid(QStringLiteral("Compared context"));
    compared->setPairs(here);
    compared->compareWith(there, QStringLiteral("the record beside the file"));
    auto *readOnly = new ContextGrid(QStringLiteral("Recorded context"));
    readOnly->setPairs(here);
    readOnly->setReadOnly(true);
    for (QWidget *grid : {empty, filled, twice, compared, readOnly}) {
        page.column->addWidget(grid);
    }
    page.column->addStretch(1);
    page.widget->resize(720, 1100);
    return std::move(page.widget);
}

std::unique_ptr<QWidget> blobsPage() {
    Page page;
    auto *empty = new BlobEdit(QStringLiteral("Source"));
    empty->setPlaceholderText(QStringLiteral("Paste or drop a ciphertext, or open a file."));
    auto *base64 = new BlobEdit(QStringLiteral("Base64 source"));
    base64->setText(QStringLiteral(
        "AQICAHhxkZ0Zt1u6kq3bYgqZ0Q7n3T0pX1lXqv0G1mX3Wm1lXAHkq3bYgqZ0Q7n3T0pX1lXqv0G1mX3Wm1lXAAAA"));
    base64->setFinding(QStringLiteral("AWS KMS ciphertext"));
    auto *wrong = new BlobEdit(QStringLiteral("Wrong source"));
    wrong->setText(QStringLiteral("this is no hex"));
    wrong->chooseKind(BlobKind::Hex);
    auto *file = new BlobEdit(QStringLiteral("File source"));
    file->setBytes(Bytes(212, 7), QStringLiteral("cards.bin"));
    for (QWidget *edit : {empty, base64, wrong, file}) {
        page.column->addWidget(edit);
    }
    page.widget->resize(680, 620);
    return std::move(page.widget);
}

std::unique_ptr<QWidget> formPage() {
    Page page;
    auto *form = new Form;
    auto *alias = new QLineEdit(QStringLiteral("alias/pay/production"));
    auto *days = new QSpinBox;
    days->setRange(7, 30);
    days->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    auto *passphrase = new SecretEdit;
    auto *agree = new QCheckBox(QStringLiteral("Remember this key"));
    form->addSection(QStringLiteral("Key"));
    form->addRow(QStringLiteral("Alias"), alias,
                 QStringLiteral("Starts with alias/ and stands for the key."));
    form->addRow(QStringLiteral("Waiting period"), days);
    form->addField(agree);
    form->addSection(QStringLiteral("Vault"));
    form->addRow(QStringLiteral("Passphrase"), passphrase);
    form->setFault(passphrase, QStringLiteral("The passphrase does not open this vault."));
    page.column->addWidget(form);
    QHBoxLayout *row = page.row();
    row->addStretch(1);
    row->addWidget(button(QStringLiteral("Close")));
    auto *unlock = new BusyButton(QStringLiteral("Unlock"));
    theme::setButtonKind(*unlock, ButtonKind::Primary);
    row->addWidget(unlock);
    page.column->addStretch(1);
    page.widget->resize(900, 420);
    return std::move(page.widget);
}

std::unique_ptr<QWidget> filterPage() {
    Page page;
    auto *plain = new FilterBar;
    plain->setPlaceholderText(QStringLiteral("Filter by alias, id or tag"));
    auto *filled = new FilterBar;
    filled->addField(QStringLiteral("state"), {QStringLiteral("enabled"), QStringLiteral("disabled")});
    filled->addField(QStringLiteral("alias"));
    filled->setQuery(QStringLiteral("state:disabled -alias:legacy pay"));
    page.column->addWidget(plain);
    page.column->addWidget(filled);
    auto *header = new SectionHeader(QStringLiteral("Keys"));
    header->setNote(QStringLiteral("12 of 340"));
    auto *create = button(QStringLiteral("Create key"));
    create->setIcon(theme::icon(theme::Icon::CreateKey));
    header->addAct(create);
    page.column->addWidget(header);
    page.widget->resize(640, 160);
    return std::move(page.widget);
}

std::unique_ptr<QWidget> emptyPage() {
    auto empty = std::make_unique<EmptyState>();
    empty->setContent(
        theme::Icon::Key,
        QStringLiteral("There are no keys here yet. A key encrypts, decrypts and makes data keys."),
        QStringLiteral("Create key"));
    empty->resize(640, 360);
    return empty;
}

std::unique_ptr<QWidget> iconsPage() {
    Page page;
    auto *grid = new QGridLayout;
    grid->setSpacing(metric::related);
    constexpr int columns = 6;
    for (int i = 0; i < static_cast<int>(theme::Icon::Count_); ++i) {
        const auto which = static_cast<theme::Icon>(i);
        auto *cell = new QHBoxLayout;
        auto *large = new IconLabel(which);
        large->setSize(metric::iconLarge);
        cell->addWidget(new IconLabel(which));
        cell->addWidget(large);
        auto *name = new QLabel(theme::iconName(which));
        theme::setTextRole(*name, theme::TextRole::Caption);
        cell->addWidget(name, 1);
        grid->addLayout(cell, i / columns, i % columns);
    }
    page.column->addLayout(grid);
    return std::move(page.widget);
}

std::unique_ptr<QWidget> menuPage() {
    auto menu = std::make_unique<QMenu>();
    menu->addAction(theme::icon(theme::Icon::ReEncrypt), QStringLiteral("Re-encrypt"))
        ->setShortcut(QKeySequence(QStringLiteral("Ctrl+R")));
    menu->addAction(theme::icon(theme::Icon::DataKey), QStringLiteral("Generate data key"))
        ->setShortcut(QKeySequence(QStringLiteral("Ctrl+G")));
    menu->addSeparator();
    QAction *favourite = menu->addAction(QStringLiteral("Favourite"));
    favourite->setCheckable(true);
    favourite->setChecked(true);
    menu->addAction(theme::icon(theme::Icon::Enable), QStringLiteral("Enable"))->setEnabled(false);
    menu->addMenu(QStringLiteral("Copy"))->addAction(QStringLiteral("ARN"));
    menu->setActiveAction(menu->actions().first());
    return menu;
}

} // namespace keyturn::gui_test
