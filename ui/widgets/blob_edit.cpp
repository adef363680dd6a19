// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/blob_edit.h"

#include "ui/theme/control_kind.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/byte_counter.h"
#include "ui/widgets/icon_label.h"

#include <QAction>
#include <QBoxLayout>
#include <QClipboard>
#include <QDragEnterEvent>
#include <QFile>
#include <QFileInfo>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QUrl>

namespace keyturn::widgets {
namespace {

namespace metric = theme::metric;

constexpr int leastRows = 4;

} // namespace

BlobEdit::BlobEdit(const QString &what, QWidget *parent)
    : QWidget(parent)
    , m_what(what)
    , m_pages(new QStackedWidget(this))
    , m_editor(new QPlainTextEdit(this))
    , m_fileName(new QLabel(this))
    , m_fileSize(new QLabel(this))
    , m_kindChip(new QToolButton(this))
    , m_open(new QPushButton(tr("Open file"), this))
    , m_clipboard(new QPushButton(tr("Paste"), this))
    , m_clear(new QPushButton(tr("Clear"), this))
    , m_finding(new QLabel(this))
    , m_counter(new ByteCounter(0, this))
    , m_fault(new QLabel(this)) {
    m_editor->setObjectName(QStringLiteral("blobText"));
    m_editor->setAccessibleName(what);
    m_editor->setTabChangesFocus(true);
    m_editor->setAcceptDrops(false);
    m_editor->setWordWrapMode(QTextOption::WrapAnywhere);
    theme::setTextRole(*m_editor, theme::TextRole::Fixed);
    m_editor->setMinimumHeight(leastRows * QFontMetrics(m_editor->font()).lineSpacing() + 2 * metric::inside);
    m_editor->installEventFilter(this);
    m_pages->addWidget(m_editor);
    m_pages->addWidget(makeFilePage());
    m_kindChip->setObjectName(QStringLiteral("blobKind"));
    m_kindChip->setPopupMode(QToolButton::InstantPopup);
    m_kindChip->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_kindChip->setFocusPolicy(Qt::StrongFocus);
    theme::setControlSize(*m_kindChip, theme::ControlSize::Compact);
    makeKindMenu();
    m_open->setObjectName(QStringLiteral("blobOpen"));
    m_clipboard->setObjectName(QStringLiteral("blobPaste"));
    m_clear->setObjectName(QStringLiteral("blobClear"));
    for (QPushButton *button : {m_open, m_clipboard, m_clear}) {
        theme::setControlSize(*button, theme::ControlSize::Compact);
        theme::setButtonKind(*button, theme::ButtonKind::Quiet);
    }
    m_open->setIcon(theme::icon(theme::Icon::Open));
    m_clipboard->setIcon(theme::icon(theme::Icon::Paste));
    theme::setTone(*m_finding, theme::ColorRole::MutedText);
    theme::setTextRole(*m_finding, theme::TextRole::Caption);
    theme::setTone(*m_fault, theme::ColorRole::Danger);
    theme::setTextRole(*m_fault, theme::TextRole::Caption);
    m_fault->setWordWrap(true);

    auto *row = new QHBoxLayout;
    row->setSpacing(metric::unit);
    row->addWidget(m_kindChip);
    row->addWidget(m_open);
    row->addWidget(m_clipboard);
    row->addWidget(m_clear);
    row->addStretch(1);
    row->addWidget(m_finding);
    row->addWidget(m_counter);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metric::unit);
    layout->addWidget(m_pages, 1);
    layout->addLayout(row);
    layout->addWidget(m_fault);
    setAcceptDrops(true);

    connect(m_editor, &QPlainTextEdit::textChanged, this, [this] {
        refresh();
        Q_EMIT changed();
    });
    connect(m_open, &QPushButton::clicked, this, &BlobEdit::openRequested);
    connect(m_clear, &QPushButton::clicked, this, &BlobEdit::clear);
    connect(m_clipboard, &QPushButton::clicked, this,
            [this] { setText(QGuiApplication::clipboard()->text()); });
    connect(QGuiApplication::clipboard(), &QClipboard::dataChanged, this, &BlobEdit::offerClipboard);
    refresh();
}

