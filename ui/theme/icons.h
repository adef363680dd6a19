// SPDX-License-Identifier: Apache-2.0
// Keyturn's icons: one name each, rendered from SVG in a role's colour at any resolution. An icon follows
// the theme without being made again; disabled it is muted. GUI thread. No errors: every name has its
// file, a test walks them. resources/icons/README.md says what each one is for.
#pragma once

#include "ui/theme/roles.h"

#include <QIcon>
#include <QString>

#include <cstdint>

class QPainter;
class QRectF;

namespace keyturn::theme {

enum class Icon : std::uint8_t {
    // states of a key
    StateEnabled,
    StateDisabled,
    StatePendingDeletion,
    StatePendingImport,
    StateUnavailable,
    StateChanging,
    // acts on keys
    Key,
    CreateKey,
    Rotate,
    Enable,
    Disable,
    Delete,
    CancelDeletion,
    Encrypt,
    Decrypt,
    ReEncrypt,
    DataKey,
    Inspect,
    Alias,
    Material,
    Import,
    // things
    Vault,
    Folder,
    File,
    Profile,
    Connect,
    Server,
    History,
    Calendar,
    Clock,
    // acts on text and files
    Copy,
    CopyCommand,
    Paste,
    Save,
    Open,
    Edit,
    Swap,
    // safety
    Lock,
    Unlock,
    Reveal,
    Hide,
    // finding
    Search,
    Filter,
    Columns,
    Refresh,
    Settings,
    // messages
    Warning,
    Error,
    Info,
    Success,
    Help,
    // small acts
    Close,
    Cancel,
    Add,
    Remove,
    More,
    Back,
    Forward,
    Check,
    ChevronDown,
    ChevronUp,
    ChevronRight,
    // the product
    Mark,
    Count_, ///< number of icons; never an icon
};

/// "re-encrypt": the file's name without ".svg".
QString iconName(Icon icon);

/// An icon in a role's colour (Text for toolbars and menus, the state's own role for states).
QIcon icon(Icon icon, ColorRole role = ColorRole::Text);

/// The product's mark, for windows.
QIcon applicationIcon();

/// Paints an icon into a rectangle, in any colour.
void paintIcon(QPainter &painter, const QRectF &rect, Icon icon, const QColor &color);

} // namespace keyturn::theme
