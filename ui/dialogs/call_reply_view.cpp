// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/call_reply_view.h"

#include "base/atomic_file.h"
#include "ui/desktop/clipboard_guard.h"
#include "ui/dialogs/file_request.h"
#include "ui/models/key_words.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/secret_view.h"
#include "ui/widgets/section_header.h"

#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTabWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
constexpr int nameWidth = 240;
constexpr int leastTree = 140;

void addNodes(const std::vector<ReplyNode> &nodes, QTreeWidgetItem *parent) {
    for (const ReplyNode &node : nodes) {
        auto *item = new QTreeWidgetItem(parent, {node.name, node.value});
        item->setToolTip(1, node.value);
        addNodes(node.children, item);
    }
}

} // namespace

CallReplyView::CallReplyView(desktop::ClipboardGuard *clipboard, QWidget *parent)
    : QWidget(parent)
    , m_clipboard(clipboard)
    , m_words(new QLabel(this))
    , m_secretBox(new QWidget(this))
    , m_secretColumn(new QVBoxLayout(m_secretBox))
    , m_tabs(new QTabWidget(this)) {
    setObjectName(QStringLiteral("call.reply"));
    m_words->setObjectName(QStringLiteral("call.words"));
    m_words->setWordWrap(true);
    theme::setTone(*m_words, theme::ColorRole::MutedText);
    m_secretColumn->setContentsMargins(0, 0, 0, metric::related);
    m_secretColumn->setSpacing(metric::related);
    m_tabs->setObjectName(QStringLiteral("call.replyTabs"));
    m_tabs->setAccessibleName(tr("Reply as tree or JSON"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(makeTree(), tr("Members"));
    m_tabs->addTab(makeJson(), tr("JSON"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, metric::related, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(m_words);
    column->addWidget(m_secretBox);
    column->addWidget(m_tabs, 1);
    column->addStretch(0);
    setWords(tr("Nothing was asked yet."));
}

QWidget *CallReplyView::makeTree() {
    auto *page = new QWidget(this);
    m_tree = new QTreeWidget(page);
    m_tree->setObjectName(QStringLiteral("call.tree"));
    m_tree->setAccessibleName(tr("Members of the reply"));
    m_tree->setHeaderLabels({tr("Member"), tr("Value")});
    m_tree->header()->resizeSection(0, nameWidth);
    m_tree->setMinimumHeight(leastTree);
    auto *copy = new widgets::CopyButton(
        tr("value"),
        [this] { return m_tree->currentItem() == nullptr ? QString() : m_tree->currentItem()->text(1); },
        page);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, metric::related, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(m_tree, 1);
    column->addWidget(copy, 0, Qt::AlignLeft);
    return page;
}

QWidget *CallReplyView::makeJson() {
    auto *page = new QWidget(this);
    m_json = new QPlainTextEdit(page);
    m_json->setObjectName(QStringLiteral("call.json"));
    m_json->setAccessibleName(tr("Reply as JSON"));
    m_json->setReadOnly(true);
    m_json->setTabChangesFocus(true);
    theme::setTextRole(*m_json, theme::TextRole::Fixed);
    auto *copy = new widgets::CopyButton(
        tr("JSON"), [this] { return m_json->toPlainText(); }, page);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, metric::related, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(m_json, 1);
    column->addWidget(copy, 0, Qt::AlignLeft);
    return page;
}

void CallReplyView::focusMembers() {
    m_tabs->setCurrentIndex(0);
    m_tree->setFocus();
}

void CallReplyView::setReply(kms::AnyReply reply) {
    wipe();
    const QString requestId = fromUtf8(reply.requestId());
    ReplyTree tree = takeReply(std::move(reply));
    m_words->setText(tree.secrets.empty()
                         ? (requestId.isEmpty() ? QString() : tr("Request %1.").arg(requestId))
                         : tr("Secrets stand apart, hidden until they are shown; the JSON leaves them out."));
    m_words->setVisible(!m_words->text().isEmpty());
    addNodes(tree.nodes, m_tree->invisibleRootItem());
    m_tree->expandToDepth(1);
    m_tree->setCurrentItem(m_tree->topLevelItem(0));
    m_json->setPlainText(tree.json);
    for (ReplySecret &secret : tree.secrets) {
        addSecret(std::move(secret));
    }
    m_secretBox->setVisible(!m_secrets.isEmpty());
    const bool bare = tree.nodes.empty();
    m_tabs->setVisible(!bare);
    if (bare) {
        setWords(tr("Done. The service answered without any member."));
    }
}

void CallReplyView::addSecret(ReplySecret secret) {
    auto *view = new widgets::SecretView(secret.path, m_secretBox);
    view->setObjectName(QStringLiteral("call.secret.") + secret.path);
    view->setSecret(secret.bytes);
    m_secretColumn->addWidget(new widgets::SectionHeader(secret.path, m_secretBox));
    m_secretColumn->addWidget(view);
    connect(view, &widgets::SecretView::copyRequested, this,
            [this, view] { m_clipboard->lend(view->formatted().take()); });
    connect(view, &widgets::SecretView::saveRequested, this, [this, view] {
        requestSaveFile(this, tr("Save secret"), QStringLiteral("secret.bin"),
                        [this, view](const std::filesystem::path &file) {
                            if (!m_secrets.contains(view)) {
                                return; // wiped meanwhile
                            }
                            const auto written =
                                writeFileAtomically(file, view->copy().view(), {.mode = 0600});
                            if (!written) {
                                Q_EMIT failed(written.error());
                                return;
                            }
                            view->markSeen();
                            Q_EMIT saved(fromUtf8(file.string()));
                        });
    });
    m_secrets << view;
}

void CallReplyView::setWords(const QString &words) {
    wipe();
    m_words->setText(words);
    m_words->show();
    m_tabs->hide();
}

void CallReplyView::wipe() {
    for (widgets::SecretView *each : std::exchange(m_secrets, {})) {
        each->clear();
    }
    while (QLayoutItem *item = m_secretColumn->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_secretBox->hide();
    m_tree->clear();
    m_json->clear();
}

} // namespace keyturn::ui
