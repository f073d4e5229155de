#!/usr/bin/env python3
"""Instructions and system calls per request, compared with baseline.json: the gate of continuous integration.

Unlike times these numbers do not depend on what else the machine does. Instructions are (Ir(many requests) - Ir(few)) / difference
under callgrind, whole process from start to end, so that start-up cancels out and the later writing of the ledger is included. They
are user code only; hence also the system calls of a running server, with what it does when idle taken off.

How many answers one epoll_wait happens to collect still moves both by up to 2 %, upwards when the machine is busy. So a figure above its
limit is measured again, and the smaller one counts.

Exit code 0: within the limits; 1: exceeded; 2: could not be measured, or nothing to compare with; 77, with --as-test: there is no
release build or no valgrind here.
"""

import argparse
import collections
import json
import math
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from stack import DEFAULT_BINARY, DEFAULT_TOOLS, ROOT, BenchError, Stack

BASELINE = pathlib.Path(__file__).resolve().parent / "baseline.json"
OUTPUT = ROOT / "build/bench"

Scenario = collections.namedtuple("Scenario", "kind bare options few many tolerance")
SCENARIOS = {
    "chat": Scenario("fast", False, {}, 400, 1200, 0.02),
    # How many chunks one read returns varies a little, so the limit is wider.
    "stream": Scenario("burst", False, {"stream": True}, 100, 300, 0.05),
    "bare": Scenario("fast", True, {}, 400, 1200, 0.02),
}

# valgrind's CPU has no AVX-512, and a machine may lack AVX2: one instruction set everywhere keeps counts comparable.
VALGRIND_ENVIRONMENT = {"SIMDJSON_FORCE_IMPLEMENTATION": "westmere"}
# The ledger is written once, at the end, and not once for each second that valgrind happens to take.
VALGRIND_SETTINGS = {"proxy_batch_write_at": 3600}
VALGRIND_LIMIT = 300  # seconds for start-up, and for a batch of requests; ten when nobody else computes

SYSCALL_REQUESTS = 4000
SETTLE_SECONDS = 2.5  # until the ledger has been written
IDLE_SECONDS = 2.5
TRACED = (
    "accept4 clock_nanosleep close connect epoll_ctl epoll_pwait epoll_wait eventfd2 fcntl fdatasync fsync futex getpeername "
    "getsockname getsockopt ioctl lseek madvise mmap mprotect munmap newfstat openat poll pread64 pwrite64 read readv recvfrom "
    "recvmsg sched_yield sendmsg sendto setsockopt shutdown socket timerfd_settime unlink write writev"
).split()


def instructions(stack, name, scenario):
    """Instructions of one request of that scenario."""
    totals = [callgrind_total(stack, name, scenario, requests) for requests in (scenario.few, scenario.many)]
    return (totals[1] - totals[0]) / (scenario.many - scenario.few)


def callgrind_total(stack, name, scenario, requests):
    OUTPUT.mkdir(parents=True, exist_ok=True)
    output = OUTPUT / f"callgrind.{name}.{requests}.out"
    output.unlink(missing_ok=True)
    wrapper = ["valgrind", "-q", "--tool=callgrind", "--fair-sched=yes", f"--callgrind-out-file={output}"]
    server = stack.proxy(
        f"callgrind-{name}", scenario.bare, VALGRIND_SETTINGS, wrapper, pinned=False, limit=VALGRIND_LIMIT
    )
    try:
        stack.count(server.target, scenario.kind, requests, VALGRIND_LIMIT, **scenario.options)
    finally:
        graceful = server.stop(patience=60)
    if not graceful:
        raise BenchError("the server did not end within 60 s of SIGTERM under valgrind, so there is no count")
    found = re.search(r"^(?:totals|summary): (\d+)", output.read_text(), re.MULTILINE) if output.exists() else None
    if not found:
        raise BenchError(f"valgrind wrote no total into {output}")
    return int(found.group(1))


