// SPDX-License-Identifier: Apache-2.0
// "Known contexts" beside an encryption context: fills the grid with one that was used in this session or
// read from a record. GUI thread; the store is borrowed and outlives the grid.
#pragma once

namespace keyturn::widgets {
class ContextGrid;
}

namespace keyturn::ui {

class KnownContexts;

void offerKnownContexts(widgets::ContextGrid &grid, const KnownContexts &known);

} // namespace keyturn::ui
