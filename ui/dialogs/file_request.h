// SPDX-License-Identifier: Apache-2.0
// Asks for files without blocking: the answer comes by callback, a cancelled question gives none. Remembers
// the folder between runs. Qt's own dialog, not the desktop portal's: a process that is not dumpable cannot
// use the portal (reliability-security.md section 6, "Core dumps, ptrace"). GUI thread.
#pragma once

#include <QString>

#include <filesystem>
#include <functional>
#include <vector>

class QWidget;

namespace keyturn::ui {

using FileChosen = std::function<void(const std::filesystem::path &)>;
using FilesChosen = std::function<void(const std::vector<std::filesystem::path> &)>;

/// A file that exists was confirmed to be replaced.
void requestSaveFile(QWidget *parent, const QString &title, const QString &suggestedName, FileChosen chosen);
void requestOpenFile(QWidget *parent, const QString &title, const QString &nameFilter, FileChosen chosen);
void requestOpenFiles(QWidget *parent, const QString &title, FilesChosen chosen);
void requestFolder(QWidget *parent, const QString &title, FileChosen chosen);

} // namespace keyturn::ui
