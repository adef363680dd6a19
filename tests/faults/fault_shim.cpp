// SPDX-License-Identifier: Apache-2.0
// A library for LD_PRELOAD that counts the calls by which a program changes files below one folder, and makes
// the k-th of them fail. See README.md. Not instrumented, no C++ runtime: it sits below the sanitizers too.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

enum class Mode { Count, Kill, Tear, Eio, Enospc, DiskFull, ShortWrite, Interrupt };

struct Plan {
    Mode mode = Mode::Count;
    long at = 0;
    char prefix[PATH_MAX] = "";
    size_t prefixLength = 0;
    int trace = -1;
};

Plan plan;
long callCount = 0; // atomic accesses only

constexpr struct {
    const char *name;
    Mode mode;
} modeNames[] = {
    {"count", Mode::Count},      {"kill", Mode::Kill},       {"tear", Mode::Tear},
    {"eio", Mode::Eio},          {"enospc", Mode::Enospc},   {"full", Mode::DiskFull},
    {"short", Mode::ShortWrite}, {"eintr", Mode::Interrupt},
};

void say(const char *format, ...) {
    char line[PATH_MAX + 128];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (plan.trace >= 0 && length > 0) {
        syscall(SYS_write, plan.trace, line, static_cast<size_t>(length));
    }
}

