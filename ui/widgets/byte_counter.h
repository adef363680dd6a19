// SPDX-License-Identifier: Apache-2.0
// ByteCounter: "312 of 4,096 bytes", in danger and in words when over the limit. GUI thread.
#pragma once

#include <QLabel>

#include <cstddef>

namespace keyturn::widgets {

class ByteCounter final : public QLabel {
    Q_OBJECT
public:
    explicit ByteCounter(std::size_t limitBytes, QWidget *parent = nullptr);
    void setCount(std::size_t bytes);
    void setLimit(std::size_t limitBytes); ///< 0: no limit
    bool isOver() const { return m_limit != 0 && m_count > m_limit; }

Q_SIGNALS:
    void overChanged(bool over);

private:
    void refresh(bool wasOver);

    std::size_t m_limit;
    std::size_t m_count = 0;
};

} // namespace keyturn::widgets
