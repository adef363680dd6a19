// SPDX-License-Identifier: Apache-2.0
// What hardening does, seen from inside and from outside, and who and where we are.
#include "base/platform/identity.h"
#include "base/platform/process.h"
#include "base/secret_bytes.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QObject>
#include <QTest>

#include <csignal>
#include <cstdlib>

using namespace keyturn;

namespace {

/// Runs `act` in a child process; its exit code, -1 when it was killed.
template <class Act>
int inChild(Act act) {
    const pid_t child = fork();
    if (child == 0) {
        _exit(act() ? 7 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

class ProcessTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void hardened();
    void debuggerAllowed();
    void noCoreOfACrash();
    void directories();
    void identity();
};

void ProcessTest::hardened() {
    const int exitCode = inChild([] {
        const rlimit some{1 << 20, RLIM_INFINITY};
        setrlimit(RLIMIT_CORE, &some);
        const auto state = platform::hardenProcess({});
        rlimit core{};
        getrlimit(RLIMIT_CORE, &core);
        const auto again = platform::hardeningState();
        return state.coreDumpsOff && state.notDumpable && again.notDumpable && core.rlim_cur == 0 &&
               core.rlim_max == 0 && secureHeapState().initialised;
    });
    QCOMPARE(exitCode, 7);
}

void ProcessTest::debuggerAllowed() {
    const int exitCode = inChild([] {
        const auto state = platform::hardenProcess({.allowDebugger = true});
        return state.coreDumpsOff && !state.notDumpable && secureHeapState().initialised;
    });
    QCOMPARE(exitCode, 7);
    QVERIFY(!platform::hardeningState().coreDumpsOff); // the parent did nothing
}

void ProcessTest::noCoreOfACrash() {
    const pid_t child = fork();
    if (child == 0) {
        platform::hardenProcess({});
        std::signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
    }
    int status = 0;
    waitpid(child, &status, 0);
    QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    QVERIFY(!WCOREDUMP(status));
}

void ProcessTest::directories() {
    setenv("HOME", "/srv/people/somebody", 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("XDG_DATA_HOME");
    unsetenv("XDG_STATE_HOME");
    unsetenv("XDG_CACHE_HOME");
    QCOMPARE(platform::configDirectory().string(), std::string("/srv/people/somebody/.config/keyturn"));
    QCOMPARE(platform::dataDirectory().string(), std::string("/srv/people/somebody/.local/share/keyturn"));
    QCOMPARE(platform::stateDirectory().string(), std::string("/srv/people/somebody/.local/state/keyturn"));
    QCOMPARE(platform::cacheDirectory().string(), std::string("/srv/people/somebody/.cache/keyturn"));
    setenv("XDG_CONFIG_HOME", "/elsewhere", 1);
    QCOMPARE(platform::configDirectory().string(), std::string("/elsewhere/keyturn"));
    setenv("XDG_CONFIG_HOME", "relative", 1); // to be ignored, says the specification
    QCOMPARE(platform::configDirectory().string(), std::string("/srv/people/somebody/.config/keyturn"));
    unsetenv("HOME");
    QVERIFY(platform::homeDirectory().is_absolute());
}

void ProcessTest::identity() {
    QCOMPARE(platform::programName(), std::string("tst_process"));
    QCOMPARE(platform::processId(), static_cast<long>(getpid()));
    QVERIFY(!platform::userName().empty());
}

QTEST_APPLESS_MAIN(ProcessTest)
#include "tst_process.moc"
