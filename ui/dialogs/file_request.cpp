// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/file_request.h"

#include <QFileDialog>
#include <QSettings>

namespace keyturn::ui {
namespace {

const QString folderKey = QStringLiteral("dialogs/folder");

std::filesystem::path toPath(const QString &file) {
    return QFile::encodeName(file).toStdString();
}

void request(QWidget *parent, const QString &title, QFileDialog::AcceptMode accept,
             QFileDialog::FileMode mode, const QString &suggestedName, const QString &nameFilter,
             FilesChosen chosen) {
    auto *dialog = new QFileDialog(parent, title, QSettings().value(folderKey).toString(), nameFilter);
    dialog->setObjectName(QStringLiteral("fileRequest"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setAcceptMode(accept);
    dialog->setFileMode(mode);
    if (!suggestedName.isEmpty()) {
        dialog->selectFile(suggestedName);
    }
    QObject::connect(dialog, &QFileDialog::filesSelected, parent,
                     [chosen = std::move(chosen)](const QStringList &files) {
                         std::vector<std::filesystem::path> paths;
                         for (const QString &file : files) {
                             paths.push_back(toPath(file));
                         }
                         QSettings().setValue(folderKey, QFileInfo(files.value(0)).absolutePath());
                         chosen(paths);
                     });
    dialog->open();
}

FilesChosen firstOf(FileChosen chosen) {
    return [chosen = std::move(chosen)](const std::vector<std::filesystem::path> &paths) {
        chosen(paths.front());
    };
}

} // namespace

void requestSaveFile(QWidget *parent, const QString &title, const QString &suggestedName, FileChosen chosen) {
    request(parent, title, QFileDialog::AcceptSave, QFileDialog::AnyFile, suggestedName, {},
            firstOf(std::move(chosen)));
}

void requestOpenFile(QWidget *parent, const QString &title, const QString &nameFilter, FileChosen chosen) {
    request(parent, title, QFileDialog::AcceptOpen, QFileDialog::ExistingFile, {}, nameFilter,
            firstOf(std::move(chosen)));
}

void requestOpenFiles(QWidget *parent, const QString &title, FilesChosen chosen) {
    request(parent, title, QFileDialog::AcceptOpen, QFileDialog::ExistingFiles, {}, {}, std::move(chosen));
}

void requestFolder(QWidget *parent, const QString &title, FileChosen chosen) {
    request(parent, title, QFileDialog::AcceptOpen, QFileDialog::Directory, {}, {},
            firstOf(std::move(chosen)));
}

} // namespace keyturn::ui
