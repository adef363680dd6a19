// SPDX-License-Identifier: Apache-2.0
#include "kms/open_enum.h"

namespace keyturn::kms {

void OpenEnum::setText(const EnumInfo &info, std::string_view text) {
    m_index.reset();
    m_text.clear();
    for (std::size_t i = 0; i < info.names.size(); ++i) {
        if (info.names[i] == text) {
            m_index = static_cast<std::uint8_t>(i);
            return;
        }
    }
    m_text = text;
}

} // namespace keyturn::kms
