// SPDX-License-Identifier: Apache-2.0
// credential_process: the command taken apart as Python's shlex does it, programs that answer, fail, hang,
// flood and leak, and the approval of a stranger's command.
#include "fake_prompts.h"

#include "credentials/process_credentials.h"

#include <QFile>
#include <QObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <random>
#include <thread>

using namespace keyturn;
using namespace keyturn::credentials;
using namespace keyturn::test;

namespace {

QByteArray joined(const Result<std::vector<std::string>> &words) {
    if (!words) {
        return "<bad>";
    }
    QByteArray out;
    for (const std::string &word : *words) {
        out += "[" + QByteArray::fromStdString(word) + "]";
    }
    return out;
}

/// /bin/sh -c 'script': the one shell here is the one that the test asks for.
std::string shell(const std::string &script) {
    return "/bin/sh -c '" + script + "'";
}

constexpr const char *goodAnswer =
    R"({"Version":1,"AccessKeyId":"AKPROC","SecretAccessKey":"secret-CANARY","SessionToken":"token-CANARY")";

std::string answering(const std::string &tail) {
    return shell("echo " + QByteArray(goodAnswer).replace("\"", "\\\"").toStdString() +
                 QByteArray::fromStdString(tail).replace("\"", "\\\"").toStdString());
}

CredentialPlan planFor(const std::string &command, bool needsApproval) {
    return {ProcessCredentials{command, needsApproval}, "p", "credential_process of profile p"};
}

} // namespace

class TestCredentialProcess : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void splits_data();
    void splits();
    void splitsAsPython();
    void answers();
    void runsNoShellAndGivesNoInput();
    void fails_data();
    void fails();
    void hangingProgramIsStopped();
    void cancelStopsTheProgram();
    void strangersCommandsAreAcceptedOnce();
    void strangersCommandsAreRefused();
    void approvalsFile();
};

void TestCredentialProcess::splits_data() {
    QTest::addColumn<QByteArray>("command");
    QTest::addColumn<QByteArray>("words");
    const auto row = [](const char *command, const char *words) {
        QTest::newRow(command) << QByteArray(command) << QByteArray(words);
    };
    row("a b  c", "[a][b][c]");
    row("'a b' \"c d\"", "[a b][c d]");
    row("a'b'\"c\"d", "[abcd]");
    row("a ''", "[a][]");
    row("a\\ b \\'", "[a b][']");
    row("\"a\\\"b\\\\c\\d\"", "[a\"b\\c\\d]");
    row("'a\\b'", "[a\\b]");
    row("a # b", "[a][#][b]");
    row("a; b | c > $d", "[a;][b][|][c][>][$d]");
    row("'a", "<bad>");
    row("a\\", "<bad>");
    row("", "<bad>");
    row("''", "<bad>");
}

void TestCredentialProcess::splits() {
    QFETCH(QByteArray, command);
    QFETCH(QByteArray, words);
    QCOMPARE(joined(splitCommand(command.toStdString())), words);
}

void TestCredentialProcess::splitsAsPython() {
    std::mt19937 random(20261122);
    QByteArray lines;
    std::vector<std::string> commands;
    for (int i = 0; i < 2000; ++i) {
        std::string command = "x";
        for (auto size = random() % 12; size > 0; --size) {
            command += "ab \t\"'\\#$"[random() % 9];
        }
        lines += QByteArray::fromStdString(command).toHex() + "\n";
        commands.push_back(command);
    }
    QProcess python;
    python.start(QStringLiteral("/usr/bin/python3"),
                 {QStringLiteral("-c"),
                  QStringLiteral("import shlex, sys\n"
                                 "for line in sys.stdin:\n"
                                 "    try:\n"
                                 "        words = shlex.split(bytes.fromhex(line).decode())\n"
                                 "        print(''.join('[%s]' % w for w in words).encode().hex())\n"
                                 "    except ValueError:\n"
                                 "        print(b'<bad>'.hex())\n")});
    QVERIFY2(python.waitForStarted(), "Debian's Python is not installed (package python3)");
    python.write(lines);
    python.closeWriteChannel();
    QVERIFY(python.waitForFinished());
    const QList<QByteArray> theirs = python.readAllStandardOutput().trimmed().split('\n');
    QCOMPARE(theirs.size(), qsizetype(commands.size()));
    for (std::size_t i = 0; i < commands.size(); ++i) {
        QCOMPARE(joined(splitCommand(commands[i])), QByteArray::fromHex(theirs[qsizetype(i)]));
    }
}

