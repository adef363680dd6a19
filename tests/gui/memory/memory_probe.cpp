// SPDX-License-Identifier: Apache-2.0
// The console for tst_memory to look at from outside: Console as main() of the program makes it, hardened the
// same way, but worked by lines of standard input instead of a person. It answers each act with a line and
// stands still until the next, so that nothing moves while its memory is read.
#include "app/console/console.h"
#include "base/platform/process.h"
#include "base/platform/wiping_heap.h"
#include "gui/memory/probe_script.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <QApplication>
#include <QTest>

#include <iostream>
#include <string>

int main(int argc, char *argv[]) {
    using namespace keyturn;
    // The one difference from the program: who started us may read our memory. The program is not dumpable
    // and root alone could (tst_process::hardened); the test runs as anybody, so its probe stays dumpable and
    // names its parent as tracer, for Yama.
    platform::hardenProcess({.allowDebugger = true});
    prctl(PR_SET_PTRACER, getppid(), 0, 0, 0);
    QApplication app(argc, argv);
    Console::nameApplication();
    Console console;
    console.show();
    if (!QTest::qWaitForWindowActive(&console.window())) {
        std::cout << "the window did not come" << std::endl;
        return 1;
    }
    test::ProbeScript script(console);
    std::cout << "ok " << (platform::heapWipesFreedMemory() ? "wiping heap" : "sanitizer's heap")
              << std::endl;
    for (std::string line; std::getline(std::cin, line) && line != "quit";) {
        std::cout << script.act(line) << std::endl;
    }
    return 0;
}
