// SPDX-License-Identifier: Apache-2.0
// How the tests of the dialogs find parts and work them. GUI thread.
#pragma once

#include "gui/harness/stage.h"
#include "ui/dialogs/key_picker.h"
#include "ui/widgets/context_grid.h"
#include "ui/widgets/inline_bar.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QDialog>
#include <QLineEdit>
#include <QPointer>
#include <QTest>

namespace keyturn::gui_test {

template <class T>
T &part(QWidget &root, const char *name) {
    T *found = root.findChild<T *>(QString::fromLatin1(name));
    if (found == nullptr) {
        qFatal("no part \"%s\"", name);
    }
    return *found;
}

/// Types into a key picker, as a person does, and leaves it.
inline void typeKey(ui::KeyPicker &picker, const QString &identifier) {
    auto *line = picker.findChild<QLineEdit *>();
    line->setFocus();
    line->selectAll();
    QTest::keyClicks(line, identifier);
    QTest::keyClick(line, Qt::Key_Tab);
    Stage::settle();
}

inline void press(QWidget &root, const char *name) {
    auto &button = part<QAbstractButton>(root, name);
    if (!button.isEnabled()) {
        qWarning("\"%s\" is off", name);
    }
    QTest::mouseClick(&button, Qt::LeftButton);
}

inline QString barTitle(QWidget &root) {
    auto *bar = root.findChild<widgets::InlineBar *>();
    return bar->isVisible() ? bar->news().title : QString();
}

inline QString barText(QWidget &root) {
    auto *bar = root.findChild<widgets::InlineBar *>();
    return bar->isVisible() ? bar->news().text : QString();
}

/// The question that is open over a dialog; nullptr: none.
inline QDialog *question(QWidget &root) {
    auto *dialog = root.findChild<QDialog *>(QStringLiteral("question"));
    return dialog != nullptr && dialog->isVisible() ? dialog : nullptr;
}

} // namespace keyturn::gui_test
