// SPDX-License-Identifier: Apache-2.0
// ask(): a question before something is lost or destroyed; the only modal boxes there are. The verb stands on
// the button; Cancel is the default and Esc. The answer comes by callback, without a nested loop. GUI thread.
#pragma once

#include <QString>

#include <functional>

class QWidget;

namespace keyturn::ui {

struct Question {
    QString title;
    QString text;
    QString verb;         ///< "Disable key"
    bool destroys = true; ///< the button is marked as dangerous
    QString typed;        ///< must be typed before the button works; empty: nothing
};

void ask(QWidget *parent, const Question &question, std::function<void()> agreed);

} // namespace keyturn::ui
