// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/copy_button.h"

#include "ui/theme/icons.h"

#include <QAccessible>
#include <QClipboard>
#include <QGuiApplication>
#include <QTimer>

#include <chrono>

namespace keyturn::widgets {
namespace {

constexpr std::chrono::milliseconds saysCopiedFor{2000};

} // namespace

CopyButton::CopyButton(const QString &what, std::function<QString()> source, QWidget *parent)
    : QToolButton(parent)
    , m_label(tr("Copy %1").arg(what))
    , m_source(std::move(source))
    , m_back(new QTimer(this)) {
    setObjectName(QStringLiteral("copy"));
    setAutoRaise(true);
    setFocusPolicy(Qt::StrongFocus);
    m_back->setSingleShot(true);
    connect(m_back, &QTimer::timeout, this, &CopyButton::showIdle);
    connect(this, &QToolButton::clicked, this, &CopyButton::copy);
    showIdle();
}

void CopyButton::setAsCommand() {
    m_asCommand = true;
    m_label = tr("Copy as command");
    showIdle();
}

void CopyButton::copy() {
    QGuiApplication::clipboard()->setText(m_source());
    setIcon(theme::icon(theme::Icon::Check, theme::ColorRole::Good));
    setAccessibleName(tr("Copied"));
    setToolTip(tr("Copied"));
    QAccessibleEvent changed(this, QAccessible::NameChanged);
    QAccessible::updateAccessibility(&changed);
    m_back->start(saysCopiedFor);
    Q_EMIT copied();
}

void CopyButton::showIdle() {
    setIcon(theme::icon(m_asCommand ? theme::Icon::CopyCommand : theme::Icon::Copy));
    setAccessibleName(m_label);
    setToolTip(m_label);
}

} // namespace keyturn::widgets