QWidget *BlobEdit::makeFilePage() {
    auto *page = new QFrame(this);
    page->setFrameShape(QFrame::StyledPanel);
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addStretch(1);
    words->addWidget(m_fileName);
    words->addWidget(m_fileSize);
    words->addStretch(1);
    theme::setTone(*m_fileSize, theme::ColorRole::MutedText);
    auto *row = new QHBoxLayout(page);
    row->setContentsMargins(metric::group, metric::inside, metric::group, metric::inside);
    row->setSpacing(metric::related + metric::unit);
    auto *icon = new IconLabel(theme::Icon::File, theme::ColorRole::MutedText, page);
    icon->setSize(metric::iconLarge);
    row->addWidget(icon);
    row->addLayout(words, 1);
    return page;
}

void BlobEdit::makeKindMenu() {
    auto *menu = new QMenu(m_kindChip);
    QAction *guess = menu->addAction(tr("Detect by itself"));
    connect(guess, &QAction::triggered, this, &BlobEdit::chooseNoKind);
    menu->addSeparator();
    for (const BlobKind kind : {BlobKind::Base64, BlobKind::Hex, BlobKind::Raw, BlobKind::DataUrl,
                                BlobKind::TransitText, BlobKind::EncryptedField}) {
        QAction *act = menu->addAction(blobKindWord(kind));
        connect(act, &QAction::triggered, this, [this, kind] { chooseKind(kind); });
    }
    m_kindChip->setMenu(menu);
}

Result<Bytes> BlobEdit::bytes() const {
    if (m_file && !m_chosen) {
        return *m_file;
    }
    if (m_file) {
        return readBlob(asText(*m_file), *m_chosen);
    }
    return readBlob(m_editor->toPlainText().toStdString(), kind());
}

bool BlobEdit::isEmpty() const {
    return !m_file && m_editor->document()->isEmpty();
}

QString BlobEdit::text() const {
    return m_file ? QString() : m_editor->toPlainText();
}

QString BlobEdit::fileName() const {
    return m_file ? m_fileName->text() : QString();
}

QString BlobEdit::filePath() const {
    return m_file ? m_filePath : QString();
}

BlobKind BlobEdit::kind() const {
    if (m_chosen) {
        return *m_chosen;
    }
    return m_file ? BlobKind::Raw : guessBlobKind(m_editor->toPlainText().toStdString());
}

void BlobEdit::setText(const QString &text) {
    m_file.reset();
    m_chosen.reset();
    m_editor->setPlainText(text);
}

void BlobEdit::setBytes(const Bytes &bytes, const QString &fileName) {
    m_file = bytes;
    m_filePath.clear();
    showFile(fileName);
}

void BlobEdit::showFile(const QString &fileName) {
    m_chosen.reset();
    m_fileName->setText(fileName);
    m_fileSize->setText(tr("%1 bytes").arg(locale().toString(static_cast<qulonglong>(m_file->size()))));
    refresh();
    Q_EMIT changed();
}

Status BlobEdit::openFile(const QString &path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::FileNotFound, "the file cannot be opened for reading", ErrorOrigin::System);
    }
    if (file.size() > blobFileMaxBytes) {
        return fail(ErrorCode::Usage, "the file is larger than 16 MiB: it is no ciphertext of a KMS");
    }
    const QByteArray content = file.readAll();
    if (file.error() != QFileDevice::NoError) {
        return fail(ErrorCode::IoFailed, "the file could not be read to its end", ErrorOrigin::System);
    }
    m_file = Bytes(content.begin(), content.end());
    m_filePath = QFileInfo(path).absoluteFilePath();
    showFile(QFileInfo(path).fileName());
    return {};
}

