# SPDX-License-Identifier: Apache-2.0
"""Each check of the house passes a clean tree and fails on each planted fault."""

import io
import shutil
import sys
import tempfile
import unittest
from contextlib import redirect_stdout
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import lint  # noqa: E402

LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"
HASH_LICENCE = "# SPDX-License-Identifier: Apache-2.0\n"
CLEAN = {
    "core/base/CMakeLists.txt": HASH_LICENCE + "keyturn_module(base HEADERS result.h)\n",
    "core/base/README.md": "# base\n",
    "core/base/result.h": LICENCE + "#pragma once\n#include <utility>\n",
    "core/crypto/CMakeLists.txt": HASH_LICENCE + "keyturn_module(crypto HEADERS gcm.h SOURCES gcm.cpp)\n",
    "core/crypto/README.md": "# crypto\n",
    "core/crypto/gcm.h": LICENCE + '#pragma once\n#include "base/result.h"\n',
    "core/crypto/gcm.cpp": LICENCE + '#include "crypto/gcm.h"\n#include <openssl/evp.h>\n',
    "core/sigv4/CMakeLists.txt": HASH_LICENCE + "keyturn_module(sigv4 HEADERS sign.h DEPENDS crypto)\n",
    "core/sigv4/README.md": "# sigv4\n",
    "core/sigv4/sign.h": LICENCE + '#pragma once\n#include "crypto/gcm.h"\n',
    "core/kms/CMakeLists.txt": HASH_LICENCE + "keyturn_module(kms HEADERS call.h SOURCES json.cpp)\n",
    "core/kms/README.md": "# kms\n",
    "core/kms/call.h": LICENCE + "#pragma once\n#include <QObject>\n",
    "core/kms/json.cpp": LICENCE + "#include <nlohmann/json.hpp>\n",
    "ui/widgets/CMakeLists.txt": HASH_LICENCE + "add_library(x bar.cpp)\n",
    "ui/widgets/bar.h": LICENCE + '#pragma once\n#include "kms/call.h"\n#include <QWidget>\n',
    "ui/widgets/bar.cpp": LICENCE + '#include "ui/widgets/bar.h"\n',
    "tests/CMakeLists.txt": HASH_LICENCE,
    "tests/unit/kms/CMakeLists.txt": HASH_LICENCE + "keyturn_test(kms SOURCES tst_json.cpp)\n",
    "tests/unit/kms/tst_json.cpp": LICENCE + "void duplicateNames(int a) {\n    a = 1;\n}\n",
    "SECURITY.md": "| Promise | Proved by |\n| --- | --- |\n| json | `kms::duplicateNames` |\n",
}
QT = ["QtCore/QObject", "QtCore/QString", "QtWidgets/QWidget", "QtNetwork/QTcpSocket", "QtDBus/QDBusConnection"]


class Tree(unittest.TestCase):
    """A small clean tree; a test plants one fault in it."""

    def setUp(self):
        self.top = Path(tempfile.mkdtemp(prefix="keyturn-layers-"))
        self.addCleanup(shutil.rmtree, self.top)
        self.root = self.top / "tree"
        for header in QT:
            self._write(self.top / "qt", header, "")
        for path, text in CLEAN.items():
            self.write(path, text)
        tables = self.root / "tests/layers"
        tables.mkdir(parents=True)
        for table in ("arrows.txt", "banned.txt"):
            shutil.copy(HERE / table, tables)
        shutil.copy(HERE.parent.parent / ".clang-format", self.root)
        self.write("tests/layers/skips.txt", "kms | Json::big(*) | needs the vectors\n")

    @staticmethod
    def _write(root, path, text):
        target = Path(root) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def write(self, path, text):
        self._write(self.root, path, text)

    def append(self, path, text):
        self.write(path, (self.root / path).read_text(encoding="utf-8") + text)

    def run_lint(self, check, *more):
        output = io.StringIO()
        with redirect_stdout(output):
            code = lint.main([check, "--root", str(self.root), "--qt-headers", str(self.top / "qt"), *more])
        return code, output.getvalue()

    def assertClean(self, check, *more):
        code, output = self.run_lint(check, *more)
        self.assertEqual(code, 0, output)

    def assertFinds(self, check, text, *more):
        code, output = self.run_lint(check, *more)
        self.assertEqual(code, 1, output)
        self.assertIn(text, output)


