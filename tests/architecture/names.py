#!/usr/bin/env python3
"""Names, sizes and words: what a file may be called and may hold.

    names.py ROOT         checks the files below ROOT
    names.py --self-test  checks the check, on files with faults made for it
"""

import re
import sys
import tempfile
from pathlib import Path

from cpp_source import Finding, report, tokens_of

FOLDERS = (".ci", "cmake", "config", "docker", "docs", "include", "migrations", "scripts", "src", "tests")
LEFT_OUT = {"node_modules", "build", "__pycache__", "golden", "dist"}
TEXT = {"", ".cpp", ".hpp", ".py", ".js", ".mjs", ".ts", ".css", ".html", ".sql", ".cmake", ".txt", ".md", ".yaml", ".yml", ".1"}
CODE = {".cpp", ".hpp", ".py", ".js", ".mjs", ".ts"}
MAX_LINES = 600
# Measuring tools: programs of one file each that stand beside the product and use nothing of it.
LONG_FILES_IN = ("tests/bench/",)

EMPTY_WORDS = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "base"}
# Put together here, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME)\b")
PRIVATE_PATH = re.compile(r"(?<![\w.$}~/-])/(?:wo" r"rk|ro" r"ot|ho" r"me/\w+)/")
SQL = (
    re.compile(r"\bSELECT\b.*\bFROM\b|\bINSERT INTO\b|\bUPDATE\b.*\bSET\b|\bDELETE FROM\b", re.DOTALL),
    re.compile(r"\b(?:from|into|update|join)\s+\\?[\"']?(?:LiteLLM_|litellm_cpp\.)", re.IGNORECASE),
)
MAY_HOLD_SQL = ("src/store/", "src/db/", "src/mail/outbox.cpp")
GUARD = re.compile(r"^\s*#\s*ifndef\s+(\w+)\s*\n\s*#\s*define\s+\1\b", re.MULTILINE)


def line_of(text, match):
    return text.count("\n", 0, match.start()) + 1


def check_name(inside):
    words = set(re.split(r"[_.\-]", inside.stem.lower()))
    for word in sorted(words & EMPTY_WORDS):
        yield Finding(str(inside), 1, f"a file called '{word}' says nothing about what is in it")


def check_code(inside, text):
    lines = text.count("\n")
    if lines > MAX_LINES and not str(inside).startswith(LONG_FILES_IN):
        yield Finding(str(inside), MAX_LINES + 1, f"{lines} lines; at most {MAX_LINES}")
    if inside.suffix == ".hpp":
        if not re.search(r"^#pragma once$", text, re.MULTILINE):
            yield Finding(str(inside), 1, "a header without #pragma once")
        guard = GUARD.search(text)
        if guard:
            yield Finding(str(inside), line_of(text, guard), "an include guard of macros; #pragma once is ours")


def check_words(inside, text):
    for pattern, fault in ((UNFINISHED, "unfinished work is written down elsewhere, not here"), (PRIVATE_PATH, "somebody's own path")):
        for match in pattern.finditer(text):
            yield Finding(str(inside), line_of(text, match), f"{match.group()}: {fault}")


def literals_of(text):
    """(line, text) of the string literals; neighbours are joined, as the compiler does."""
    joined = None
    for token in tokens_of(text):
        if token.string is None:
            if joined:
                yield joined
            joined = None
        else:
            joined = (joined[0], joined[1] + token.string) if joined else (token.line, token.string)
    if joined:
        yield joined


def check_sql(inside, text):
    for line, literal in literals_of(text):
        if any(pattern.search(literal) for pattern in SQL):
            yield Finding(str(inside), line, "SQL belongs in src/store, src/db, the outbox of mail, and migrations")


def check_file(root, path):
    inside = path.relative_to(root)
    yield from check_name(inside)
    if path.suffix not in TEXT:
        return
    text = path.read_text(encoding="utf-8", errors="replace")
    yield from check_words(inside, text)
    if path.suffix in CODE:
        yield from check_code(inside, text)
    if path.suffix in (".cpp", ".hpp") and inside.parts[0] in ("src", "include") and not str(inside).startswith(MAY_HOLD_SQL):
        yield from check_sql(inside, text)


