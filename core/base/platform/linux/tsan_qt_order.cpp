// SPDX-License-Identifier: Apache-2.0
// For the TSan build only. Debian's Qt is not built with TSan, which therefore does not see that what came
// before QMetaObject::invokeMethod comes before the task that runs on the other thread, and takes every task
// for a race. The linker sends our calls here (--wrap, cmake/KeyturnOptions.cmake); the wrapped task says so
// to TSan. So races of ours can be looked for although they run below Qt's event loop. Any thread.
#include <QObject>

// Of sanitizer/tsan_interface.h.
extern "C" void __tsan_acquire(void *address);
extern "C" void __tsan_release(void *address);

#define KEYTURN_INVOKE                                                                                       \
    _ZN11QMetaObject16invokeMethodImplEP7QObjectPN9QtPrivate15QSlotObjectBaseEN2Qt14ConnectionTypeEPv
#define KEYTURN_JOIN2(a, b) a##b
#define KEYTURN_JOIN(a, b) KEYTURN_JOIN2(a, b)

using QtPrivate::QSlotObjectBase;

extern "C" bool KEYTURN_JOIN(__real_, KEYTURN_INVOKE)(QObject *object, QSlotObjectBase *slot,
                                                      Qt::ConnectionType type, void *result);

namespace {

char taskEnded = 0;

class OrderedTask final : public QSlotObjectBase {
public:
    explicit OrderedTask(QSlotObjectBase *task)
        : QSlotObjectBase(&act)
        , m_task(task) {}

private:
    static void act(int which, QSlotObjectBase *self, QObject *receiver, void **arguments, bool *) {
        __tsan_acquire(self);
        auto *ordered = static_cast<OrderedTask *>(self);
        if (which == Call) {
            ordered->m_task->call(receiver, arguments);
            __tsan_release(&taskEnded);
            __tsan_release(self); // the thread that posted may be the one that destroys
        } else if (which == Destroy) {
            ordered->m_task->destroyIfLastRef();
            delete ordered;
        }
    }
    QSlotObjectBase *m_task;
};

} // namespace

extern "C" bool KEYTURN_JOIN(__wrap_, KEYTURN_INVOKE)(QObject *object, QSlotObjectBase *slot,
                                                      Qt::ConnectionType type, void *result) {
    auto *task = new OrderedTask(slot);
    __tsan_release(task);
    const bool done = KEYTURN_JOIN(__real_, KEYTURN_INVOKE)(object, task, type, result);
    if (type == Qt::BlockingQueuedConnection) {
        __tsan_acquire(&taskEnded);
    }
    return done;
}