class CleanTree(Tree):
    def test_passes_every_check(self):
        for check in ("arrows", "banned", "registration", "shape", "text", "format", "promises"):
            with self.subTest(check=check):
                self.assertClean(check)


class Arrows(Tree):
    ROWS = [
        ("module without an arrow", "core/sigv4/sign.h", '#include "kms/call.h"\n', "no arrow to kms"),
        ("base includes a module", "core/base/result.h", '#include "crypto/gcm.h"\n', "no arrow to crypto"),
        ("backend in ui", "ui/widgets/bar.cpp", '#include "crypto/gcm.h"\n', "no arrow to crypto"),
        ("widgets in core", "core/kms/call.h", "#include <QWidget>\n", "(qtwidgets)"),
        ("widgets in core by folder", "core/kms/call.h", "#include <QtWidgets/QWidget>\n", "(qtwidgets)"),
        ("network where it is not", "core/kms/call.h", "#include <QTcpSocket>\n", "(qtnetwork)"),
        ("nlohmann in a header", "core/kms/call.h", "#include <nlohmann/json.hpp>\n", "(nlohmann)"),
        ("openssl outside crypto", "core/sigv4/sign.h", "#include <openssl/evp.h>\n", "(openssl)"),
        ("posix outside platform", "core/kms/json.cpp", "#include <unistd.h>\n", "(posix)"),
        ("unknown library", "core/kms/json.cpp", "#include <fmt/core.h>\n", "in no group"),
        ("file that is not there", "core/kms/json.cpp", '#include "kms/gone.h"\n', "no file of the tree"),
        ("blanks inside the directive", "core/sigv4/sign.h", '#  include   "kms/call.h"\n', "no arrow to kms"),
    ]

    def test_undeclared_includes_fail(self):
        for name, path, line, expected in self.ROWS:
            with self.subTest(name):
                before = (self.root / path).read_text(encoding="utf-8")
                self.append(path, line)
                self.assertFinds("arrows", expected)
                self.write(path, before)

    def test_include_in_a_comment_is_none(self):
        self.append("core/sigv4/sign.h", '// #include "kms/call.h"\n/*\n#include "kms/call.h"\n*/\n')
        self.assertClean("arrows")

    def test_cmake_must_name_what_is_included(self):
        self.write("core/sigv4/CMakeLists.txt", HASH_LICENCE + "keyturn_module(sigv4 HEADERS sign.h)\n")
        self.assertFinds("arrows", "does not name crypto under DEPENDS")

    def test_cmake_may_name_only_arrows(self):
        self.write("core/kms/CMakeLists.txt", HASH_LICENCE + "keyturn_module(kms HEADERS call.h DEPENDS sigv4)\n")
        self.assertFinds("arrows", "kms DEPENDS sigv4")

    def test_core_links_no_gui(self):
        self.write("core/kms/CMakeLists.txt", HASH_LICENCE + "keyturn_module(kms LIBRARIES Qt6::Widgets)\n")
        self.assertFinds("arrows", "links Qt Gui or Qt Widgets")

    def test_new_module_needs_a_row(self):
        self.write("core/novel/x.h", LICENCE + "#pragma once\n")
        self.assertFinds("arrows", "folder novel has no row")

    def test_cycle_of_the_table_fails(self):
        self.append("tests/layers/arrows.txt", "alpha | omega |\nomega | alpha |\n")
        self.assertFinds("arrows", "alpha -> omega -> alpha")

    def test_cycle_of_headers_fails(self):
        self.write("core/kms/a.h", LICENCE + '#include "kms/b.h"\n')
        self.write("core/kms/b.h", LICENCE + '#include "kms/a.h"\n')
        self.assertFinds("arrows", "core/kms/a.h -> core/kms/b.h -> core/kms/a.h")


