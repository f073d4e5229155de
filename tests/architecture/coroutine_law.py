#!/usr/bin/env python3
"""The coroutine law: a statement that awaits builds no braced temporary, has no lambda that captures by value and no `?:`.

GCC 12 destroys those twice when they stand in one full expression with `co_await`. The cure is always the same: name it on
the line above and move it in.

    coroutine_law.py ROOT         checks the sources below ROOT
    coroutine_law.py --self-test  checks the check, on the probes beside this file
"""

import sys
from pathlib import Path

from cpp_source import Finding, report, sources_under, tokens_of

FOLDERS = ("include", "src", "tests")

CLOSING = {"(": ")", "[": "]", "{": "}"}
HEADED = {"if", "while", "for", "switch", "catch"}
TYPE_WORDS = {"class", "struct", "union", "enum", "namespace"}
BODY_WORDS = {"const", "noexcept", "override", "final", "mutable", "volatile", "try", "else", "do", "requires"}
# After these words a bracket or a brace starts an expression; after any other word it belongs to that word.
EXPRESSION_WORDS = {"return", "co_return", "co_await", "co_yield", "throw", "case", "else", "do", "new"}

BRACES = "builds a braced temporary"
CAPTURE = "has a lambda that captures by value"
CHOICE = "uses ?:"
EMPTY = "is the condition of a loop without a body"


def pairs_of(tokens):
    """The index of the closing bracket for every opening one, and the other way round."""
    pairs = {}
    open_at = []
    for index, token in enumerate(tokens):
        if token.text in CLOSING:
            open_at.append(index)
        elif token.text in CLOSING.values():
            if not open_at or CLOSING[tokens[open_at[-1]].text] != token.text:
                raise ValueError(f"line {token.line}: unbalanced {token.text!r}")
            start = open_at.pop()
            pairs[start], pairs[index] = index, start
    if open_at:
        raise ValueError(f"line {tokens[open_at[-1]].line}: unclosed {tokens[open_at[-1]].text!r}")
    return pairs


def is_word(text):
    return text[0].isalpha() or text[0] == "_"


class Scan:
    """One file. A statement is collected from the tokens of a block; the bodies of lambdas are blocks of their own."""

    def __init__(self, text):
        self.tokens = tokens_of(text)
        self.pairs = pairs_of(self.tokens)
        self.findings = []
        self.block(0, len(self.tokens))

    def text(self, index):
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def block(self, begin, end):
        """Splits [begin, end) into statements; a header in parentheses and a label end one, too."""
        start = index = begin
        while index < end:
            text = self.text(index)
            if text == ";":
                self.statement(start, index)
                start = index = index + 1
            elif text in HEADED:
                index += 2 if self.text(index + 1) == "constexpr" else 1
                if self.text(index) == "(":
                    self.header(index + 1, self.pairs[index])
                    if text == "while":
                        self.empty_loop(index)
                    start = index = self.pairs[index] + 1
            elif text in ("case", "default"):
                start = index = self.label_end(index, end)
            elif text == "[" and self.is_lambda(index):
                index = self.after_lambda(index)
            elif text == "{" and self.opens_block(start, index):
                self.statement(start, index)
                self.block(index + 1, self.pairs[index])
                start = index = self.pairs[index] + 1
            elif text in CLOSING:
                index = self.pairs[index] + 1
            else:
                index += 1
        self.statement(start, end)

    def empty_loop(self, opening):
        """`while (co_await more()) {}`: GCC 12 overwrites the frame's resume address when such a loop has no body."""
        closing = self.pairs[opening]
        body = closing + 1
        if self.text(body) == "{" and self.pairs[body] == body + 1:
            for index in range(opening, closing):
                if self.text(index) == "co_await":
                    self.findings.append((self.tokens[index].line, EMPTY))
                    return

    def header(self, begin, end):
        """`for (a; b; c)` and `if (a; b)` hold one full expression for each part."""
        start = index = begin
        while index < end:
            if self.text(index) == ";":
                self.statement(start, index)
                start = index + 1
            index = self.pairs[index] + 1 if self.text(index) in CLOSING else index + 1
        self.statement(start, end)

    def label_end(self, index, end):
        while index < end and self.text(index) not in (":", ";"):
            index = self.pairs[index] + 1 if self.text(index) in CLOSING else index + 1
        return index + 1

    def is_lambda(self, index):
        """Not a subscript, an attribute or the names of `auto [a, b]`."""
        before = self.text(index - 1)
        if before == "[" or self.text(index + 1) == "[":
            return False
        if before in (")", "]", "}", ">", '""') or (before and is_word(before) and before not in EXPRESSION_WORDS):
            return False
        return self.lambda_body(index) is not None

    def lambda_body(self, index):
        """The brace that opens the body of the lambda whose captures start at `index`."""
        index = self.pairs[index] + 1
        while index < len(self.tokens) and self.text(index) != "{":
            if self.text(index) in (";", ",", ")", "]", "}", "="):
                # Only template parameters may hold a comma or `=` here: `[]<class T, int N = 1>(…) {`.
                if self.text(index) not in (",", "="):
                    return None
            index = self.pairs[index] + 1 if self.text(index) in CLOSING else index + 1
        return index if index < len(self.tokens) else None

    def after_lambda(self, index):
        return self.pairs[self.lambda_body(index)] + 1

    def opens_block(self, start, index):
        """Whether the brace at `index`, outside of parentheses, opens a block rather than an initialiser."""
        before = self.text(index - 1) if index > start else ""
        if before in ("", ")", "}", ":") or before in BODY_WORDS:
            return True
        if any(self.text(i) in TYPE_WORDS for i in self.level(start, index)):
            return True
        if before == "]":
            # `[[likely]] {`, as against `int numbers[3]{`.
            return self.text(self.pairs[index - 1] + 1) == "["
        if before == '""':
            return self.text(index - 2) == "extern"
        return self.is_trailing_return(start, index)

    def level(self, start, index):
        """The tokens of a statement outside of its brackets."""
        while start < index:
            yield start
            start = self.pairs[start] + 1 if self.text(start) in CLOSING else start + 1

    def is_trailing_return(self, start, index):
        """`auto f() -> Task<int> {`: only the parts of a type stand between the arrow and the brace."""
        index -= 1
        while index > start:
            text = self.text(index)
            if text == "->":
                return self.text(index - 1) == ")" or self.text(index - 1) in BODY_WORDS
            if text in (")", "]"):
                index = self.pairs[index]
            elif not (is_word(text) or text[0].isdigit() or text in ("::", "<", ">", ",", "*", "&")):
                return False
            index -= 1
        return False

    def statement(self, begin, end):
        """Judges one full expression, then looks into the lambdas that stand in it."""
        awaits = None
        faults = {}
        bodies = []
        index = begin
        while index < end:
            text = self.text(index)
            if text == "co_await":
                awaits = awaits or self.tokens[index].line
            elif text == "?":
                faults.setdefault(CHOICE, self.tokens[index].line)
            elif text == "{":
                faults.setdefault(BRACES, self.tokens[index].line)
            elif text == "[" and self.is_lambda(index):
                if self.captures_by_value(index):
                    faults.setdefault(CAPTURE, self.tokens[index].line)
                body = self.lambda_body(index)
                bodies.append((body + 1, self.pairs[body]))
                index = self.pairs[body]
            index += 1
        if awaits:
            self.findings += [(line, fault) for fault, line in faults.items()]
        for body in bodies:
            self.block(*body)

    def captures_by_value(self, index):
        """`[&]`, `[&name]`, `[this]` and `[]` own nothing; every other capture may."""
        capture = []
        end = self.pairs[index]
        index += 1
        while index <= end:
            text = self.text(index)
            if text == "," or index == end:
                if capture and capture[0] != "&" and capture != ["this"]:
                    return True
                capture = []
            else:
                capture.append(text)
            index = self.pairs[index] + 1 if text in CLOSING else index + 1
        return False


