// SPDX-License-Identifier: Apache-2.0
// Qt's lower-case keywords are off: they collide with other libraries' names.
#include <QObject>

class Source : public QObject {
public:
    void tell() {
#ifdef MISUSE
        emit destroyed();
#else
        Q_EMIT destroyed();
#endif
    }
};