void TestCredentialProcess::answers() {
    auto got = runCredentialProcess(
        answering(R"(,"Expiration":"2026-11-22T05:17:00Z","AccountId":"1","x":{"y":[1]}})"), {}, testNow(),
        {});
    QVERIFY2(got.has_value(), got ? "" : got.error().detail.c_str());
    QCOMPARE(got->accessKeyId, std::string("AKPROC"));
    QVERIFY(got->secretKey.text() == "secret-CANARY");
    QVERIFY(got->sessionToken.text() == "token-CANARY");
    QVERIFY(got->expiration == testNow() + std::chrono::hours(1));
    auto lasting = runCredentialProcess(answering("}"), {}, testNow(), {});
    QVERIFY(lasting.has_value() && !lasting->expiration);
}

void TestCredentialProcess::runsNoShellAndGivesNoInput() {
    // printf gets "$HOME" and ";" as they are; cat ends at once, for there is no input.
    auto got =
        runCredentialProcess("/bin/sh -c \"cat; printf '{\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"%s\\\","
                             "\\\"SecretAccessKey\\\":\\\"s\\\"}' \\\"$0\\\"\" '$HOME;x'",
                             {}, testNow(), {});
    QVERIFY2(got.has_value(), got ? "" : got.error().detail.c_str());
    QCOMPARE(got->accessKeyId, std::string("$HOME;x"));
}

void TestCredentialProcess::fails_data() {
    QTest::addColumn<QByteArray>("command");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("words");
    const auto row = [](const char *title, const std::string &command, const char *code, const char *words) {
        QTest::newRow(title) << QByteArray::fromStdString(command) << QByteArray(code) << QByteArray(words);
    };
    row("missing program", "/nonexistent/x", "Configuration", "could not be started");
    row("exit code", shell("echo please log in 1>&2; exit 3"), "Configuration",
        "exit code 3; it said: please log in");
    row("a secret on standard error",
        shell("echo token CANARYCANARYCANARYCANARYCANARYCANARY is bad 1>&2; exit 1"), "Configuration",
        "it said: token (...) is bad");
    row("crash", shell("kill -9 $$"), "Configuration", "crashed");
    row("no JSON", shell("echo CANARY"), "Configuration", "no JSON object");
    row("empty", "/bin/true", "Configuration", "no JSON object");
    row("version 2", shell("echo \"{\\\"Version\\\":2,\\\"AccessKeyId\\\":\\\"CANARY\\\"}\""),
        "Configuration", "Unsupported version '2' for credential process provider, supported versions: 1");
    row("no version", shell("echo \"{}\""), "Configuration", "Version key not provided");
    row("no secret", shell("echo \"{\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"CANARY\\\"}\""),
        "Configuration", "Missing required key in response: 'SecretAccessKey'");
    row("bad expiration", answering(R"(,"Expiration":"CANARY"})"), "Configuration", "no ISO 8601 time");
    row("expired", answering(R"(,"Expiration":"2020-01-01T00:00:00Z"})"), "ExpiredToken",
        "expired at 2020-01-01T00:00:00Z");
    row("flood", shell("yes CANARY"), "Configuration", "wrote more than");
    row("flood of errors", shell("yes CANARY 1>&2"), "Configuration", "wrote more than");
}

void TestCredentialProcess::fails() {
    QFETCH(QByteArray, command);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, words);
    auto got = runCredentialProcess(command.toStdString(), {}, testNow(), {});
    QVERIFY(!got);
    QCOMPARE(QByteArray(errorCodeName(got.error().code).data()), code);
    const QByteArray detail = QByteArray::fromStdString(got.error().detail);
    QVERIFY2(detail.contains(words), detail.constData());
    QVERIFY2(!detail.contains("CANARY"), detail.constData());
}

void TestCredentialProcess::hangingProgramIsStopped() {
    auto got =
        runCredentialProcess("/bin/sleep 1000", {.timeout = std::chrono::milliseconds(200)}, testNow(), {});
    QCOMPARE(got.error().code, ErrorCode::TimedOut);
}