def system_calls(stack, name, scenario, tracer):
    """(system calls of one request, {name: calls}, system calls per second when idle)."""
    server = stack.proxy(f"syscalls-{name}", scenario.bare)
    requests = SYSCALL_REQUESTS // (10 if scenario.kind == "burst" else 1)
    try:
        stack.count(server.target, scenario.kind, 200, 10, **scenario.options)
        time.sleep(SETTLE_SECONDS)
        idle, idle_seconds = trace(server.process, tracer, lambda: time.sleep(IDLE_SECONDS))

        def work():
            stack.count(server.target, scenario.kind, requests, 15, **scenario.options)
            time.sleep(SETTLE_SECONDS)

        busy, seconds = trace(server.process, tracer, work)
    finally:
        server.stop()
    own = {call: (count - idle.get(call, 0) * seconds / idle_seconds) / requests for call, count in busy.items()}
    return own.pop("total"), own, idle["total"] / idle_seconds


def trace(process, tracer, action):
    """Counts the system calls of a process and its children during `action`: ({name: count}, seconds)."""
    pids = process.pids()
    with tempfile.TemporaryDirectory() as directory:
        output = pathlib.Path(directory) / "counts"
        if tracer == "perf":
            events = "raw_syscalls:sys_enter," + ",".join(f"syscalls:sys_enter_{call}" for call in TRACED)
            argv = ["perf", "stat", "-x;", "-o", output, "-e", events, "-p", ",".join(map(str, pids))]
        else:
            argv = ["strace", "-f", "-qq", "-c", "-U", "calls,name", "-o", output]
            for pid in pids:
                argv += ["-p", str(pid)]
        child = subprocess.Popen([str(argument) for argument in argv], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            time.sleep(0.7)  # neither says when it has attached
            begun = time.monotonic()
            action()
            seconds = time.monotonic() - begun
        finally:
            child.send_signal(signal.SIGINT)
            _, errors = child.communicate(timeout=10)
        text = output.read_text() if output.exists() else ""
    counts = {}
    if tracer == "perf":
        for line in text.splitlines():
            fields = line.split(";")
            # "<not counted>" is a process that has not run once meanwhile.
            if len(fields) > 2 and (fields[0].isdigit() or fields[0] == "<not counted>"):
                call = "total" if fields[2] == "raw_syscalls:sys_enter" else fields[2].removeprefix("syscalls:sys_enter_")
                counts[call] = int(fields[0]) if fields[0].isdigit() else 0
    else:
        counts = {call: int(count) for count, call in re.findall(r"^\s*(\d+)\s+(\w+)\s*$", text, re.MULTILINE)}
        counts.setdefault("total", 0)  # it writes nothing when it saw nothing
    if "total" not in counts:
        raise BenchError(f"{tracer} counted nothing: {errors.decode(errors='replace').strip()[:400]}")
    return counts, seconds


def measured(measure, limit, always_twice, key=lambda figure: figure):
    """One result, or two when the first is above the limit."""
    first = measure()
    return [first] if key(first) <= limit and not always_twice else [first, measure()]


def choose_tracer(wanted):
    """perf does not slow the server down; strace needs no tracepoints."""
    if wanted != "auto":
        return wanted
    if shutil.which("perf"):
        probe = ["perf", "stat", "-x;", "-e", "raw_syscalls:sys_enter,syscalls:sys_enter_read", "true"]
        done = subprocess.run(probe, capture_output=True, text=True, check=False)
        if done.returncode == 0 and re.search(r"^\d+;;raw_syscalls", done.stderr, re.MULTILINE):
            return "perf"
    if shutil.which("strace"):
        done = subprocess.run(["strace", "-f", "-qq", "-c", "-o", "/dev/null", "true"], capture_output=True, check=False)
        if done.returncode == 0:
            return "strace"
    raise BenchError("neither perf nor strace can be used here")


def environment(tracer):
    """What the counts depend on besides our own code."""

    def first_line(*argv):
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        return (done.stdout + done.stderr).partition("\n")[0].strip()

    libraries = {}
    if shutil.which("dpkg-query"):
        listed = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Package} ${Version}\n", "libc6", "libcurl4", "libsimdjson14", "libsqlite3-0", "libssl3"],
            capture_output=True, text=True, check=False,
        ).stdout
        libraries = dict(line.split(" ", 1) for line in listed.splitlines())
    return {"compiler": first_line("g++", "--version"), "valgrind": first_line("valgrind", "--version"), "tracer": tracer, **libraries}


