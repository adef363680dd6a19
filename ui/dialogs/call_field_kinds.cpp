// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/call_field_kinds.h"

#include "kms/encryption_context.h"
#include "kms/open_enum.h"
#include "ui/dialogs/context_pairs.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/key_picker.h"
#include "ui/models/key_words.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/blob_edit.h"
#include "ui/widgets/context_grid.h"
#include "ui/widgets/form.h"

#include <QComboBox>
#include <QFontMetrics>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>

namespace keyturn::ui {
namespace {

constexpr std::int64_t longText = 4096; ///< characters; longer members get several lines
constexpr int linesOfText = 4;
constexpr int linesOfList = 3;
constexpr int ticksShown = 6;

int heightOfLines(const QWidget &widget, int lines) {
    return widget.fontMetrics().lineSpacing() * lines + 2 * theme::metric::inside + 2 * theme::metric::unit;
}

QPlainTextEdit *linesEdit(QWidget *parent, int lines) {
    auto *edit = new QPlainTextEdit(parent);
    edit->setTabChangesFocus(true);
    edit->setFixedHeight(heightOfLines(*edit, lines));
    return edit;
}

tl::unexpected<Error> fault(const QString &sentence) {
    return fail(ErrorCode::Usage, sentence.toStdString());
}

template <class T>
T &made(const kms::Field &field, void *object) {
    return *static_cast<T *>(field.access->make(object));
}

} // namespace

TextField::TextField(const kms::Field &field, QWidget *parent)
    : CallField(field, parent) {
    if (field.maxLength > longText) {
        m_lines = linesEdit(this, linesOfText);
        setEditor(m_lines);
        connect(m_lines, &QPlainTextEdit::textChanged, this, &CallField::changed);
    } else {
        m_line = new QLineEdit(this);
        setEditor(m_line);
        connect(m_line, &QLineEdit::textChanged, this, &CallField::changed);
    }
}

QString TextField::text() const {
    return m_line != nullptr ? m_line->text() : m_lines->toPlainText();
}

bool TextField::isEmpty() const {
    return text().isEmpty();
}

Status TextField::fill(void *object) const {
    // A text that may be empty and has to be there is sent empty: it clears a description.
    if (!isEmpty() || (field().required && field().minLength <= 0)) {
        made<std::string>(field(), object) = text().toStdString();
    }
    return {};
}

WordField::WordField(const kms::Field &field, QWidget *parent)
    : CallField(field, parent)
    , m_line(new QLineEdit(this)) {
    m_line->setPlaceholderText(field.kind == kms::FieldKind::Time ? QStringLiteral("2026-11-22T04:17:00Z")
                                                                  : QString());
    setEditor(m_line);
    connect(m_line, &QLineEdit::textChanged, this, &CallField::changed);
}

bool WordField::isEmpty() const {
    return m_line->text().trimmed().isEmpty();
}

Status WordField::fill(void *object) const {
    if (isEmpty()) {
        return {};
    }
    const QString text = m_line->text().trimmed();
    if (field().kind == kms::FieldKind::Time) {
        const auto time = parseIso8601(text.toStdString());
        if (!time) {
            return fault(tr("%1 takes a time with its zone, such as 2026-11-22T04:17:00Z.").arg(name()));
        }
        made<Timestamp>(field(), object) = *time;
        return {};
    }
    bool isNumber = false;
    const qlonglong number = text.toLongLong(&isNumber);
    if (!isNumber) {
        return fault(tr("%1 takes a whole number.").arg(name()));
    }
    made<std::int64_t>(field(), object) = number;
    return {};
}

KeyField::KeyField(const DialogContext &context, const kms::Field &field, QWidget *parent)
    : CallField(field, parent)
    , m_picker(new KeyPicker(context, spokenName(), this)) {
    m_picker->setHint(idHintOf(field.idForms));
    setEditor(m_picker);
    connect(m_picker, &KeyPicker::changed, this, &CallField::changed);
}

bool KeyField::isEmpty() const {
    return m_picker->identifier().empty();
}

Status KeyField::fill(void *object) const {
    if (!isEmpty()) {
        made<std::string>(field(), object) = m_picker->identifier();
    }
    return {};
}

void KeyField::suggestKey(const std::string &key) {
    if (isEmpty()) {
        m_picker->setIdentifier(key);
    }
}

ChoiceField::ChoiceField(const kms::Field &field, QWidget *parent)
    : CallField(field, parent)
    , m_combo(new QComboBox(this)) {
    m_combo->addItem(field.required ? tr("Choose\u2026") : tr("Not set"));
    if (field.kind == kms::FieldKind::Boolean) {
        m_combo->addItem(tr("Yes"), true);
        m_combo->addItem(tr("No"), false);
    } else {
        for (const std::string_view each : field.enumeration().names) {
            m_combo->addItem(fromUtf8(each), fromUtf8(each));
        }
    }
    setEditor(m_combo);
    connect(m_combo, &QComboBox::currentIndexChanged, this, &CallField::changed);
}

bool ChoiceField::isEmpty() const {
    return m_combo->currentIndex() <= 0;
}

Status ChoiceField::fill(void *object) const {
    if (isEmpty()) {
        return {};
    }
    if (field().kind == kms::FieldKind::Boolean) {
        made<bool>(field(), object) = m_combo->currentData().toBool();
    } else {
        made<kms::OpenEnum>(field(), object)
            .setText(field().enumeration(), m_combo->currentData().toString().toStdString());
    }
    return {};
}

BlobField::BlobField(const kms::Field &field, QWidget *parent)
    : CallField(field, parent)
    , m_edit(new widgets::BlobEdit(spokenName(), this)) {
    m_edit->setPlaceholderText(tr("Base64, hex or text. Drop or open a file."));
    m_edit->setFixedHeight(heightOfLines(*m_edit, 7));
    setEditor(m_edit);
    connect(m_edit, &widgets::BlobEdit::changed, this, &CallField::changed);
    connect(m_edit, &widgets::BlobEdit::openRequested, this, [this] {
        requestOpenFile(this, tr("Open %1").arg(name()), {}, [this](const std::filesystem::path &file) {
            // What cannot be opened leaves the field as it is, and openFailed() says why.
            if (auto opened = m_edit->openFile(fromUtf8(file.string())); !opened) {
                m_edit->setFinding(fromUtf8(opened.error().detail));
            }
        });
    });
}

bool BlobField::isEmpty() const {
    return m_edit->isEmpty();
}

Status BlobField::fill(void *object) const {
    if (isEmpty()) {
        return {};
    }
    auto bytes = m_edit->bytes();
    if (!bytes) {
        return fault(tr("%1 cannot be read: %2.").arg(name(), fromUtf8(bytes.error().detail)));
    }
    made<Bytes>(field(), object) = std::move(*bytes);
    return {};
}

LinesField::LinesField(const kms::Field &field, QWidget *parent)
    : CallField(field, parent)
    , m_lines(linesEdit(this, linesOfList)) {
    setEditor(m_lines);
    connect(m_lines, &QPlainTextEdit::textChanged, this, &CallField::changed);
}

QStringList LinesField::lines() const {
    QStringList lines;
    for (const QString &line : m_lines->toPlainText().split(u'\n')) {
        if (!line.trimmed().isEmpty()) {
            lines << line.trimmed();
        }
    }
    return lines;
}

bool LinesField::isEmpty() const {
    return lines().isEmpty();
}

Status LinesField::fill(void *object) const {
    if (!isEmpty()) {
        auto &texts = made<std::vector<std::string>>(field(), object);
        for (const QString &line : lines()) {
            texts.push_back(line.toStdString());
        }
    }
    return {};
}

TicksField::TicksField(const kms::Field &field, QWidget *parent)
    : CallField(field, parent)
    , m_list(new QListWidget(this)) {
    for (const std::string_view each : field.enumeration().names) {
        auto *item = new QListWidgetItem(fromUtf8(each), m_list);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(Qt::Unchecked);
    }
    const int shown = std::min(m_list->count(), ticksShown);
    m_list->setFixedHeight(shown * theme::metric::tableRow + theme::metric::inside);
    setEditor(m_list);
    connect(m_list, &QListWidget::itemChanged, this, &CallField::changed);
}

bool TicksField::isEmpty() const {
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->checkState() == Qt::Checked) {
            return false;
        }
    }
    return true;
}

