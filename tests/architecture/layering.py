#!/usr/bin/env python3
"""The floors of the house: which room may include whose doors, and which library may be seen in which room.

    layering.py ROOT ROOMS   checks the sources below ROOT against ROOMS, the file with one line `room:dependency,dependency`
                             for each litellm_room() of the build, and both against the map in src/README.md
    layering.py --self-test  checks the check, on a small house with faults made for it
"""

import os
import re
import sys
import tempfile
from pathlib import Path

from cpp_source import Finding, include_lines, report, sources_under

ANY = None

# Where a library's headers may be included: in sources and private headers of these rooms.
LIBRARIES = {
    "pqxx/": {"db"},
    "sqlite3.h": {"db"},
    "hiredis/": {"redis"},
    "curl/": {"http", "mail"},
    "boost/beast": {"http"},
    "boost/asio/ssl": {"http"},
    "boost/asio/ip/": {"http", "redis", "app"},
    "yaml-cpp/": {"config"},
    "simdjson": {"inference", "spend"},
    "nlohmann/json.hpp": {
        "core", "config", "providers", "db", "store", "auth", "mail", "hooks", "spend", "management", "inference", "jobs", "api", "app",
    },
    "CLI/": {"app"},
    "spdlog/": {"core"},
    "sodium": {"core", "management"},
    "openssl/": {"core", "http", "providers"},
    "zlib.h": {"http"},
    "mimalloc": {"app"},
    "gtest/": set(),
    "gmock/": set(),
    "boost/asio/awaitable.hpp": ANY,
    "boost/": {"core", "config", "db", "http", "redis", "store", "auth", "mail", "hooks", "spend", "management", "inference", "jobs", "api", "app"},
    "fmt/": ANY,
    "nlohmann/json_fwd.hpp": ANY,
}  # fmt: skip

# What a door may show of other libraries. Open-ended settings, rows, metadata and vendors' documents stay JSON in four rooms.
IN_DOORS = {
    "boost/asio/awaitable.hpp": ANY,
    "boost/asio/any_io_executor.hpp": ANY,
    "boost/system/result.hpp": ANY,
    "nlohmann/json_fwd.hpp": ANY,
    "nlohmann/json.hpp": {"config", "providers", "store", "mail", "management"},
    "fmt/": {"core"},
}


def rule_for(rules, header):
    """The rule with the longest prefix of `header`; None when no rule names it."""
    matching = [prefix for prefix in rules if header.startswith(prefix)]
    return max(matching, key=len) if matching else None


def read_rooms(path):
    rooms = {}
    for line in Path(path).read_text(encoding="utf-8").split():
        name, _, depends = line.partition(":")
        rooms[name] = {room for room in depends.split(",") if room}
    return rooms


def read_map(path):
    """The table of src/README.md: room → (floor, rooms it may use; ANY for "all")."""
    rooms = {}
    for line in Path(path).read_text(encoding="utf-8").split("\n"):
        match = re.match(r"\|\s*(\d+)\s*\|\s*`(\w+)`\s*\|[^|]*\|([^|]*)\|", line)
        if match:
            uses = match.group(3).split()
            rooms[match.group(2)] = (int(match.group(1)), ANY if uses == ["all"] else set(uses))
    return rooms


def check_map(rooms, floors):
    """The build and the map say the same, and every arrow points down."""
    for room, depends in sorted(rooms.items()):
        if room not in floors:
            yield Finding("src/README.md", 1, f"the map lacks the room {room}")
            continue
        floor, uses = floors[room]
        for other in sorted(depends - {"core"}):
            if other not in rooms:
                yield Finding(f"src/{room}/CMakeLists.txt", 1, f"{room} depends on {other}, which is no room")
            elif other in floors and floors[other][0] >= floor:
                yield Finding(f"src/{room}/CMakeLists.txt", 1, f"{room} depends on {other}, which is not on a lower floor")
        if uses is not ANY and uses != depends - {"core"}:
            said, built = " ".join(sorted(uses)), " ".join(sorted(depends - {"core"}))
            yield Finding("src/README.md", 1, f"the map says that {room} uses [{said}], the build says [{built}]")


def room_of(inside):
    """(room, whether the file is a door) of a path below the root."""
    return (inside[2], True) if inside[0] == "include" else (inside[1], False)


