"""C++ text as tokens, precise enough for the checks beside this file: comments and preprocessor lines are gone, a string
or character literal is one token, and every token knows its line."""

import re
from dataclasses import dataclass
from pathlib import Path

SOURCE_SUFFIXES = {".cpp", ".hpp"}


@dataclass(frozen=True)
class Token:
    text: str
    line: int
    # Holds the characters of a string literal, None for every other token.
    string: str | None = None


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


_TOKEN = re.compile(
    r"""
      (?P<comment>//(?:\\\n|[^\n])*|/\*.*?\*/)
    | (?P<raw>(?:u8|[uUL])?R"(?P<delimiter>[^\s()\\]{0,16})\((?P<raw_text>.*?)\)(?P=delimiter)")
    | (?P<string>(?:u8|[uUL])?"(?P<text>(?:\\.|[^"\\\n])*)")
    | (?P<character>(?:u8|[uUL])?'(?:\\.|[^'\\\n])+')
    | (?P<number>\.?\d(?:'?[\w.]|(?<=[eEpP])[+-])*)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<directive>(?<![^\n])[ \t]*\#(?:\\\n|/\*.*?\*/|[^\n])*)
    | (?P<space>\n|[^\S\n]+)
    | (?P<operator>->|::|.)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens_of(text):
    """The tokens of `text`, without comments and preprocessor directives."""
    found = []
    line = 1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        spelling = match.group()
        if match.group("raw") is not None:
            found.append(Token('""', line, match.group("raw_text")))
        elif match.group("string") is not None:
            found.append(Token('""', line, match.group("text")))
        elif kind == "character":
            found.append(Token("''", line))
        elif kind in ("number", "word", "operator"):
            found.append(Token(spelling, line))
        line += spelling.count("\n")
    return found


def include_lines(text):
    """(line, path, is_quoted) of every #include that is not inside a comment."""
    without_comments = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.DOTALL)
    for number, line in enumerate(without_comments.split("\n"), 1):
        match = re.match(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', line)
        if match:
            yield number, match.group(1) or match.group(2), match.group(1) is not None


def sources_under(root, folders):
    """C++ files below `root`/`folders`, sorted; the probes of the checks themselves left out."""
    for folder in folders:
        for path in sorted((Path(root) / folder).rglob("*")):
            inside = path.relative_to(root).parts
            if path.suffix in SOURCE_SUFFIXES and path.is_file() and "architecture" not in inside:
                yield path


def report(name, findings, looked_at):
    """Prints what was found and gives the exit status. Nothing to look at is a failure: such a check would prove nothing."""
    for finding in findings:
        print(finding)
    if looked_at == 0:
        print(f"{name}: nothing to look at")
        return 1
    print(f"{name}: {looked_at} files, {len(findings)} findings")
    return 1 if findings else 0
