// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/secret_edit_access.h"

#include "ui/widgets/secret_edit.h"

#include <QAccessible>
#include <QAccessibleWidget>

namespace keyturn::widgets {

class SecretEditAccess final : public QAccessibleWidget,
                               public QAccessibleTextInterface,
                               public QAccessibleEditableTextInterface {
public:
    explicit SecretEditAccess(SecretEdit *edit)
        : QAccessibleWidget(edit, QAccessible::EditableText)
        , m_edit(edit) {}

    QString text(QAccessible::Text kind) const override {
        return kind == QAccessible::Value ? bullets(0, characterCount()) : QAccessibleWidget::text(kind);
    }
    QAccessible::State state() const override {
        QAccessible::State state = QAccessibleWidget::state();
        state.passwordEdit = true;
        state.editable = true;
        state.selectableText = true;
        return state;
    }
    void *interface_cast(QAccessible::InterfaceType type) override {
        if (type == QAccessible::TextInterface) {
            return static_cast<QAccessibleTextInterface *>(this);
        }
        if (type == QAccessible::EditableTextInterface) {
            return static_cast<QAccessibleEditableTextInterface *>(this);
        }
        return QAccessibleWidget::interface_cast(type);
    }

    // text
    int characterCount() const override { return static_cast<int>(m_edit->characters()); }
    int cursorPosition() const override {
        return static_cast<int>(buffer().charactersBefore(m_edit->m_editing.cursor()));
    }
    void setCursorPosition(int position) override { m_edit->m_editing.moveTo(offset(position), false); }
    QString text(int start, int end) const override { return bullets(start, end); }
    void selection(int, int *start, int *end) const override {
        *start = static_cast<int>(buffer().charactersBefore(m_edit->m_editing.selectionStart()));
        *end = static_cast<int>(buffer().charactersBefore(m_edit->m_editing.selectionEnd()));
    }
    int selectionCount() const override { return m_edit->m_editing.hasSelection() ? 1 : 0; }
    void addSelection(int start, int end) override { setSelection(0, start, end); }
    void removeSelection(int) override { setCursorPosition(cursorPosition()); }
    void setSelection(int, int start, int end) override {
        m_edit->m_editing.moveTo(offset(start), false);
        m_edit->m_editing.moveTo(offset(end), true);
        m_edit->update();
    }
    QRect characterRect(int) const override { return rect(); }
    int offsetAtPoint(const QPoint &point) const override {
        return static_cast<int>(
            buffer().charactersBefore(m_edit->positionAt(m_edit->mapFromGlobal(point).x())));
    }
    void scrollToSubstring(int, int) override {}
    QString attributes(int, int *start, int *end) const override {
        *start = 0;
        *end = characterCount();
        return {};
    }

    // editable text
    void deleteText(int start, int end) override {
        m_edit->m_editing.moveTo(offset(start), false);
        m_edit->m_editing.moveTo(offset(end), true);
        m_edit->insertText({});
    }
    void insertText(int at, const QString &text) override {
        m_edit->m_editing.moveTo(offset(at), false);
        m_edit->insertText(text);
        wipeOwned(text);
    }
    void replaceText(int start, int end, const QString &text) override {
        m_edit->m_editing.moveTo(offset(start), false);
        m_edit->m_editing.moveTo(offset(end), true);
        m_edit->insertText(text);
        wipeOwned(text);
    }

private:
    const SecretBuffer &buffer() const { return m_edit->m_editing.buffer(); }
    std::size_t offset(int character) const {
        std::size_t at = 0;
        for (int i = 0; i < character && at < buffer().sizeBytes(); ++i) {
            at = buffer().next(at);
        }
        return at;
    }
    QString bullets(int start, int end) const { return QString(std::max(0, end - start), QChar(0x2022)); }

    SecretEdit *m_edit;
};

namespace {

QAccessibleInterface *makeAccess(const QString &, QObject *object) {
    auto *edit = qobject_cast<SecretEdit *>(object);
    return edit != nullptr ? new SecretEditAccess(edit) : nullptr;
}

} // namespace

void installSecretEditAccess() {
    static bool installed = false;
    if (!installed) {
        installed = true;
        QAccessible::installFactory(makeAccess);
    }
}

} // namespace keyturn::widgets