def check_private(root, path, room, is_door, header):
    """A private header lies beside the file that includes it, or below the room's own folder."""
    own = root / "src" / room
    for folder in (path.parent, own):
        target = Path(os.path.normpath(folder / header))
        if target.is_file():
            if not target.is_relative_to(own):
                return f'"{header}" reaches out of the room'
            return f'a door includes the private header "{header}"' if is_door else None
    if ".." in header:
        return f'"{header}" reaches out of the room'
    owners = sorted(other.parent.relative_to(root / "src").parts[0] for other in (root / "src").glob(f"*/**/{header}"))
    return f'"{header}" is a private header of {owners[0]}' if owners else None


def check_include(root, rooms, path, room, is_door, header, is_quoted):
    """What is wrong with this include in this room, or None."""
    if header.startswith("litellm/"):
        other = header.split("/")[1]
        if other not in (room, "core") and other not in rooms[room]:
            return f"{room} may not include {other}: its DEPENDS list does not name it"
        return None
    if is_quoted:
        return check_private(root, path, room, is_door, header)
    prefix = rule_for(LIBRARIES, header)
    if prefix is None:
        return None
    if LIBRARIES[prefix] is not ANY and room not in LIBRARIES[prefix]:
        return f"<{header}> may not be included in {room}"
    if is_door:
        door = rule_for(IN_DOORS, header)
        if door is None or (IN_DOORS[door] is not ANY and room not in IN_DOORS[door]):
            return f"<{header}> may not cross a door of {room}"
    return None


def findings_in(root, rooms):
    root = Path(root)
    floors = read_map(root / "src/README.md")
    # The program at the top is no library: it links what it likes.
    rooms = {name: set(rooms) for name, (_, uses) in floors.items() if uses is ANY} | rooms
    findings = list(check_map(rooms, floors))
    looked_at = 0
    for path in sources_under(root, ("include/litellm", "src")):
        inside = path.relative_to(root)
        room, is_door = room_of(inside.parts)
        looked_at += 1
        if room not in rooms:
            findings.append(Finding(str(inside), 1, f"{room} is no room of the build: no litellm_room({room} …)"))
            continue
        for line, header, is_quoted in include_lines(path.read_text(encoding="utf-8")):
            fault = check_include(root, rooms, path, room, is_door, header, is_quoted)
            if fault:
                findings.append(Finding(str(inside), line, fault))
    return findings, looked_at


HOUSE = {
    "src/README.md": """
| floor | room | one line | may use |
| --: | --- | --- | --- |
| 4 | `app` | main | all |
| 3 | `api` | routes | store |
| 2 | `store` | tables | db |
| 1 | `db` | transactions | |
| 1 | `http` | transport | |
| 0 | `core` | words | |
""",
    "include/litellm/core/error.hpp": "#include <boost/system/result.hpp>\n#include <string>\n",
    "include/litellm/db/database.hpp": '#include "litellm/core/error.hpp"\n#include <boost/asio/awaitable.hpp>\n',
    "include/litellm/store/keys.hpp": '#include "litellm/db/database.hpp"\n#include <nlohmann/json.hpp>\n',
    "include/litellm/http/server.hpp": "#include <vector>\n",
    "src/db/driver.hpp": "#include <sys/epoll.h>\n",
    "src/db/driver.cpp": '#include "driver.hpp"\n#include <pqxx/pqxx>\n#include "litellm/core/error.hpp"\n',
    "src/http/curl.cpp": "#include <curl/curl.h>\n#include <boost/beast/http.hpp>\n// #include <pqxx/pqxx>\n",
    "src/api/json/key_json.hpp": '#include "shapes.hpp"\n#include "../words.hpp"\n#include "litellm/store/keys.hpp"\n',
    "src/api/json/shapes.hpp": "#include <map>\n",
    "src/api/words.hpp": '#include "json/shapes.hpp"\n',
    "src/app/main.cpp": '#include <CLI/CLI.hpp>\n#include "litellm/db/database.hpp"\n#include "litellm/store/keys.hpp"\n',
    "src/api/routes.cpp": '#include "litellm/store/keys.hpp"\n/*\n#include "litellm/db/database.hpp"\n*/\n',
}
HOUSE_ROOMS = {"core": set(), "db": set(), "http": set(), "store": {"db"}, "api": {"store"}}

