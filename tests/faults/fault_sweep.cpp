// SPDX-License-Identifier: Apache-2.0
#include "faults/fault_sweep.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

extern char **environ;

namespace keyturn::test {

namespace {

using Environment = std::map<std::string, std::string>;

Environment inheritedEnvironment() {
    Environment variables;
    for (char **entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        const auto equals = text.find('=');
        if (equals != std::string::npos) {
            variables[text.substr(0, equals)] = text.substr(equals + 1);
        }
    }
    return variables;
}

std::vector<char *> pointersTo(std::vector<std::string> &texts) {
    std::vector<char *> pointers;
    for (std::string &text : texts) {
        pointers.push_back(text.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

/// Reads until the writer's end closes or patience ends; false when it did.
bool readOutput(int descriptor, std::chrono::seconds patience, std::string &output) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        pollfd waiting{descriptor, POLLIN, 0};
        if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) == 0) {
            return false;
        }
        const ssize_t size = read(descriptor, buffer.data(), buffer.size());
        if (size == 0) {
            return true;
        }
        if (size > 0) {
            output.append(buffer.data(), static_cast<std::size_t>(size));
        }
    }
}

struct Child {
    bool started = false;
    bool timedOut = false;
    int status = 0;
    std::string output;
};

Child runChild(const FaultSweep &sweep, const Environment &variables) {
    std::vector<std::string> command = sweep.command;
    std::vector<std::string> environment;
    for (const auto &[name, value] : variables) {
        environment.push_back(name + "=" + value);
    }
    Child child;
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return child;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    pid_t pid = 0;
    child.started = posix_spawn(&pid, command[0].c_str(), &actions, nullptr, pointersTo(command).data(),
                                pointersTo(environment).data()) == 0;
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (child.started) {
        child.timedOut = !readOutput(ends[0], sweep.patience, child.output);
        if (child.timedOut) {
            kill(pid, SIGKILL);
        }
        waitpid(pid, &child.status, 0);
    }
    close(ends[0]);
    return child;
}

const char *shimMode(Fault fault) {
    switch (fault) {
    case Fault::Kill:
        return "kill";
    case Fault::Tear:
        return "tear";
    case Fault::Eio:
        return "eio";
    case Fault::Enospc:
        return "enospc";
    case Fault::DiskFull:
        return "full";
    case Fault::ShortWrite:
        return "short";
    case Fault::Interrupt:
        return "eintr";
    }
    return "count";
}

bool applies(Fault fault, const FaultPoint &point) {
    const bool writes = point.sizeBytes != 0;
    switch (fault) {
    case Fault::ShortWrite:
        return point.sizeBytes > 1;
    case Fault::DiskFull:
        return writes;
    case Fault::Interrupt:
        return writes || point.call == "fsync" || point.call == "fdatasync" || point.call == "ftruncate";
    default:
        return true;
    }
}

/// What the shim wrote: the calls, and whether the fault happened.
struct Trace {
    std::vector<FaultPoint> points;
    bool fired = false;
};

Trace readTrace(const std::filesystem::path &file) {
    Trace trace;
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("! ")) {
            trace.fired = true;
            continue;
        }
        FaultPoint point;
        std::istringstream fields(line);
        fields >> point.number >> point.call >> point.sizeBytes >> std::ws;
        std::getline(fields, point.path);
        trace.points.push_back(std::move(point));
    }
    return trace;
}

std::vector<FaultPoint> chosen(const std::vector<FaultPoint> &points, Fault fault, int most) {
    std::vector<FaultPoint> fitting;
    std::copy_if(points.begin(), points.end(), std::back_inserter(fitting),
                 [fault](const FaultPoint &point) { return applies(fault, point); });
    const auto limit = static_cast<std::size_t>(std::max(most, 0));
    if (limit == 0 || fitting.size() <= limit) {
        return fitting;
    }
    std::vector<FaultPoint> spaced;
    for (std::size_t i = 0; i < limit; ++i) {
        spaced.push_back(fitting[limit == 1 ? 0 : i * (fitting.size() - 1) / (limit - 1)]);
    }
    return spaced;
}

