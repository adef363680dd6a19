// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/quiet_driver.h"

#include <QtCore/QLoggingCategory>

namespace keyturn::reencrypt {

QuietDriver::QuietDriver(SqlDialect dialect)
    : m_wasLoud(dialect == SqlDialect::Odbc && QLoggingCategory::defaultCategory()->isEnabled(QtWarningMsg)) {
    if (m_wasLoud) {
        QLoggingCategory::defaultCategory()->setEnabled(QtWarningMsg, false);
    }
}

QuietDriver::~QuietDriver() {
    if (m_wasLoud) {
        QLoggingCategory::defaultCategory()->setEnabled(QtWarningMsg, true);
    }
}

} // namespace keyturn::reencrypt
