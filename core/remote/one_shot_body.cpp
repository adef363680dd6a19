// SPDX-License-Identifier: Apache-2.0
#include "remote/one_shot_body.h"

#include <algorithm>
#include <cstring>

namespace keyturn::remote {

qint64 OneShotBody::readData(char *data, qint64 maxSize) {
    const std::size_t size = std::min(m_payload.body.size(), static_cast<std::size_t>(maxSize));
    if (size == 0 || !m_payload.gate->pass()) {
        return -1; // the end, not "nothing yet"
    }
    std::memcpy(data, m_payload.body.data(), size);
    m_payload.body.remove_prefix(size);
    return qint64(size);
}

} // namespace keyturn::remote