void TestCredentialProcess::cancelStopsTheProgram() {
    QTemporaryDir folder;
    const QString mark = folder.filePath(QStringLiteral("started"));
    CancelSource cancel;
    std::thread watcher([&] {
        while (!QFile::exists(mark)) {
            std::this_thread::yield();
        }
        cancel.cancel();
    });
    auto got = runCredentialProcess(shell("touch " + mark.toStdString() + "; exec sleep 1000"), {}, testNow(),
                                    cancel.token());
    watcher.join();
    QCOMPARE(got.error().code, ErrorCode::Cancelled);
}

void TestCredentialProcess::strangersCommandsAreAcceptedOnce() {
    QTemporaryDir folder;
    const auto file =
        std::make_shared<ApprovedCommandsFile>(folder.filePath(QStringLiteral("accepted")).toStdString());
    TestPorts test;
    test.prompts->approves = true;
    CredentialPorts ports = test.ports();
    ports.approvals = file;
    const std::string command = answering("}");
    QVERIFY(obtainNow(*sourceFor(planFor(command, true), ports), testNow()).has_value());
    QCOMPARE(test.prompts->commandQuestions.size(), std::size_t(1));
    const CommandQuestion &asked = test.prompts->commandQuestions[0];
    QCOMPARE(asked.command, command);
    QCOMPARE(asked.arguments[0], std::string("/bin/sh"));
    QCOMPARE(asked.digest, commandDigest(command));
    QVERIFY(obtainNow(*sourceFor(planFor(command, true), ports), testNow()).has_value());
    QCOMPARE(test.prompts->commandQuestions.size(), std::size_t(1));
    // One byte more is another command.
    QVERIFY(obtainNow(*sourceFor(planFor(command + " ", true), ports), testNow()).has_value());
    QCOMPARE(test.prompts->commandQuestions.size(), std::size_t(2));
    // One's own profile is not asked about.
    QVERIFY(obtainNow(*sourceFor(planFor(answering("} "), false), ports), testNow()).has_value());
    QCOMPARE(test.prompts->commandQuestions.size(), std::size_t(2));
}

void TestCredentialProcess::strangersCommandsAreRefused() {
    QTemporaryDir folder;
    const std::string mark = folder.filePath(QStringLiteral("ran")).toStdString();
    TestPorts test;
    CredentialPorts ports = test.ports();
    const std::string command = "/bin/touch " + mark;
    auto refused = obtainNow(*sourceFor(planFor(command, true), ports), testNow());
    QCOMPARE(refused.error().code, ErrorCode::Configuration);
    QVERIFY(refused.error().detail.find("was not accepted") != std::string::npos);
    ports.prompts.reset();
    auto silent = obtainNow(*sourceFor(planFor(command, true), ports), testNow());
    QVERIFY(silent.error().detail.find("nobody can be asked") != std::string::npos);
    QVERIFY(!std::filesystem::exists(mark));
}

void TestCredentialProcess::approvalsFile() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath(QStringLiteral("accepted")).toStdString();
    ApprovedCommandsFile file(path);
    QCOMPARE(file.isApproved(commandDigest("a")).value(), false);
    QVERIFY(file.approve(commandDigest("a")).has_value());
    QVERIFY(file.approve(commandDigest("b")).has_value());
    QVERIFY(ApprovedCommandsFile(path).isApproved(commandDigest("a")).value());
    QVERIFY(ApprovedCommandsFile(path).isApproved(commandDigest("b")).value());
    QVERIFY(!ApprovedCommandsFile(path).isApproved(commandDigest("c")).value());
    QVERIFY(!file.approve("not a digest"));
    QCOMPARE(std::filesystem::status(path).permissions() & std::filesystem::perms::all,
             std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    QFile changed(QString::fromStdString(path.string()));
    QVERIFY(changed.open(QIODevice::Append));
    changed.write("something else\n");
    changed.close();
    QCOMPARE(file.isApproved(commandDigest("a")).error().code, ErrorCode::Configuration);
}

QTEST_GUILESS_MAIN(TestCredentialProcess)
#include "tst_credential_process.moc"