class Sweeper {
public:
    explicit Sweeper(const FaultSweep &sweep)
        : m_sweep(sweep)
        , m_trace(std::filesystem::temp_directory_path() /
                  ("keyturn-fault-trace-" + std::to_string(getpid()))) {
        m_variables = inheritedEnvironment();
        for (const auto &[name, value] : sweep.environment) {
            m_variables[name] = value;
        }
        m_variables["LD_PRELOAD"] = KEYTURN_FAULT_SHIM;
        m_variables["KEYTURN_FAULT_PREFIX"] = std::filesystem::canonical(sweep.watchedFolder).string();
        m_variables["KEYTURN_FAULT_TRACE"] = m_trace.string();
        // The shim comes before the sanitizer's runtime; looking for leaks in every run takes too long.
        std::string &asan = m_variables["ASAN_OPTIONS"];
        asan += std::string(asan.empty() ? "" : ":") + "verify_asan_link_order=0:detect_leaks=0";
    }
    ~Sweeper() {
        std::error_code gone;
        std::filesystem::remove(m_trace, gone);
    }

    FaultReport run() {
        FaultReport report;
        const Child child = runWith("count", 0);
        if (!child.started || child.timedOut || child.status != 0) {
            report.findings.push_back("without a fault " + m_sweep.command[0] +
                                      " does not end with success: " + child.output);
            return report;
        }
        report.points = readTrace(m_trace).points;
        if (report.points.empty()) {
            report.findings.push_back("no call below " + m_sweep.watchedFolder.string() + " was seen");
        }
        for (const Fault fault : m_sweep.faults) {
            for (const FaultPoint &point : chosen(report.points, fault, m_sweep.maxPointsPerFault)) {
                runPoint(fault, point, report);
            }
        }
        return report;
    }

private:
    Child runWith(const char *mode, long at) {
        std::error_code gone;
        std::filesystem::remove(m_trace, gone);
        m_variables["KEYTURN_FAULT_MODE"] = mode;
        m_variables["KEYTURN_FAULT_AT"] = std::to_string(at);
        if (m_sweep.prepare) {
            m_sweep.prepare();
        }
        return runChild(m_sweep, m_variables);
    }

    void runPoint(Fault fault, const FaultPoint &point, FaultReport &report) {
        const Child child = runWith(shimMode(fault), point.number);
        FaultRun run;
        run.fault = fault;
        run.point = point;
        run.killed = WIFSIGNALED(child.status);
        run.signal = run.killed ? WTERMSIG(child.status) : 0;
        run.exitCode = WIFEXITED(child.status) ? WEXITSTATUS(child.status) : -1;
        run.output = child.output;
        std::string wrong;
        if (!child.started || child.timedOut) {
            wrong = child.started ? "did not end" : "did not start";
        } else if (!readTrace(m_trace).fired) {
            wrong = "the call was not reached: the program is not deterministic";
        } else if (run.killed && (!run.wasKilledByFault() || run.signal != SIGKILL)) {
            wrong = std::string("ended by ") + strsignal(run.signal);
        } else {
            ++report.runs;
            wrong = m_sweep.oracle(run);
        }
        if (!wrong.empty()) {
            report.findings.push_back(faultName(fault) + " at call " + std::to_string(point.number) + " (" +
                                      point.call + " " + point.path + "): " + wrong + "\n" + run.output);
        }
    }

    const FaultSweep &m_sweep;
    std::filesystem::path m_trace;
    Environment m_variables;
};

} // namespace

std::string faultName(Fault fault) {
    return shimMode(fault);
}

std::string FaultReport::summary() const {
    return std::to_string(points.size()) + " calls, " + std::to_string(runs) + " runs, " +
           std::to_string(findings.size()) + " findings";
}

FaultReport sweepFaults(const FaultSweep &sweep) {
    return Sweeper(sweep).run();
}

} // namespace keyturn::test