# path, what is put there, the words that the finding must hold
FAULTS = [
    ("src/api/sql.cpp", '#include "litellm/db/database.hpp"', "api may not include db"),
    ("src/api/angle.cpp", "#include <litellm/db/database.hpp>", "api may not include db"),
    ("src/http/up.cpp", '#include "litellm/store/keys.hpp"', "http may not include store"),
    ("include/litellm/http/up.hpp", '#include "litellm/store/keys.hpp"', "http may not include store"),
    ("src/core/up.cpp", '#include "litellm/db/database.hpp"', "core may not include db"),
    ("src/store/peek.cpp", '#include "driver.hpp"', "private header of db"),
    ("src/store/reach.cpp", '#include "../db/driver.hpp"', "reaches out of the room"),
    ("src/store/sibling.cpp", '#include "../../src/db/driver.hpp"', "reaches out of the room"),
    ("src/store/nowhere.cpp", '#include "../../include/litellm/db/database.hpp"', "reaches out of the room"),
    ("src/store/shapes.cpp", '#include "json/shapes.hpp"', "private header of api"),
    ("include/litellm/db/inside.hpp", '#include "driver.hpp"', "a door includes the private header"),
    ("src/store/pqxx.cpp", "  #  include <pqxx/pqxx>", "<pqxx/pqxx> may not be included in store"),
    ("src/store/sqlite.cpp", "#include <sqlite3.h>", "<sqlite3.h> may not be included in store"),
    ("src/db/curl.cpp", "#include <curl/curl.h>", "<curl/curl.h> may not be included in db"),
    ("src/api/beast.cpp", "#include <boost/beast/http.hpp>", "<boost/beast/http.hpp> may not be included in api"),
    ("src/http/json.cpp", "#include <nlohmann/json.hpp>", "<nlohmann/json.hpp> may not be included in http"),
    ("src/http/log.cpp", "#include <spdlog/spdlog.h>", "<spdlog/spdlog.h> may not be included in http"),
    ("src/api/yaml.cpp", "#include <yaml-cpp/yaml.h>", "<yaml-cpp/yaml.h> may not be included in api"),
    ("src/api/simd.cpp", "#include <simdjson.h>", "<simdjson.h> may not be included in api"),
    ("src/api/flags.cpp", "#include <CLI/CLI.hpp>", "<CLI/CLI.hpp> may not be included in api"),
    ("src/api/sodium.cpp", "#include <sodium.h>", "<sodium.h> may not be included in api"),
    ("src/api/test.cpp", "#include <gtest/gtest.h>", "<gtest/gtest.h> may not be included in api"),
    ("include/litellm/http/door.hpp", "#include <curl/curl.h>", "may not cross a door of http"),
    ("include/litellm/db/door.hpp", "#include <nlohmann/json.hpp>", "may not cross a door of db"),
    ("src/app/pqxx.cpp", "#include <pqxx/pqxx>", "<pqxx/pqxx> may not be included in app"),
    ("src/app/peek.cpp", '#include "driver.hpp"', "private header of db"),
    ("src/db/top.cpp", '#include "litellm/app/application.hpp"', "db may not include app"),
    ("src/cellar/new.cpp", "#include <string>", "cellar is no room of the build"),
]
# rooms of the build, the words that the finding must hold
ROOM_FAULTS = [
    (HOUSE_ROOMS | {"db": {"store"}}, "db depends on store, which is not on a lower floor"),
    (HOUSE_ROOMS | {"db": {"http"}}, "db depends on http, which is not on a lower floor"),
    (HOUSE_ROOMS | {"api": {"store", "db"}}, "the map says that api uses [store], the build says [db store]"),
    (HOUSE_ROOMS | {"api": set()}, "the map says that api uses [store], the build says []"),
    (HOUSE_ROOMS | {"api": {"store", "attic"}}, "api depends on attic, which is no room"),
    (HOUSE_ROOMS | {"cellar": set()}, "the map lacks the room cellar"),
]


def self_test():
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)

        def put(name, text):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")

        for name, text in HOUSE.items():
            put(name, text)
        found, _ = findings_in(root, HOUSE_ROOMS)
        wrong += [f"a sound house is blamed: {finding}" for finding in found]
        for name, text, words in FAULTS:
            put(name, "#include <map>\n" + text + "\n")
            found, _ = findings_in(root, HOUSE_ROOMS)
            if len(found) != 1 or words not in found[0].message or found[0].path != name:
                wrong.append(f"{name}: expected '{words}', found {[str(f) for f in found]}")
            (root / name).unlink()
        for rooms, words in ROOM_FAULTS:
            found, _ = findings_in(root, rooms)
            if not any(words in finding.message for finding in found):
                wrong.append(f"expected '{words}', found {[str(f) for f in found]}")
    for line in wrong:
        print(line)
    print(f"layering: {len(FAULTS) + len(ROOM_FAULTS)} faults made, {len(wrong)} judged wrongly")
    return 1 if wrong else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    root, rooms = arguments
    findings, looked_at = findings_in(root, read_rooms(rooms))
    return report("layering", findings, looked_at)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
