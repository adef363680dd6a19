// SPDX-License-Identifier: Apache-2.0
// An Error as what an InlineBar shows: words from kms/error_text, the next step as a button's verb. Pure
// function.
#pragma once

#include "kms/error_text.h"
#include "ui/widgets/inline_bar.h"

namespace keyturn::ui {

/// `offer` false: no button, where the owner has no way to do the step.
widgets::News newsFor(const Error &error, const kms::ErrorCircumstances &circumstances = {},
                      bool offer = true);

/// The verb of a step, as on its button; empty for None.
QString verbOf(kms::NextStep step);

} // namespace keyturn::ui
