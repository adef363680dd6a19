// SPDX-License-Identifier: Apache-2.0
#include "remote/one_shot_body.h"

#include <algorithm>
#include <cstring>

namespace keyturn::remote {

qint64 OneShotBody::readData(char *data, qint64 maxSize) {
    const std::size_t size = std::min(m_body.size(), static_cast<std::size_t>(maxSize));
    if (size == 0) {
        return -1; // the end, not "nothing yet"
    }
    std::memcpy(data, m_body.data(), size);
    m_body.remove_prefix(size);
    return qint64(size);
}

} // namespace keyturn::remote
