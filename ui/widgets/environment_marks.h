// SPDX-License-Identifier: Apache-2.0
// What environment one works in, everywhere the same: a stripe under the title bar, a chip beside the
// profile's name, a header on dialogs that act (a solid band when they destroy something in production).
// The colour never stands alone: the environment's word and the profile's own name stand with it.
// GUI thread. Follows visual-language ("Environment").
#pragma once

#include "ui/theme/roles.h"

#include <QString>
#include <QWidget>

class QLabel;

namespace keyturn::widgets {

/// "Production": the word that stands with the colour.
QString environmentWord(theme::Environment environment);

/// A chip into any rectangle, for delegates; `width` tells how wide one is.
int environmentChipWidth(const QFont &font, const QString &text);
void paintEnvironmentChip(QPainter &painter, const QRect &rect, theme::Environment environment,
                          const QString &text);

class EnvironmentStripe final : public QWidget {
    Q_OBJECT
public:
    explicit EnvironmentStripe(QWidget *parent = nullptr);
    void setEnvironment(theme::Environment environment);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    theme::Environment m_environment = theme::Environment::Local;
};

class EnvironmentChip final : public QWidget {
    Q_OBJECT
public:
    explicit EnvironmentChip(QWidget *parent = nullptr);
    /// `profile` is the profile's own name; empty shows the environment's word alone.
    void setProfile(theme::Environment environment, const QString &profile);
    QString text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    theme::Environment m_environment = theme::Environment::Local;
    QString m_text;
};

/// Who acts and where: title, profile, account and Region at the head of a dialog.
struct ActingIn {
    theme::Environment environment = theme::Environment::Local;
    QString profile;
    QString account; ///< "111122223333" or the vault's name
    QString region;
    bool destroys = false; ///< production then has a solid band
};

class EnvironmentHeader final : public QWidget {
    Q_OBJECT
public:
    EnvironmentHeader(const QString &title, const ActingIn &acting, QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    bool isBand() const;
    void colourWords();

    ActingIn m_acting;
    QLabel *m_title;
    QLabel *m_where;
};

} // namespace keyturn::widgets
