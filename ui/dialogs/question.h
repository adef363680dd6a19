// SPDX-License-Identifier: Apache-2.0
// ask(): a question before something is lost or destroyed; the only modal boxes there are. The verb stands on
// the button; Cancel is the default and Esc. The answer comes by callback, without a nested loop. GUI thread.
#pragma once

#include "ui/theme/roles.h"

#include <QString>
#include <QStringList>

#include <functional>
#include <optional>
#include <vector>

class QDialog;
class QWidget;

namespace keyturn::ui {

/// Another way out than the question's own verb.
struct QuestionChoice {
    QString verb; ///< "Save\u2026"
    std::function<void()> chosen;
};

struct Question {
    QString title;
    QString text;
    QString verb;                        ///< "Disable key"
    bool destroys = true;                ///< the button is marked as dangerous
    QString typed;                       ///< must be typed before the button works; empty: nothing
    std::vector<QuestionChoice> choices; ///< stand before the verb
    QStringList alsoTyped;               ///< other words that do as well
    /// Shows its stripe; the words that go with the colour stand in the text.
    std::optional<theme::Environment> environment;
};

/// Gives the dialog, whose finished() tells a no as well; it deletes itself.
QDialog *ask(QWidget *parent, const Question &question, std::function<void()> agreed);

} // namespace keyturn::ui