def findings_in(root):
    root = Path(root)
    findings = []
    looked_at = 0
    single = [path for path in sorted(root.glob("*")) if path.is_file() and path.suffix in TEXT and path.name != ".git"]
    nested = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*")) if path.is_file()]
    for path in single + nested:
        if not LEFT_OUT & set(path.relative_to(root).parts):
            looked_at += 1
            findings += check_file(root, path)
    return findings, looked_at


PRIVATE = "/wo" "rk/main"
# path, what it holds, the words that the finding must hold (none: nothing is to be found)
SAMPLES = [
    ("src/store/key_row.hpp", "#pragma once\nstruct KeyRow;\n", None),
    ("src/db/database.cpp", "int x;\n", None),
    ("src/http/base64.cpp", "int x;\n", None),
    ("src/store/sql.cpp", 'auto sql = "SELECT a FROM b";\n', None),
    ("src/api/words.cpp", '// SELECT a FROM b\nauto text = "Update the key and set a limit, from the list";\n', None),
    ("src/api/route.cpp", 'auto path = "/v1/home/main";\n', None),
    ("tests/core/long_test.cpp", "int x;\n" * MAX_LINES, None),
    ("tests/bench/tool.cpp", "int x;\n" * (MAX_LINES + 1), None),
    ("tests/e2e/node_modules/utils.js", "// TO" "DO\n", None),
    ("src/api/utils.cpp", "int x;\n", "'utils'"),
    ("src/api/key_helpers.hpp", "#pragma once\n", "'helpers'"),
    ("include/litellm/api/common.hpp", "#pragma once\n", "'common'"),
    ("src/api/KeyManager.Manager.cpp", "int x;\n", "'manager'"),
    ("tests/e2e/base.mjs", "x\n", "'base'"),
    ("src/core/long.cpp", "int x;\n" * (MAX_LINES + 1), "lines; at most"),
    ("src/core/plain.hpp", "struct X;\n", "without #pragma once"),
    ("src/core/guard.hpp", "#pragma once\n#ifndef GUARD_HPP\n#define GUARD_HPP\n#endif\n", "include guard"),
    ("src/api/sql.cpp", 'auto sql = R"sql(\nSELECT a\nFROM b\n)sql";\n', "SQL belongs"),
    ("src/api/joined.cpp", 'auto sql = "SELECT a "\n    "FROM b";\n', "SQL belongs"),
    ("src/spend/insert.cpp", 'run("INSERT INTO " + table);\n', "SQL belongs"),
    ("src/spend/update.hpp", '#pragma once\nauto s = "UPDATE t SET a = 1";\n', "SQL belongs"),
    ("src/auth/delete.cpp", 'run("DELETE FROM t");\n', "SQL belongs"),
    ("src/auth/small.cpp", 'run("select 1 from \\"LiteLLM_UserTable\\"");\n', "SQL belongs"),
    ("src/core/unfinished.cpp", "// TO" "DO later\n", "unfinished work"),
    ("scripts/unfinished", "# FIX" "ME\n", "unfinished work"),
    ("docker/Dockerfile", f"COPY {PRIVATE} /app\n", "somebody's own path"),
    ("README.md", f"see `{PRIVATE}/x`\n", "somebody's own path"),
    ("tests/core/path_test.cpp", 'read("/ro' 'ot/.config/x");\n', "somebody's own path"),
]  # fmt: skip


def self_test():
    wrong = []
    for name, text, words in SAMPLES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            found, _ = findings_in(folder)
        as_expected = not found if words is None else len(found) == 1 and words in str(found[0])
        if not as_expected:
            wrong.append(f"{name}: expected {words or 'nothing'}, found {[str(f) for f in found]}")
    for line in wrong:
        print(line)
    print(f"names: {len(SAMPLES)} samples, {len(wrong)} judged wrongly")
    return 1 if wrong else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    findings, looked_at = findings_in(arguments[0])
    return report("names", findings, looked_at)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