def check_text(path, text):
    try:
        found = Scan(text).findings
    except ValueError as error:
        return [Finding(path, 1, f"cannot be read: {error}")]
    return [
        Finding(path, line, f"a statement that awaits {fault}; name it on the line above and move it in")
        for line, fault in sorted(found)
    ]


def check(root):
    findings = []
    looked_at = 0
    for path in sources_under(root, FOLDERS):
        looked_at += 1
        findings += check_text(str(path.relative_to(root)), path.read_text(encoding="utf-8"))
    return report("coroutine law", findings, looked_at)


def self_test():
    """Every probe function named `bad_…` must be flagged for the reason its comment gives, every `good_…` must not."""
    probes = Path(__file__).parent / "probes"
    wrong = []
    counts = {"bad": 0, "good": 0}
    for path in sorted(probes.glob("*.cpp")):
        text = path.read_text(encoding="utf-8")
        flagged = Scan(text).findings
        lines = text.split("\n")
        starts = [n for n, line in enumerate(lines, 1) if "bad_" in line or "good_" in line]
        for first, after in zip(starts, starts[1:] + [len(lines) + 1]):
            here = {fault for line, fault in flagged if first <= line < after}
            head = lines[first - 1]
            kind = "bad" if "bad_" in head else "good"
            counts[kind] += 1
            expected = {
                fault
                for word, fault in (("braces", BRACES), ("capture", CAPTURE), ("choice", CHOICE), ("empty", EMPTY))
                if kind == "bad" and word in head.partition("//")[2]
            }
            if (kind == "bad" and not expected) or here != expected:
                wrong.append(Finding(path.name, first, f"expected {expected or 'nothing'}, found {here or 'nothing'}"))
    for finding in wrong:
        print(finding)
    print(f"coroutine law: {counts['bad']} forbidden and {counts['good']} allowed probes, {len(wrong)} judged wrongly")
    return 1 if wrong or not counts["bad"] or not counts["good"] else 0


if __name__ == "__main__":
    sys.exit(self_test() if sys.argv[1:] == ["--self-test"] else check(Path(sys.argv[1])))
