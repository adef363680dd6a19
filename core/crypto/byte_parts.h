// SPDX-License-Identifier: Apache-2.0
// ByteParts: several byte views taken as one message, without joining them in memory. Only for parameters:
// it points at the caller's views, which must outlive the call. Plain value, no thread rule.
#pragma once

#include "base/bytes.h"

#include <initializer_list>
#include <span>

namespace keyturn::crypto {

class ByteParts {
public:
    ByteParts() = default;
    ByteParts(const ByteView &single)
        : m_views(&single, 1) {}
    ByteParts(std::span<const ByteView> views)
        : m_views(views) {}
    ByteParts(std::initializer_list<ByteView> views) { m_views = {views.begin(), views.size()}; }

    auto begin() const { return m_views.begin(); }
    auto end() const { return m_views.end(); }

private:
    std::span<const ByteView> m_views;
};

} // namespace keyturn::crypto