class Banned(Tree):
    ROWS = [
        ("core/kms/json.cpp", "QSaveFile file;", "[qsavefile]"),
        ("core/kms/json.cpp", "QFuture<int> f;", "[qfuture]"),
        ("core/kms/json.cpp", "QPromise<int> p;", "[qfuture]"),
        ("core/kms/json.cpp", "auto f = QtConcurrent::run(g);", "[qfuture]"),
        ("core/kms/json.cpp", "QJsonDocument d;", "[qtjson]"),
        ("core/kms/json.cpp", "QEventLoop loop;", "[nested-loop]"),
        ("ui/widgets/bar.cpp", "dialog->exec();", "[modal-exec]"),
        ("core/kms/json.cpp", "QSqlDatabase d;", "[qsqldatabase]"),
        ("core/kms/json.cpp", "#include <QtCore>", "[umbrella]"),
        ("core/kms/json.cpp", "#include <QtWidgets/QtWidgets>", "[umbrella]"),
        ("core/kms/call.h", "using namespace std;", "[using-namespace]"),
        ("ui/widgets/bar.h", "signals:", "[qt-keywords]"),
        ("ui/widgets/bar.h", "public slots:", "[qt-keywords]"),
        ("ui/widgets/bar.cpp", "emit changed();", "[qt-keywords]"),
        ("ui/widgets/bar.cpp", "connect(a, SIGNAL(x()), b, SLOT(y()));", "[string-connect]"),
        ("ui/widgets/bar.cpp", "connect(a, &A::b, [this] { f(1, 2); });", "[contextless-connect]"),
        ("ui/widgets/bar.cpp", "QObject::connect(\n    a,\n    &A::b, onB);", "[contextless-connect]"),
        ("core/kms/call.h", "static Kms &instance();", "[singleton]"),
        ("core/kms/json.cpp", "worker.detach();", "[detach]"),
        ("core/kms/json.cpp", "std::system(command);", "[shell]"),
        ("core/kms/json.cpp", "std::cerr << 1;", "[core-prints]"),
        ("core/kms/call.h", "QString name();", "[qstring-in-core]"),
        ("tests/unit/kms/tst_json.cpp", "QTest::qWait(50);", "[sleep]"),
        ("core/kms/json.cpp", "auto t = QString::fromUtf8(passphrase.text());", "[secret-escape]"),
        ("core/kms/json.cpp", "// TO" + "DO: later", "[todo]"),
    ]

    def test_each_word_fails(self):
        for path, line, expected in self.ROWS:
            with self.subTest(line):
                before = (self.root / path).read_text(encoding="utf-8")
                self.append(path, line + "\n")
                self.assertFinds("banned", expected)
                self.write(path, before)

    def test_every_rule_has_a_row_here(self):
        rules = {row.split(" ")[0] for row in (HERE / "banned.txt").read_text().splitlines() if row and row[0] != "#"}
        tried = {expected.strip("[]") for _, _, expected in self.ROWS}
        self.assertEqual(rules - tried, {"vague-name", "pragma-once"}, "tested below")

    def test_vague_file_names_fail(self):
        for name in ("utils.h", "string_utils.cpp", "key_manager.h", "helpers.cpp"):
            with self.subTest(name):
                self.write(f"core/kms/{name}", LICENCE + "#pragma once\n")
                self.assertFinds("banned", "[vague-name]")
                (self.root / f"core/kms/{name}").unlink()

    def test_header_without_pragma_once_fails(self):
        self.write("core/kms/call.h", LICENCE)
        self.assertFinds("banned", "[pragma-once]")

    def test_words_in_comments_and_strings_are_fine(self):
        self.append("core/kms/json.cpp", '// QSaveFile\n/* QFuture */\nauto s = "QPromise // emit x";\n'
                    'auto r = R"(QEventLoop)";\nauto n = 1\'000; QObject::connect(a, &A::b, c, &C::d);\n')
        self.assertClean("banned")

    def test_exception_needs_the_place_and_excuses_it(self):
        self.append("core/kms/json.cpp", "QEventLoop loop;\n")
        self.write("tests/layers/exceptions.txt", "core/kms/json.cpp | nested-loop | a reason\n")
        self.assertClean("banned")

    def test_exception_that_excuses_nothing_fails(self):
        self.write("tests/layers/exceptions.txt", "core/kms/json.cpp | nested-loop | a reason\n")
        self.assertFinds("banned", "excuses nothing")