__attribute__((constructor)) void readPlan() {
    const char *prefix = getenv("KEYTURN_FAULT_PREFIX");
    const char *mode = getenv("KEYTURN_FAULT_MODE");
    const char *at = getenv("KEYTURN_FAULT_AT");
    const char *trace = getenv("KEYTURN_FAULT_TRACE");
    if (prefix == nullptr || prefix[0] != '/' || mode == nullptr) {
        return;
    }
    for (const auto &row : modeNames) {
        if (strcmp(row.name, mode) == 0) {
            plan.mode = row.mode;
        }
    }
    plan.at = at != nullptr ? atol(at) : 0;
    if (trace != nullptr) {
        plan.trace = static_cast<int>(
            syscall(SYS_openat, AT_FDCWD, trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    }
    snprintf(plan.prefix, sizeof plan.prefix, "%s", prefix);
    plan.prefixLength = strlen(plan.prefix);
    unsetenv("LD_PRELOAD"); // this program only, not those that it starts
}

bool isWatched(const char *path) {
    return plan.prefixLength != 0 && strncmp(path, plan.prefix, plan.prefixLength) == 0 &&
           (path[plan.prefixLength] == '/' || path[plan.prefixLength] == '\0');
}

bool pathOfDescriptor(int descriptor, char (&path)[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    return length > 0;
}

/// The absolute form of a name given to an ...at call; symbolic links in it are not resolved.
bool pathOfName(int folder, const char *name, char (&path)[PATH_MAX]) {
    if (name[0] == '/') {
        snprintf(path, sizeof path, "%s", name);
        return true;
    }
    char base[PATH_MAX];
    const bool known =
        folder == AT_FDCWD ? syscall(SYS_getcwd, base, sizeof base) > 0 : pathOfDescriptor(folder, base);
    return known && snprintf(path, sizeof path, "%s/%s", base, name) < PATH_MAX;
}

enum class Verdict { Pass, Fail, Half };

[[noreturn]] void die() {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) {
        pause();
    }
}

/// Counts one call and says what becomes of it; Fail leaves errno set. `bytes` is 0 for calls that write
/// none.
Verdict judge(const char *call, const char *path, size_t bytes) {
    const long number = __atomic_add_fetch(&callCount, 1, __ATOMIC_SEQ_CST);
    const bool writes = bytes != 0;
    const bool due = number == plan.at || (plan.mode == Mode::DiskFull && writes && number > plan.at);
    say("%ld %s %zu %s\n", number, call, bytes, path);
    if (plan.mode == Mode::Count || plan.at == 0 || !due) {
        return Verdict::Pass;
    }
    if (number == plan.at) {
        say("! %ld\n", number);
    }
    switch (plan.mode) {
    case Mode::Kill:
        die();
    case Mode::Tear:
        return writes ? Verdict::Half : (die(), Verdict::Fail);
    case Mode::ShortWrite:
        return bytes > 1 ? Verdict::Half : Verdict::Pass;
    case Mode::Eio:
        errno = EIO;
        return Verdict::Fail;
    case Mode::Interrupt:
        errno = EINTR;
        return Verdict::Fail;
    case Mode::Enospc:
    case Mode::DiskFull:
        errno = ENOSPC;
        return Verdict::Fail;
    case Mode::Count:
        break;
    }
    return Verdict::Pass;
}

Verdict judgeDescriptor(const char *call, int descriptor, size_t bytes) {
    const int before = errno;
    char path[PATH_MAX];
    const bool watched = plan.prefixLength != 0 && pathOfDescriptor(descriptor, path) && isWatched(path);
    errno = before;
    return watched ? judge(call, path, bytes) : Verdict::Pass;
}

Verdict judgeName(const char *call, int folder, const char *name) {
    const int before = errno;
    char path[PATH_MAX];
    const bool watched = plan.prefixLength != 0 && pathOfName(folder, name, path) && isWatched(path);
    errno = before;
    return watched ? judge(call, path, 0) : Verdict::Pass;
}

template <class Function>
Function *next(const char *name) {
    return reinterpret_cast<Function *>(dlsym(RTLD_NEXT, name));
}

/// After half of a write: a torn one ends here, a short one reports what it wrote.
ssize_t afterHalf(ssize_t written) {
    if (plan.mode == Mode::Tear) {
        die();
    }
    return written;
}

size_t totalOf(const iovec *parts, int count) {
    size_t total = 0;
    for (int i = 0; i < count; ++i) {
        total += parts[i].iov_len;
    }
    return total;
}

/// The first non-empty part, half of it.
iovec halfOf(const iovec *parts, int count) {
    for (int i = 0; i < count; ++i) {
        if (parts[i].iov_len != 0) {
            return {parts[i].iov_base, (parts[i].iov_len + 1) / 2};
        }
    }
    return {nullptr, 0};
}

ssize_t pwriteAs(const char *name, int descriptor, const void *data, size_t size, off_t offset) {
    static auto *real = next<ssize_t(int, const void *, size_t, off_t)>("pwrite64");
    switch (judgeDescriptor(name, descriptor, size)) {
    case Verdict::Fail:
        return -1;
    case Verdict::Half:
        return afterHalf(real(descriptor, data, (size + 1) / 2, offset));
    case Verdict::Pass:
        break;
    }
    return real(descriptor, data, size, offset);
}

ssize_t pwritevAs(const char *name, int descriptor, const iovec *parts, int count, off_t offset) {
    static auto *real = next<ssize_t(int, const iovec *, int, off_t)>("pwritev64");
    switch (judgeDescriptor(name, descriptor, totalOf(parts, count))) {
    case Verdict::Fail:
        return -1;
    case Verdict::Half: {
        const iovec half = halfOf(parts, count);
        return afterHalf(real(descriptor, &half, 1, offset));
    }
    case Verdict::Pass:
        break;
    }
    return real(descriptor, parts, count, offset);
}

int truncateAs(const char *name, int descriptor, off_t size) {
    static auto *real = next<int(int, off_t)>("ftruncate64");
    return judgeDescriptor(name, descriptor, 0) == Verdict::Fail ? -1 : real(descriptor, size);
}

} // namespace

#define KEYTURN_EXPORT extern "C" __attribute__((visibility("default")))

KEYTURN_EXPORT ssize_t write(int descriptor, const void *data, size_t size) {
    static auto *real = next<ssize_t(int, const void *, size_t)>("write");
    switch (judgeDescriptor("write", descriptor, size)) {
    case Verdict::Fail:
        return -1;
    case Verdict::Half:
        return afterHalf(real(descriptor, data, (size + 1) / 2));
    case Verdict::Pass:
        break;
    }
    return real(descriptor, data, size);
}

KEYTURN_EXPORT ssize_t writev(int descriptor, const iovec *parts, int count) {
    static auto *real = next<ssize_t(int, const iovec *, int)>("writev");
    switch (judgeDescriptor("writev", descriptor, totalOf(parts, count))) {
    case Verdict::Fail:
        return -1;
    case Verdict::Half: {
        const iovec half = halfOf(parts, count);
        return afterHalf(real(descriptor, &half, 1));
    }
    case Verdict::Pass:
        break;
    }
    return real(descriptor, parts, count);
}

KEYTURN_EXPORT ssize_t pwrite(int descriptor, const void *data, size_t size, off_t offset) {
    return pwriteAs("pwrite", descriptor, data, size, offset);
}
KEYTURN_EXPORT ssize_t pwrite64(int descriptor, const void *data, size_t size, off64_t offset) {
    return pwriteAs("pwrite", descriptor, data, size, offset);
}
KEYTURN_EXPORT ssize_t pwritev(int descriptor, const iovec *parts, int count, off_t offset) {
    return pwritevAs("pwritev", descriptor, parts, count, offset);
}
KEYTURN_EXPORT ssize_t pwritev64(int descriptor, const iovec *parts, int count, off64_t offset) {
    return pwritevAs("pwritev", descriptor, parts, count, offset);
}
KEYTURN_EXPORT int ftruncate(int descriptor, off_t size) noexcept {
    return truncateAs("ftruncate", descriptor, size);
}
KEYTURN_EXPORT int ftruncate64(int descriptor, off64_t size) noexcept {
    return truncateAs("ftruncate", descriptor, size);
}

KEYTURN_EXPORT int fsync(int descriptor) {
    static auto *real = next<int(int)>("fsync");
    return judgeDescriptor("fsync", descriptor, 0) == Verdict::Fail ? -1 : real(descriptor);
}
KEYTURN_EXPORT int fdatasync(int descriptor) {
    static auto *real = next<int(int)>("fdatasync");
    return judgeDescriptor("fdatasync", descriptor, 0) == Verdict::Fail ? -1 : real(descriptor);
}

KEYTURN_EXPORT int rename(const char *from, const char *to) noexcept {
    static auto *real = next<int(const char *, const char *)>("rename");
    return judgeName("rename", AT_FDCWD, to) == Verdict::Fail ? -1 : real(from, to);
}
KEYTURN_EXPORT int renameat(int fromFolder, const char *from, int toFolder, const char *to) noexcept {
    static auto *real = next<int(int, const char *, int, const char *)>("renameat");
    return judgeName("renameat", toFolder, to) == Verdict::Fail ? -1 : real(fromFolder, from, toFolder, to);
}
KEYTURN_EXPORT int renameat2(int fromFolder, const char *from, int toFolder, const char *to,
                             unsigned flags) noexcept {
    static auto *real = next<int(int, const char *, int, const char *, unsigned)>("renameat2");
    return judgeName("renameat2", toFolder, to) == Verdict::Fail
               ? -1
               : real(fromFolder, from, toFolder, to, flags);
}
KEYTURN_EXPORT int link(const char *from, const char *to) noexcept {
    static auto *real = next<int(const char *, const char *)>("link");
    return judgeName("link", AT_FDCWD, to) == Verdict::Fail ? -1 : real(from, to);
}
KEYTURN_EXPORT int linkat(int fromFolder, const char *from, int toFolder, const char *to,
                          int flags) noexcept {
    static auto *real = next<int(int, const char *, int, const char *, int)>("linkat");
    return judgeName("linkat", toFolder, to) == Verdict::Fail ? -1
                                                              : real(fromFolder, from, toFolder, to, flags);
}
KEYTURN_EXPORT int unlink(const char *name) noexcept {
    static auto *real = next<int(const char *)>("unlink");
    return judgeName("unlink", AT_FDCWD, name) == Verdict::Fail ? -1 : real(name);
}
KEYTURN_EXPORT int unlinkat(int folder, const char *name, int flags) noexcept {
    static auto *real = next<int(int, const char *, int)>("unlinkat");
    return judgeName("unlinkat", folder, name) == Verdict::Fail ? -1 : real(folder, name, flags);
}