def judge(name, found, baseline):
    """Rows (figure, committed, limit, measured, change, verdict) of one scenario."""
    rows = []
    committed = baseline.get("scenarios", {}).get(name, {})
    if "instructions" in found:
        before, now = committed.get("instructions"), found["instructions"]
        tolerance = SCENARIOS[name].tolerance
        if before is None:
            rows.append((f"{name}: instructions/request", None, None, now, "", "no baseline"))
        else:
            change = now / before - 1
            verdict = "EXCEEDED" if change > tolerance else "better: --update" if change < -tolerance else "ok"
            rows.append((f"{name}: instructions/request", before, before * (1 + tolerance), now, f"{change:+.2%}", verdict))
    if "system_calls" in found:
        before, limit, now = committed.get("system_calls"), committed.get("system_calls_limit"), found["system_calls"]
        if limit is None:
            rows.append((f"{name}: system calls/request", None, None, now, "", "no baseline"))
        else:
            verdict = "EXCEEDED" if now > limit else "ok"
            rows.append((f"{name}: system calls/request", before, limit, now, f"{now / before - 1:+.2%}", verdict))
    return rows


def print_table(rows):
    def shown(value):
        return "–" if value is None else f"{value:,.0f}" if value >= 1000 else f"{value:.2f}"

    table = [("figure", "committed", "limit", "measured", "change", "")]
    table += [(row[0], shown(row[1]), shown(row[2]), shown(row[3]), row[4], row[5]) for row in rows]
    widths = [max(len(row[column]) for row in table) for column in range(6)]
    for row in table:
        cells = [row[0].ljust(widths[0])] + [row[column].rjust(widths[column]) for column in range(1, 5)] + [row[5]]
        print("  ".join(cells).rstrip())


def updated(baseline, found, surroundings):
    """The baseline with these measurements in it. The limit on system calls leaves room for how reads happen to fall."""
    scenarios = dict(baseline.get("scenarios", {}))
    for name, figures in found.items():
        entry = dict(scenarios.get(name, {}))
        if "instructions" in figures:
            entry["instructions"] = round(figures["instructions"])
        if "system_calls" in figures:
            entry["system_calls"] = round(figures["system_calls"], 2)
            entry["system_calls_limit"] = math.ceil((figures["system_calls"] * 1.05 + 0.2) * 10) / 10
        scenarios[name] = entry
    return {"environment": surroundings, "scenarios": scenarios}


def parse_arguments():
    parser = argparse.ArgumentParser(description="Instructions and system calls per request against tests/bench/baseline.json.")
    parser.add_argument("--update", action="store_true", help="write the baseline instead of comparing")
    parser.add_argument("--binary", default=DEFAULT_BINARY, help="the proxy, a release build (default %(default)s)")
    parser.add_argument("--tools", default=DEFAULT_TOOLS, help="directory of bench_load and bench_mock_upstream")
    parser.add_argument("--baseline", type=pathlib.Path, default=BASELINE, help="default %(default)s")
    parser.add_argument("--only", metavar="NAMES", help="comma-separated: " + ", ".join(SCENARIOS))
    parser.add_argument("--skip", choices=("instructions", "syscalls"), action="append", default=[])
    parser.add_argument("--as-test", action="store_true", help="exit with 77 where nothing is built; without a tracer, instructions only")
    parser.add_argument("--tracer", choices=("auto", "perf", "strace"), default="auto")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE", help="for the proxy; may be repeated")
    parser.add_argument("--keep", action="store_true", help="keep the temporary directory with all logs")
    parser.add_argument("--fake-proxy", type=int, default=0, metavar="HOPS", help="self-test: nginx in the place of the proxy")
    arguments = parser.parse_args()
    arguments.chosen = arguments.only.split(",") if arguments.only else list(SCENARIOS)
    unknown = set(arguments.chosen) - set(SCENARIOS)
    if unknown:
        parser.error(f"unknown scenario: {', '.join(sorted(unknown))}")
    return arguments