class Registration(Tree):
    def test_unnamed_sources_fail(self):
        for path in ("tests/unit/kms/tst_more.cpp", "core/kms/more.cpp", "ui/widgets/more.cpp",
                     "tests/unit/kms/test_more.py"):
            with self.subTest(path):
                self.write(path, LICENCE)
                self.assertFinds("registration", f"{path}:1")
                (self.root / path).unlink()

    def test_unnamed_header_fails_once_another_module_uses_it(self):
        self.write("core/kms/more.h", LICENCE)
        self.append("core/kms/json.cpp", '#include "kms/more.h"\n')
        self.assertClean("registration")
        self.append("ui/widgets/bar.cpp", '#include "kms/more.h"\n')
        self.assertFinds("registration", "core/kms/more.h:1: is public")

    def test_name_inside_another_name_is_not_named(self):
        self.write("tests/unit/kms/json.cpp", LICENCE)
        self.assertFinds("registration", "tests/unit/kms/json.cpp:1")

    def test_name_in_a_comment_is_not_named(self):
        self.write("tests/unit/kms/tst_more.cpp", LICENCE)
        self.append("tests/unit/kms/CMakeLists.txt", "# tst_more.cpp\n")
        self.assertFinds("registration", "tst_more.cpp:1")

    def test_name_in_an_included_file_counts(self):
        self.write("tests/unit/kms/tst_more.cpp", LICENCE)
        self.write("tests/unit/kms/more.cmake", HASH_LICENCE + "keyturn_test(more SOURCES tst_more.cpp)\n")
        self.assertFinds("registration", "tst_more.cpp:1")
        self.append("tests/unit/kms/CMakeLists.txt", "include(more.cmake)\n")
        self.assertClean("registration")

    def test_name_in_a_loop_counts(self):
        for name in ("one", "two"):
            self.write(f"tests/unit/kms/tst_{name}.cpp", LICENCE)
        loop = "foreach(name tst_one{})\n  keyturn_test(${{name}} SOURCES ${{name}}.cpp)\nendforeach()\n"
        before = CLEAN["tests/unit/kms/CMakeLists.txt"]
        self.write("tests/unit/kms/CMakeLists.txt", before + loop.format(""))
        self.assertFinds("registration", "tst_two.cpp:1")
        self.write("tests/unit/kms/CMakeLists.txt", before + loop.format("\n  tst_two"))
        self.assertClean("registration")

    def test_name_from_the_top_counts(self):
        self.write("tests/fakes/peer.cpp", LICENCE)
        self.append("tests/unit/kms/CMakeLists.txt", "add_library(peer ${CMAKE_SOURCE_DIR}/tests/fakes/peer.cpp)\n")
        self.assertClean("registration")

    def test_program_without_a_test_fails(self):
        self.append("tests/unit/kms/CMakeLists.txt", "add_executable(tst_lost tst_json.cpp)\n")
        self.assertFinds("registration", "program tst_lost is run by no test")

    def test_program_that_another_test_starts_is_fine(self):
        self.append("tests/unit/kms/CMakeLists.txt",
                    "add_executable(peer tst_json.cpp)\nadd_test(NAME x COMMAND sh $<TARGET_FILE:peer>)\n")
        self.assertClean("registration")

    def test_suite_that_nobody_adds_fails(self):
        self.write("tests/cli/deep/CMakeLists.txt", HASH_LICENCE)
        self.assertFinds("registration", "no CMakeLists.txt above adds this folder")


class Shape(Tree):
    def test_long_file_fails(self):
        self.write("core/kms/json.cpp", LICENCE + "int a;\n" * 400)
        self.assertFinds("shape", "401 lines")
        self.write("core/kms/json.cpp", LICENCE)
        self.write("tests/unit/kms/tst_json.cpp", LICENCE + "int a;\n" * 599)
        self.assertClean("shape")
        self.append("tests/unit/kms/tst_json.cpp", "int a;\n")
        self.assertFinds("shape", "601 lines")

    def test_long_functions_fail(self):
        body = "{\n" + "    f();\n" * 59 + "}\n"
        for head in ("void f()\n", "A::A(int b)\n    : m_a{b}\n    , m_c(b)\n", "auto f(int x = {}) -> int\n",
                     "namespace n {\nstruct S {\nint g() const noexcept\n", "template <class T> T f(T (*a)[3])\n"):
            with self.subTest(head):
                closing = "};\n}\n" if "struct" in head else ""
                self.write("core/kms/json.cpp", LICENCE + head + body + closing)
                self.assertFinds("shape", "has 61 lines")

    def test_function_at_the_limit_and_long_tables_pass(self):
        function = "void f()\n{\n" + "    f();\n" * 58 + "}\n"
        table = "const Row rows[] = {\n" + "    {1, f(2)},\n" * 80 + "};\nconst std::array<int, 80> more{\n" + "1,\n" * 80 + "};\n"
        data = "void tst::rows_data()\n{\n" + "    row();\n" * 70 + "}\n"
        self.write("core/kms/json.cpp", LICENCE + function + table + data)
        self.assertClean("shape")

    def test_brackets_in_strings_do_not_hide_a_function(self):
        text = 'void g()\n{\n    s = "}{{{";\n    c = \'{\';\n}\nvoid f()\n{\n' + "    f();\n" * 59 + "}\n"
        self.write("core/kms/json.cpp", LICENCE + text)
        self.assertFinds("shape", "f() has 61 lines")

    def test_missing_licence_fails(self):
        for path in ("core/kms/json.cpp", "core/kms/CMakeLists.txt", "tests/tool.py", "packaging/tool.sh"):
            with self.subTest(path):
                self.write(path, "\n" + LICENCE)
                self.assertFinds("shape", f"{path}:1: must begin with")
                self.write(path, LICENCE)

    def test_module_readmes(self):
        self.write("core/kms/README.md", "line\n" * 31)
        self.assertFinds("shape", "more than 30 lines")
        (self.root / "core/kms/README.md").unlink()
        self.assertFinds("shape", "core/kms/README.md:1: is missing")


