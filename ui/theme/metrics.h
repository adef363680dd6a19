// SPDX-License-Identifier: Apache-2.0
// The sizes of Keyturn in device-independent pixels. The one place that holds a size.
// Constants. Follows visual-language ("Space and size", "Motion and waiting").
#pragma once

#include <chrono>

namespace keyturn::theme::metric {

inline constexpr int unit = 4;
inline constexpr int insideTight = 4; ///< inside a control
inline constexpr int inside = 8;      ///< inside a control
inline constexpr int related = 8;     ///< between related controls
inline constexpr int group = 16;      ///< between groups
inline constexpr int pageMargin = 16;
inline constexpr int dialogMargin = 20;

inline constexpr int controlHeight = 30;
inline constexpr int compactHeight = 26;
inline constexpr int largeHeight = 40;   ///< first-run buttons
inline constexpr int buttonPadding = 14; ///< left and right of a button's words
inline constexpr int buttonMinWidth = 72;
inline constexpr int controlRadius = 6;
inline constexpr int cardRadius = 8;
inline constexpr int hairline = 1;

inline constexpr int focusGap = 1;
inline constexpr int focusWidth = 2;

inline constexpr int tableRow = 28;
inline constexpr int tableHeader = 30;
inline constexpr int selectionEdge = 3;

inline constexpr int formMaxWidth = 720;
inline constexpr int environmentStripe = 4;

inline constexpr int iconSmall = 16;
inline constexpr int iconLarge = 24;
inline constexpr int iconHero = 48; ///< empty states
inline constexpr int checkBox = 18;
inline constexpr int scrollBar = 12;
inline constexpr int progressHeight = 6;

inline constexpr std::chrono::milliseconds spinnerAfter{300};
inline constexpr std::chrono::milliseconds elapsedAfter{3000};
inline constexpr std::chrono::milliseconds slideIn{120};

} // namespace keyturn::theme::metric
