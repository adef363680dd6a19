// SPDX-License-Identifier: Apache-2.0
// RecoverySheet: a fresh recovery code, to be written down: shown masked, revealed for a time, saved to a
// file of mode 0600, or typed back. Only a code that was kept in one of these two ways may be used; until
// then it opens nothing. The code lives in secret memory and goes with wipe(). GUI thread. Owner: a dialog.
#pragma once

#include "base/result.h"
#include "base/secret_bytes.h"

#include <QWidget>

namespace keyturn::widgets {
class Form;
class InlineBar;
class SecretEdit;
class SecretView;
} // namespace keyturn::widgets

namespace keyturn::ui {

class RecoverySheet : public QWidget {
    Q_OBJECT

public:
    /// `bar` says what was saved or went wrong.
    explicit RecoverySheet(widgets::InlineBar *bar, QWidget *parent = nullptr);

    /// Drafts a code and shows it. Errors: CryptoFailed.
    Status make();
    /// Something was typed back, or the code is in a file: worth asking kept().
    bool mayBeKept() const;
    /// Whether the person has the code: saved, or typed back without a mistake. A mistake is said in place.
    bool kept();
    SecretBytes code() const;
    void wipe();

Q_SIGNALS:
    void changed();
    void submitted(); ///< Enter in the field

private:
    void save();

    widgets::InlineBar *m_bar;
    widgets::SecretView *m_code;
    widgets::SecretEdit *m_typed;
    widgets::Form *m_form;
    bool m_saved = false;
};

} // namespace keyturn::ui
