// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/inspect_dialog.h"
#include "ui/dialogs/dialog_frame.h"

#include "inspect/inspect.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/inspection_view.h"
#include "ui/models/key_words.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/blob_edit.h"

#include <QVBoxLayout>

namespace keyturn::ui {

namespace metric = theme::metric;

InspectDialog::InspectDialog(QWidget *parent)
    : QDialog(parent)
    , m_blob(new widgets::BlobEdit(tr("Ciphertext"), this))
    , m_view(new InspectionView(this)) {
    setObjectName(QStringLiteral("inspectDialog"));
    setWindowTitle(tr("Inspect"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_blob->setObjectName(QStringLiteral("inspect.blob"));
    m_blob->setPlaceholderText(tr("Paste a ciphertext. Drop or open a file."));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(metric::dialogMargin, metric::dialogMargin, metric::dialogMargin,
                               metric::dialogMargin);
    layout->setSpacing(metric::group);
    layout->addWidget(m_blob, 2);
    layout->addWidget(m_view, 3);
    connect(m_blob, &widgets::BlobEdit::changed, this, &InspectDialog::sourceChanged);
    connect(m_blob, &widgets::BlobEdit::openRequested, this, &InspectDialog::openFile);
    orderTabsAsLaidOut(*this);
    growWithContent(*this);
    resize(720, 600);
    m_blob->setFocus();
}

void InspectDialog::sourceChanged() {
    const auto bytes = m_blob->bytes();
    const std::string text = m_blob->text().toStdString();
    const bool asBytesGiven = bytes && (m_blob->kindIsChosen() || text.empty());
    const auto found = asBytesGiven ? inspect::inspect(*bytes) : inspect::inspect(asBytes(text));
    m_view->setInspection(found);
    m_blob->setFinding(m_blob->isEmpty() ? QString() : fromUtf8(inspect::title(found.kind)));
}

void InspectDialog::openFile() {
    requestOpenFile(this, tr("Open file"), {}, [this](const std::filesystem::path &file) {
        if (m_blob->openFile(fromUtf8(file.string()))) {
            if (auto found = inspect::inspectFile(file)) {
                m_view->setInspection(*found); // with the record beside the file
            }
        }
    });
}

} // namespace keyturn::ui