class Text(Tree):
    def test_machine_paths_hosts_and_marks_fail(self):
        for text in ("see /" + "work/main/x", '"/' + 'root/x"', "/" + "home/joe/x", "deb." + "debian.org",
                     "https://registry." + "npmjs.org/x", "<" * 7 + " HEAD"):
            with self.subTest(text):
                self.write("README.md", text + "\n")
                self.assertFinds("text", "README.md:1")

    def test_blanks_at_the_end_fail(self):
        self.write("core/kms/json.cpp", LICENCE + "int a; \n")
        self.assertFinds("text", "core/kms/json.cpp:2")

    def test_parts_of_words_pass(self):
        self.write("README.md", "frame" + "work/x, net" + "work/, a.b/" + "work/, chroot/x\n")
        self.assertClean("text")


class Format(Tree):
    def test_unformatted_file_fails(self):
        self.append("core/kms/json.cpp", "int   a ;\n")
        self.assertFinds("format", "core/kms/json.cpp")


class Promises(Tree):
    def test_promise_without_a_test_fails(self):
        self.append("SECURITY.md", "| lock | |\n")
        self.assertFinds("promises", '"lock" names no test')

    def test_unknown_program_and_function_fail(self):
        self.append("SECURITY.md", "| a | `gone::x` |\n| b | `kms::gone` |\n")
        self.assertFinds("promises", "registers gone")
        self.assertFinds("promises", "kms has no test gone")

    def test_said_to_be_unproven_is_counted(self):
        self.append("SECURITY.md", "| a | not proven by a test: needs a second machine |\n")
        self.assertClean("promises")
        self.assertIn("2, of them 1 not proven", self.run_lint("promises")[1])

    def test_without_the_table_fails(self):
        self.write("SECURITY.md", "# Security\n")
        self.assertFinds("promises", "holds no table")


class Skips(Tree):
    HEAD = "1/1 Testing: kms\n1/1 Test: kms\nOutput:\n"

    def log(self, text):
        self._write(self.top, "LastTest.log", self.HEAD + text)
        return "--ctest-log", str(self.top / "LastTest.log")

    def test_listed_skip_passes_and_is_printed(self):
        more = self.log("SKIP   : Json::big(row one) no vectors\n   Loc: [x.cpp(1)]\n")
        self.assertClean("skips", *more)
        self.assertIn("needs the vectors", self.run_lint("skips", *more)[1])

    def test_other_skips_fail(self):
        for text in ("SKIP   : Json::small() why\n", "test_a (m.C) ... skipped 'why'\n", "OK (skipped=1)\n"):
            with self.subTest(text):
                self.assertFinds("skips", "is not listed", *self.log(text))

    def test_programs_that_ctest_left_out_fail(self):
        self._write(self.top, "out", "1/2 Test  #1: kms ......***Skipped   0.00 sec\n")
        self.assertFinds("skips", "kms * was skipped", *self.log("fine\n"), "--ctest-output", str(self.top / "out"))
        self._write(self.top, "out", "2/2 Test  #2: b ........***Not Run (Disabled)   0.00 sec\n")
        self.assertFinds("skips", "b * was skipped", *self.log("fine\n"), "--ctest-output", str(self.top / "out"))

    def test_missing_log_fails(self):
        self.assertFinds("skips", "is missing", "--ctest-log", str(self.top / "gone"))


if __name__ == "__main__":
    unittest.main()
