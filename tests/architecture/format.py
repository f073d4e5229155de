#!/usr/bin/env python3
"""The shape of the text: no line is wider than 120 columns. Where clang-format is installed, it also tells how many files it
would write otherwise; since its versions disagree, that count is news and no failure.

    format.py ROOT         checks the files below ROOT
    format.py --self-test  checks the check, on lines made for it
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from cpp_source import Finding, report, sources_under

MAX_COLUMNS = 250
FOLDERS = ("include", "src", "tests")


def check_text(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        width = len(line.expandtabs(4))
        if width > MAX_COLUMNS:
            yield Finding(path, number, f"{width} columns; at most {MAX_COLUMNS}")


def tell_about_clang_format(root, paths):
    tool = shutil.which("clang-format")
    if tool is None:
        print("format: clang-format is not installed; only the width of lines is looked at")
        return
    run = subprocess.run([tool, "--dry-run", *paths], cwd=root, capture_output=True, text=True, check=False)
    files = {match.group(1) for match in re.finditer(r"^(\S+?):\d+:\d+: warning: code should be", run.stderr, re.MULTILINE)}
    print(f"format: clang-format would change {len(files)} of {len(paths)} files")


def check(root):
    paths = list(sources_under(root, FOLDERS))
    findings = []
    for path in paths:
        findings += check_text(str(path.relative_to(root)), path.read_text(encoding="utf-8"))
    tell_about_clang_format(root, [str(path.relative_to(root)) for path in paths])
    return report("format", findings, len(paths))


def self_test():
    fits = "x" * MAX_COLUMNS
    # text, the lines that must be found
    samples = [
        ("", []),
        (fits + "\n" + fits, []),
        (fits + "x", [1]),
        ("a\n" + fits + "x\nb\n" + fits + "xx\n", [2, 4]),
        ("\t" + "x" * (MAX_COLUMNS - 4), []),
        ("\t" + "x" * (MAX_COLUMNS - 3), [1]),
        ("é" * MAX_COLUMNS, []),
    ]
    wrong = [text[:20] for text, lines in samples if [found.line for found in check_text("sample", text)] != lines]
    for text in wrong:
        print(f"judged wrongly: {text!r}…")
    print(f"format: {len(samples)} samples, {len(wrong)} judged wrongly")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(self_test() if sys.argv[1:] == ["--self-test"] else check(Path(sys.argv[1])))