void BlobEdit::setReadOnly(bool readOnly) {
    m_readOnly = readOnly;
    m_editor->setReadOnly(readOnly);
    setAcceptDrops(!readOnly);
    refresh();
}

void BlobEdit::setPlaceholderText(const QString &text) {
    m_editor->setPlaceholderText(text);
}

void BlobEdit::setLinesTaken(int count) {
    m_linesTaken = count;
    refresh();
}

void BlobEdit::setFinding(const QString &finding) {
    m_finding->setText(finding);
}

void BlobEdit::clear() {
    setText({});
    refresh();
}

void BlobEdit::chooseKind(BlobKind kind) {
    m_chosen = kind;
    refresh();
    Q_EMIT changed();
}

void BlobEdit::chooseNoKind() {
    m_chosen.reset();
    refresh();
    Q_EMIT changed();
}

void BlobEdit::refresh() {
    m_pages->setCurrentIndex(m_file ? 1 : 0);
    const bool lines = m_linesTaken > 1 && !m_chosen && !m_file;
    const QString word = lines ? tr("%1 lines, each a ciphertext").arg(m_linesTaken) : blobKindWord(kind());
    m_kindChip->setText(m_chosen ? tr("%1 (chosen)").arg(word) : word);
    m_kindChip->setAccessibleName(tr("%1 is read as: %2").arg(m_what, word));
    m_kindChip->setToolTip(tr("How the text is read. Choose another reading if this is wrong."));
    m_kindChip->setVisible(!isEmpty());
    const auto read = bytes();
    m_counter->setCount(read ? read->size() : 0);
    m_counter->setVisible(!isEmpty() && read.has_value() && !lines);
    m_fault->setText(
        read || lines
            ? QString()
            : tr("This cannot be read as %1: %2.").arg(word, QString::fromStdString(read.error().detail)));
    m_fault->setVisible(!m_fault->text().isEmpty());
    m_editor->setAccessibleDescription(m_fault->text());
    m_open->setVisible(!m_readOnly);
    m_clear->setVisible(!m_readOnly && !isEmpty());
    offerClipboard();
}

void BlobEdit::offerClipboard() {
    // Whether there is text is asked, what it says is not.
    const QMimeData *held = QGuiApplication::clipboard()->mimeData();
    m_clipboard->setVisible(!m_readOnly && isEmpty());
    m_clipboard->setEnabled(held != nullptr && held->hasText());
    m_clipboard->setToolTip(m_clipboard->isEnabled() ? QString() : tr("The clipboard holds no text"));
}

void BlobEdit::dragEnterEvent(QDragEnterEvent *event) {
    if (event->mimeData()->hasText() || event->mimeData()->hasUrls()) {
        event->acceptProposedAction();
    }
}

void BlobEdit::dropEvent(QDropEvent *event) {
    takeDrop(*event->mimeData());
    event->acceptProposedAction();
}

void BlobEdit::takeDrop(const QMimeData &dropped) {
    QStringList paths;
    for (const QUrl &url : dropped.urls()) {
        if (url.isLocalFile()) {
            paths << url.toLocalFile();
        }
    }
    if (paths.size() > 1) {
        Q_EMIT filesDropped(paths);
    } else if (paths.size() == 1) {
        const Status opened = openFile(paths.first());
        if (!opened) {
            Q_EMIT openFailed(QString::fromStdString(opened.error().detail));
        }
    } else if (dropped.hasText()) {
        setText(dropped.text());
    }
}

bool BlobEdit::eventFilter(QObject *watched, QEvent *event) {
    if (watched == m_editor && event->type() == QEvent::KeyPress) {
        const auto &key = *static_cast<QKeyEvent *>(event);
        const bool enter = key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter;
        if (enter && key.modifiers().testFlag(Qt::ControlModifier)) {
            Q_EMIT submitRequested();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace keyturn::widgets
