// SPDX-License-Identifier: Apache-2.0
// Runs another program to the end: its exit code and what it wrote to standard output.
#pragma once

#include "base/bytes.h"

#include <QByteArray>
#include <QProcess>
#include <QString>
#include <QStringList>

namespace keyturn::test {

struct ChildOutcome {
    int exitCode = -1; ///< -1: it did not start or was killed
    Bytes output;
};

inline ChildOutcome runProgram(const QString &program, const QStringList &arguments, ByteView input = {}) {
    constexpr int patienceMs = 60'000;
    QProcess process;
    process.start(program, arguments);
    process.write(reinterpret_cast<const char *>(input.data()), static_cast<qint64>(input.size()));
    process.closeWriteChannel();
    ChildOutcome outcome;
    if (process.waitForFinished(patienceMs) && process.exitStatus() == QProcess::NormalExit) {
        outcome.exitCode = process.exitCode();
        const QByteArray output = process.readAllStandardOutput();
        outcome.output.assign(output.begin(), output.end());
    }
    return outcome;
}

} // namespace keyturn::test