def main():
    arguments = parse_arguments()
    given = dict(pair.split("=", 1) for pair in arguments.env)
    baseline = json.loads(arguments.baseline.read_text()) if arguments.baseline.exists() else {}
    found, notes = {}, []
    if arguments.as_test:
        missing = [str(path) for path in (arguments.binary, arguments.tools) if not pathlib.Path(path).exists()]
        if missing or not shutil.which("valgrind"):
            print(f"counts: skipped, there is no {', '.join(missing) or 'valgrind'}")
            return 77
    try:
        tracer = "none"
        if "syscalls" not in arguments.skip:
            try:
                tracer = choose_tracer(arguments.tracer)
            except BenchError as error:
                if not arguments.as_test:
                    raise
                arguments.skip.append("syscalls")
                notes.append(f"system calls were not counted: {error}")
        with Stack(arguments.tools, arguments.binary, given, arguments.keep, arguments.fake_proxy) as stack:
            for name in arguments.chosen:
                scenario, figures = SCENARIOS[name], found.setdefault(name, {})
                committed = baseline.get("scenarios", {}).get(name, {})
                if "instructions" not in arguments.skip:
                    limit = committed.get("instructions", 0) * (1 + scenario.tolerance)
                    stack.extra_env = {**VALGRIND_ENVIRONMENT, **given}
                    print(f"{name}: instructions …", file=sys.stderr, flush=True)
                    results = measured(lambda: instructions(stack, name, scenario), limit, arguments.update)
                    figures["instructions"] = min(results)
                    stack.extra_env = given
                if "syscalls" not in arguments.skip:
                    limit = committed.get("system_calls_limit", 0)
                    print(f"{name}: system calls …", file=sys.stderr, flush=True)
                    results = measured(
                        lambda: system_calls(stack, name, scenario, tracer), limit, arguments.update, key=lambda result: result[0]
                    )
                    figures["system_calls"], calls, idle = min(results, key=lambda result: result[0])
                    most = sorted(((count, call) for call, count in calls.items() if count >= 0.01), reverse=True)
                    notes.append(f"{name}: " + ", ".join(f"{call} {count:.2f}" for count, call in most))
                    notes.append(f"{name}: {idle:.1f} system calls per second when idle")
    except (BenchError, OSError, subprocess.SubprocessError) as error:
        print(f"counts: {error}", file=sys.stderr)
        return 2
    surroundings = environment(tracer)
    rows = [row for name, figures in found.items() for row in judge(name, figures, baseline)]
    print_table(rows)
    print("\n" + "\n".join(notes))
    for subject, value in baseline.get("environment", {}).items():
        if surroundings.get(subject) != value:
            print(f"note: the baseline was taken with {subject} {value!r}, here it is {surroundings.get(subject)!r}")
    if arguments.update:
        arguments.baseline.write_text(json.dumps(updated(baseline, found, surroundings), indent=2) + "\n")
        print(f"written: {arguments.baseline}")
        return 0
    verdicts = {row[5] for row in rows}
    if "EXCEEDED" in verdicts:
        print(f"Which functions: callgrind_annotate {OUTPUT}/callgrind.<scenario>.<requests>.out")
        return 1
    return 2 if "no baseline" in verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