Status TicksField::fill(void *object) const {
    if (isEmpty()) {
        return {};
    }
    void *list = field().access->make(object);
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->checkState() == Qt::Checked) {
            static_cast<kms::OpenEnum *>(field().access->append(list))
                ->setText(field().enumeration(), m_list->item(row)->text().toStdString());
        }
    }
    return {};
}

PairsField::PairsField(const kms::Field &field, QWidget *parent)
    : CallField(field, parent)
    , m_grid(new widgets::ContextGrid(spokenName(), this)) {
    setEditor(m_grid);
    connect(m_grid, &widgets::ContextGrid::changed, this, &CallField::changed);
}

bool PairsField::isEmpty() const {
    return m_grid->pairs().empty();
}

Status PairsField::fill(void *object) const {
    if (isEmpty()) {
        return {};
    }
    if (!m_grid->isValid()) {
        return fault(m_grid->problem());
    }
    if (field().kind == kms::FieldKind::TextMap) {
        made<kms::EncryptionContext>(field(), object) = contextOf(m_grid->pairs());
        return {};
    }
    const auto members = field().structure().fields;
    void *list = field().access->make(object);
    for (const widgets::ContextPair &pair : m_grid->pairs()) {
        void *item = field().access->append(list);
        made<std::string>(members[0], item) = pair.name;
        made<std::string>(members[1], item) = pair.value;
    }
    return {};
}

StructureField::StructureField(const DialogContext &context, const kms::Field &field, QWidget *parent)
    : CallField(field, parent) {
    auto *form = new widgets::Form(this);
    for (const kms::Field &member : field.structure().fields) {
        CallField *editor = makeCallField(context, member, form);
        form->addRow(member.required ? editor->name() + QStringLiteral(" *") : editor->name(), editor,
                     hintOf(member));
        connect(editor, &CallField::changed, this, &CallField::changed);
        m_members << editor;
    }
    setEditor(form);
    setFocusProxy(m_members.isEmpty() ? nullptr : m_members.front());
}

bool StructureField::isEmpty() const {
    return std::all_of(m_members.begin(), m_members.end(),
                       [](const CallField *each) { return each->isEmpty(); });
}

Status StructureField::fill(void *object) const {
    if (isEmpty()) {
        return {};
    }
    void *inner = field().access->make(object);
    for (const CallField *member : m_members) {
        if (auto filled = member->fill(inner); !filled) {
            return filled;
        }
    }
    return {};
}

void StructureField::wipe() {
    for (CallField *member : m_members) {
        member->wipe();
    }
}

} // namespace keyturn::ui
