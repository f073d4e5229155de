#!/usr/bin/env python3
"""Measures the proxy against nginx on this machine and prints a table of ratios; see README.md in this directory.

The server under test has one worker on one core; the load client and the upstream have the other core. The main figure is CPU time
per request, because it is the only one that a busy machine leaves nearly alone, and ratios come from duels: both servers loaded at
the same time on the same core.
"""

import argparse
import contextlib
import dataclasses
import datetime
import json
import os
import pathlib
import platform
import socket
import statistics
import subprocess
import sys
import time

from stack import (
    COST_PER_CALL,
    DEFAULT_BINARY,
    DEFAULT_TOOLS,
    ROOT,
    SLOW_SECONDS,
    STREAM_CHUNKS,
    BenchError,
    Stack,
    machine_cpu,
    memory_mb,
)

FOREIGN_LIMIT = 0.1  # cores that others may use before a run is repeated
CONTROL_RANGE = (0.95, 1.05)
KB, MB = 1024, 1024 * 1024
SIZES = {300: "300 B", 10 * KB: "10 KB", 100 * KB: "100 KB", MB: "1 MB"}
SCENARIOS = ["startup", "duel", "bare", "durability", "bodies", "sequential", "latency", "mix", "sse", "inflight", "refused", "idle"]
QUICK_SCENARIOS = [name for name in SCENARIOS if name not in ("durability", "refused", "idle")]

# The limits of reference/performance.md: what they judge, first to be met, then to be met.
RATIO, VALUE, DIFFERENCE = "x nginx", "the proxy's figure", "proxy minus nginx"
LIMITS = {
    "cpu/request, 300 B": (RATIO, 3.0, 2.0),
    "cpu/request, 1 MB": (RATIO, 3.0, 2.5),
    "cpu/chunk, 50 paced streams": (RATIO, 1.5, 1.5),
    "p99 of 300 B beside 20/s of 1 MB": (RATIO, 2.0, 2.0),
    f"cpu/request, 4000 in flight ({SLOW_SECONDS} s)": (RATIO, 4.0, 3.0),
    "start to first answer, new database": (VALUE, 100, 50),
    "memory, idle": (VALUE, 40, 15),
    "p50 added at 1000/s, 300 B": (DIFFERENCE, 150, 50),
    "p99 added at 1000/s, 300 B": (DIFFERENCE, 2000, 500),
}


def median(values):
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def pick(result, *path):
    for name in path:
        result = result.get(name) if isinstance(result, dict) else None
    return result


class Bench:
    def __init__(self, stack, quick, patience):
        self.stack, self.quick, self.patience = stack, quick, patience
        self.rows, self.results, self.warnings = [], {}, []
        self.runs = self.noisy_runs = 0
        self.nginx = self.control = self.full = self.bare = None
        self.full_answers = 0

    # Machinery

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    def load(self, *loads, watch=None):
        """Stack.load(), again while others are busy and patience lasts."""
        while True:
            begun = time.monotonic()
            results = self.stack.load(*loads, watch=watch)
            self.runs += 1
            for (target, kind, _), result in zip(loads, results):
                if self.full and target is self.full.target:
                    self.full_answers += result["ok"]
                if result["failed"]:
                    self.warn(f"{target.name}, {kind}: {result['failed']} failed, first: {result['first_error']}")
                if kind in ("sse", "burst") and result["all_chunks"] < result["ok"] * STREAM_CHUNKS:
                    self.warn(f"{target.name}, {kind}: {result['all_chunks']} chunks in {result['ok']} streams")
            if results[0]["foreign_cores"] <= FOREIGN_LIMIT:
                return results
            if self.patience <= 0:
                self.noisy_runs += 1
                return results
            time.sleep(0.5)
            self.patience -= time.monotonic() - begun

    def warn(self, text):
        self.warnings.append(text)
        self.say(f"  warning: {text}")

    def row(self, name, unit, nginx, proxy, ratio=None, failed=False, digits=1, note=""):
        """One line of the table. `ratio` is given where it is not simply proxy/nginx; `failed` misses any limit."""
        if ratio is None and nginx and proxy is not None:
            ratio = proxy / nginx
        verdict, limits = "", LIMITS.get(name)
        if limits and proxy is not None and nginx is not None:
            judged = {RATIO: ratio, VALUE: proxy, DIFFERENCE: proxy - nginx}[limits[0]]
            verdict = "met" if judged <= limits[2] else "first met" if judged <= limits[1] else "missed"
        if limits and (failed or not verdict):
            verdict = "missed"
        if limits and limits[0] == DIFFERENCE:
            ratio = None  # of two small differences it says nothing
        row = dict(name=name, unit=unit, nginx=nginx, proxy=proxy, ratio=ratio, digits=digits, note=note)
        self.rows.append(dict(row, limits=limits, verdict=verdict))
        shown = "" if ratio is None else f", {ratio:.2f} x"
        self.say(f"  {name}: nginx {number(nginx, digits)}, proxy {number(proxy, digits)} {unit}{shown} {verdict}")

    def duel(self, left, right, kind, rounds, figure="cpu_us_per_request", seconds=2.0, **options):
        """Both servers at once on one core; the median ratio right/left and both medians."""
        lefts, rights, runs = [], [], []
        options = {"connections": 32, "duration": seconds, "warmup": 0.2, **options}
        for _ in range(rounds):
            pair = self.load((left, kind, options), (right, kind, options))
            runs.append(pair)
            lefts.append(pair[0].get(figure))
            rights.append(pair[1].get(figure))
        ratios = [b / a for a, b in zip(lefts, rights) if a and b]
        ratio = median(ratios)
        return dict(left=median(lefts), right=median(rights), ratio=ratio, ratios=ratios, runs=runs)

    # Scenarios

    def startup(self):
        """From exec to the first 200 of a chat call; a new database, then the same one again; memory before any call."""
        fresh, again, memory, nginx_times = [], [], [], []
        rounds = 3 if self.quick else 7
        for _ in range(rounds):
            home = self.stack.prepare_proxy("startup")
            home.launch()
            fresh.append(home.await_first_answer(15) * 1000)
            home.stop()
            home.launch()
            again.append(home.await_first_answer(15) * 1000)
            home.stop()
        # Idle: it listens, nobody has called.
        home = self.stack.prepare_proxy("idle-memory")
        home.launch()
        for _ in range(1000):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", home.port), timeout=1):
                break
            time.sleep(0.005)
        time.sleep(1)
        memory.append(sum(memory_mb(pid) for pid in home.process.pids()))
        home.stop()
        for index in range(rounds):
            target = self.stack.nginx(f"startup-nginx-{index}")
            nginx_times.append((time.monotonic() - target.process.started) * 1000)
            self.stack.stop(target.process)
        nginx_memory = sum(memory_mb(pid) for pid in self.nginx.process.pids())
        self.results["startup"] = dict(fresh_ms=fresh, again_ms=again, idle_mb=memory, nginx_ms=nginx_times)
        self.row("start to first answer, new database", "ms", median(nginx_times), median(fresh))
        self.row("start to first answer, same database", "ms", median(nginx_times), median(again))
        self.row("memory, idle", "MB", nginx_memory, median(memory))

    def duels(self):
        control = self.duel(self.nginx, self.control, "fast", 3 if self.quick else 5, seconds=1.5 if self.quick else 2)
        valid = CONTROL_RANGE[0] <= control["ratio"] <= CONTROL_RANGE[1]
        note = "valid" if valid else "VOID"
        self.row("control: nginx against nginx", "us", control["left"], control["right"], control["ratio"], note=note)
        if not valid:
            self.warn(f"control {control['ratio']:.3f} is outside {CONTROL_RANGE}: the machine is too busy, the ratios are void")
        result = self.duel(self.nginx, self.full.target, "fast", 5 if self.quick else 9)
        self.results["duel"] = dict(control=control, control_valid=valid, full=result)
        self.row("cpu/request, 300 B", "us", result["left"], result["right"], result["ratio"], note=spread(result["ratios"]))
        if self.quick:
            return
        result = self.duel(self.nginx, self.full.target, "fast", 5, sdk_headers=True)
        self.results["duel"]["sdk_headers"] = result
        note = "12 more headers; " + spread(result["ratios"])
        self.row("cpu/request, 300 B, OpenAI client", "us", result["left"], result["right"], result["ratio"], note=note)

    def bare_duel(self):
        with self.running("bare", bare=True) as bare:
            result = self.duel(self.nginx, bare.target, "fast", 3 if self.quick else 5)
            self.results["bare"] = result
            note = "master key, no spend; " + spread(result["ratios"])
            self.row("cpu/request, 300 B, bare", "us", result["left"], result["right"], result["ratio"], note=note)

    def durability(self):
        """What it costs to wait for the disk, and to record at all: the full path in both durabilities, beside the bare forward."""
        self.results["durability"] = {}
        rounds = 3 if self.quick else 5
        for name, options in (("bare", dict(bare=True)), ("fast", {}), ("strict", dict(general={"spend_durability": "strict"}))):
            with self.running(f"durability-{name}", **options) as home:
                result = self.duel(self.nginx, home.target, "fast", rounds)
                self.results["durability"][name] = result
                self.row(f"cpu/request, 300 B, {name}", "us", result["left"], result["right"], result["ratio"], note=spread(result["ratios"]))

    def bodies(self):
        self.results["bodies"] = {}
        for size, name in list(SIZES.items())[2 if self.quick else 1 :]:
            connections = 8 if size == MB else 16 if size == 100 * KB else 32
            rounds = 2 if self.quick else 5
            result = self.duel(self.nginx, self.full.target, "fast", rounds, body_bytes=size, connections=connections)
            self.results["bodies"][name] = result
            note = spread(result["ratios"])
            self.row(f"cpu/request, {name}", "us", result["left"], result["right"], result["ratio"], note=note)

    def sequential(self):
        """Saturated, one server after the other: requests per second. Informative: a shared machine moves it by 15 %."""
        self.results["sequential"] = {}
        for connections in (1, 64) if self.quick else (1, 16, 64, 256):
            options = {"connections": connections, "duration": 0.8 if self.quick else 1, "warmup": 0.2}
            nginx, proxy = [], []
            for _ in range(1 if self.quick else 5):
                nginx += self.load((self.nginx, "fast", options))
                proxy += self.load((self.full.target, "fast", options))
            self.results["sequential"][connections] = dict(nginx=nginx, proxy=proxy)
            figures = [median([run["requests_per_second"] for run in runs]) for runs in (nginx, proxy)]
            self.row(f"requests/s, {connections} connections", "1/s", *figures, digits=0, note="more is better")

    def latency(self):
        """Open loop, one server after the other; what each adds to a call without a server in between."""
        self.results["latency"] = {}
        points = [(1000, 300, 32)] if self.quick else [(1000, 300, 32), (5000, 300, 64), (200, 100 * KB, 16), (20, MB, 8)]
        for rate, size, connections in points:
            options = {"rate": rate, "connections": connections, "body_bytes": size, "warmup": 0.3}
            options["duration"] = 1.2 if self.quick else 3
            targets = {"direct": self.stack.direct(), "nginx": self.nginx, "proxy": self.full.target}
            runs = {name: [] for name in targets}
            for _ in range(2 if self.quick else 5):
                for name, target in targets.items():
                    runs[name] += self.load((target, "fast", options))
            self.results["latency"][f"{rate}/s, {SIZES[size]}"] = runs
            for point in ("p50", "p99"):
                value = {name: median([pick(run, "latency_us", point) for run in list_]) for name, list_ in runs.items()}
                if None in value.values():
                    continue
                nginx, proxy = value["nginx"] - value["direct"], value["proxy"] - value["direct"]
                name = f"{point} added at {rate}/s, {SIZES[size]}"
                note = f"over nginx: {proxy - nginx:+.0f} us"
                self.row(name, "us", nginx, proxy, digits=0, note=note)

    def mix(self):
        """Small requests while large ones run: shows work that blocks the event loop."""
        seconds = 2 if self.quick else 5
        small = {"rate": 1000, "connections": 32, "duration": seconds, "warmup": 0.3}
        large = {"rate": 20, "connections": 8, "duration": seconds, "warmup": 0.3, "body_bytes": MB}
        runs = {"nginx": [], "proxy": []}
        for _ in range(1 if self.quick else 3):
            for name, target in (("nginx", self.nginx), ("proxy", self.full.target)):
                runs[name].append(self.load((target, "fast", small), (target, "fast", large)))
        self.results["mix"] = runs
        for point in ("p50", "p99"):
            figures = [median([pick(run[0], "latency_us", point) for run in runs[name]]) for name in ("nginx", "proxy")]
            self.row(f"{point} of 300 B beside 20/s of 1 MB", "us", *figures, digits=0)

    def sse(self):
        self.results["sse"] = {}
        for streams in (50,) if self.quick else (10, 50, 200):
            options = {"connections": streams, "stream": True, "seconds": 2.5 if self.quick else 4, "ramp": 1, "warmup": 0}
            result = self.duel(self.nginx, self.full.target, "sse", 1 if self.quick else 3, "cpu_us_per_chunk", **options)
            self.results["sse"][f"{streams} paced"] = result
            note = spread(result["ratios"])
            self.row(f"cpu/chunk, {streams} paced streams", "us", result["left"], result["right"], result["ratio"], note=note)
            delays = [
                median([pick(run[side], "chunk_latency_us", "p50") for run in result["runs"]]) for side in (0, 1)
            ]
            self.row(f"chunk delay p50, {streams} paced streams", "us", *delays, digits=0, note="both servers loaded")
        rounds, seconds = (1, 1.5) if self.quick else (5, 2)
        result = self.duel(
            self.nginx, self.full.target, "burst", rounds, "cpu_us_per_chunk", seconds=seconds, connections=8, stream=True
        )
        self.results["sse"]["burst"] = result
        self.row("cpu/chunk, burst", "us", result["left"], result["right"], result["ratio"], digits=2)

    def in_flight(self):
        """Thousands of slow calls, the normal state of such a proxy; a fresh process of each, so that memory is theirs."""
        count = 4000
        options = {"in_flight": count, "ramp": SLOW_SECONDS, "duration": 2 if self.quick else 5, "timeout_ms": 8000}
        found = {}
        for name in ("nginx", "proxy"):
            with contextlib.ExitStack() as scope:
                if name == "nginx":
                    target = self.stack.nginx("inflight-nginx")
                    scope.callback(self.stack.stop, target.process)
                else:
                    target = scope.enter_context(self.running("inflight")).target
                found[name] = self.load((target, "slow", options), watch=target.process)[0]
        self.results["inflight"] = found
        nginx, proxy = found["nginx"], found["proxy"]
        failures = [
            f"{name}: {run['failed']} failed ({run['failures']['timeout']} time-outs)" for name, run in found.items() if run["failed"]
        ]
        note = "; ".join(failures) or "no time-outs"
        if nginx["failed"]:
            note = "VOID: " + note
            self.warn("inflight: nginx failed too, so this machine cannot carry that load now")
        name = f"cpu/request, {count} in flight ({SLOW_SECONDS} s)"
        figures = [run.get("cpu_us_per_request") for run in (nginx, proxy)]
        self.row(name, "us", *figures, failed=bool(proxy["failed"]), note=note)
        added = [
            run["latency_us"]["p99"] - SLOW_SECONDS * 1e6 if run["latency_us"]["count"] else None for run in (nginx, proxy)
        ]
        self.row(f"p99 added, {count} in flight", "us", *added, digits=0)
        self.row(f"memory, {count} in flight", "MB", nginx["rss_mb"], proxy["rss_mb"])

    def refused(self):
        """What a call with an unknown key costs; nginx has nothing like it, so its figure is that of an answered call."""
        stranger = dataclasses.replace(self.full.target, authorization="Bearer sk-0000000000000000000000")
        options = {"connections": 32, "duration": 1, "warmup": 0.2}
        expected = 401 if self.full.virtual_key else 200
        runs = [[], []]
        for _ in range(1 if self.quick else 3):
            runs[0] += self.load((self.nginx, "fast", options))
            runs[1] += self.load((stranger, "fast", {**options, "expect_status": expected}))
        self.results["refused"] = runs
        figures = [median([run.get("cpu_us_per_request") for run in side]) for side in runs]
        self.row("cpu/request, unknown key", "us", *figures, note="nginx: an answered call")

    def idle_connections(self, count=3000):
        """Memory for connections that have done one call and wait. Shown for each connection, in KB."""
        figures = []
        for name in ("nginx", "proxy"):
            with contextlib.ExitStack() as scope:
                if name == "nginx":
                    target = self.stack.nginx("idle-nginx")
                    scope.callback(self.stack.stop, target.process)
                else:
                    target = scope.enter_context(self.running("idle")).target
                before = sum(memory_mb(pid) for pid in target.process.pids())
                # In flight at the same time they would take memory for that; so a few at a time: one call, then wait.
                connections = [scope.enter_context(one_call(target)) for _ in range(count)]
                time.sleep(0.5)
                after = sum(memory_mb(pid) for pid in target.process.pids())
                figures.append((after - before) * KB / len(connections))
        self.results["idle_connections"] = dict(count=count, nginx_kb=figures[0], proxy_kb=figures[1])
        self.row("memory for each idle connection", "KB", *figures)

    def check_ledger(self):
        """The full path is only full if every call was charged: spend of the key = calls x price."""
        if self.full.virtual_key is None:
            return
        expected = (self.full_answers + 1) * COST_PER_CALL  # one call when it was started
        deadline, spend = time.monotonic() + 15, None
        while time.monotonic() < deadline:
            spend = self.full.spend()
            if spend is not None and abs(spend - expected) < COST_PER_CALL / 2:
                break
            time.sleep(0.5)
        exact = spend is not None and abs(spend - expected) < COST_PER_CALL / 2
        self.results["ledger"] = dict(expected_usd=expected, spend_usd=spend, exact=exact)
        if not exact:
            self.warn(f"ledger: the key has spent {spend}, {self.full_answers + 1} calls cost {expected:.6f}")

    @contextlib.contextmanager
    def running(self, name, bare=False, general=None):
        home = self.stack.proxy(name, bare=bare, general=general)
        try:
            yield home
        finally:
            if not home.stop():
                self.warn(f"{name}: did not end within 10 s of SIGTERM")

    def run(self, chosen):
        self.nginx = self.stack.nginx("nginx")
        self.control = self.stack.nginx("nginx-control")
        steps = {
            "startup": self.startup,
            "duel": self.duels,
            "bare": self.bare_duel,
            "durability": self.durability,
            "bodies": self.bodies,
            "sequential": self.sequential,
            "latency": self.latency,
            "mix": self.mix,
            "sse": self.sse,
            "inflight": self.in_flight,
            "refused": self.refused,
            "idle": self.idle_connections,
        }
        with self.running("full") as self.full:
            for name in chosen:
                self.say(f"{name} …")
                begun = time.monotonic()
                try:
                    steps[name]()
                except BenchError as error:
                    self.warn(f"{name}: {error}")
                    if not self.full.process.is_alive():
                        raise
                self.results.setdefault("seconds", {})[name] = round(time.monotonic() - begun, 1)
            self.check_ledger()
            peak = sum(memory_mb(pid, "VmHWM") for pid in self.full.process.pids())
            nginx_peak = sum(memory_mb(pid, "VmHWM") for pid in self.nginx.process.pids())
            self.row("memory, peak of this run", "MB", nginx_peak, peak)
        self.full.target = None


@contextlib.contextmanager
def one_call(target):
    """A connection that has carried one small call and stays open."""
    body = json.dumps({"model": target.model("fast"), "messages": [{"role": "user", "content": "Hi."}], "max_tokens": 8})
    head = f"POST {target.path('fast')} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    if target.authorization:
        head += f"Authorization: {target.authorization}\r\n"
    with socket.create_connection(("127.0.0.1", target.port), timeout=5) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        if not connection.recv(65536).startswith(b"HTTP/1.1 200"):
            raise BenchError(f"{target.name}: a call on an idle connection did not answer 200")
        yield connection


def spread(ratios):
    return f"{min(ratios):.2f} to {max(ratios):.2f} in {len(ratios)}" if len(ratios) > 1 else ""


def number(value, digits):
    return "–" if value is None else f"{value:,.{digits}f}"


def first_line(*argv):
    with contextlib.suppress(OSError, subprocess.SubprocessError, IndexError):
        done = subprocess.run(argv, capture_output=True, text=True, timeout=10, check=True)
        return (done.stdout + done.stderr).strip().splitlines()[0]
    return ""


def describe_machine():
    model = ""
    with contextlib.suppress(OSError):
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "cpu": model,
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "nginx": first_line("nginx", "-v").removeprefix("nginx version: "),
        "commit": first_line("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"),
    }


def markdown(report):
    machine = report["machine"]
    lines = [
        f"# {report['proxy']} and nginx",
        "",
        f"{machine['date']}, {machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']}, {machine['nginx']}, "
        f"commit {machine['commit'] or 'none'}, {report['mode']} run of {report['seconds']:.0f} s; "
        f"{report['noisy_runs']} of {report['runs']} runs beside more than {FOREIGN_LIMIT} foreign cores, "
        f"{report['stolen_seconds']:.1f} s stolen by the hypervisor.",
        "",
        "| figure | unit | nginx | proxy | x nginx | limit (first, then) | | note |",
        "| --- | --- | --: | --: | --: | --- | --- | --- |",
    ]
    for row in report["rows"]:
        digits = row["digits"]
        ratio = number(row["ratio"], 2)
        limits = ""
        if row["limits"]:
            subject, first, then = row["limits"]
            form = {RATIO: "{:g} x", VALUE: f"{{:g}} {row['unit']}", DIFFERENCE: f"{{:+g}} {row['unit']}"}[subject]
            limits = ", ".join(dict.fromkeys(form.format(limit) for limit in (first, then)))
        lines.append(
            f"| {row['name']} | {row['unit']} | {number(row['nginx'], digits)} | {number(row['proxy'], digits)} | {ratio} "
            f"| {limits} | {row['verdict']} | {row['note']} |"
        )
    ledger = report["results"].get("ledger")
    if ledger:
        word = "exact" if ledger["exact"] else "WRONG"
        lines += ["", f"Ledger: {word}; spend {ledger['spend_usd']}, calls x price {ledger['expected_usd']:.6f} USD."]
    if report["warnings"]:
        lines += ["", "Warnings:", ""] + [f"- {text}" for text in report["warnings"]]
    return "\n".join(lines) + "\n"


def parse_arguments():
    parser = argparse.ArgumentParser(description="Measures the proxy against nginx; ratios are CPU time, less is better.")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--quick", action="store_true", help="about a minute (default)")
    length.add_argument("--full", action="store_true", help="every scenario, more rounds: about ten minutes")
    parser.add_argument("--binary", default=DEFAULT_BINARY, help="the proxy (default %(default)s)")
    parser.add_argument("--tools", default=DEFAULT_TOOLS, help="directory of bench_load and bench_mock_upstream")
    parser.add_argument("--only", metavar="NAMES", help="comma-separated: " + ", ".join(SCENARIOS))
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE", help="for the proxy; may be repeated")
    parser.add_argument("--patience", type=float, metavar="SECONDS", help="for repeating runs that others disturbed")
    parser.add_argument("--json", type=pathlib.Path, default=ROOT / "build/bench/result.json", help="default %(default)s")
    parser.add_argument("--markdown", type=pathlib.Path, default=ROOT / "build/bench/result.md", help="default %(default)s")
    parser.add_argument("--gate", action="store_true", help="exit code 1 when a first limit is missed or something failed")
    parser.add_argument("--keep", action="store_true", help="keep the temporary directory with all logs")
    parser.add_argument(
        "--fake-proxy", type=int, default=0, metavar="HOPS", help="self-test: nginx in the place of the proxy, 1 or 2 hops"
    )
    arguments = parser.parse_args()
    arguments.chosen = arguments.only.split(",") if arguments.only else SCENARIOS if arguments.full else QUICK_SCENARIOS
    unknown = set(arguments.chosen) - set(SCENARIOS)
    if unknown:
        parser.error(f"unknown scenario: {', '.join(sorted(unknown))}")
    if arguments.patience is None:
        arguments.patience = 300 if arguments.full else 20
    return arguments


def main():
    arguments = parse_arguments()
    begun, stolen = time.monotonic(), machine_cpu()[1]
    if arguments.fake_proxy:
        arguments.chosen = [name for name in arguments.chosen if name != "bare"]
    environment = dict(pair.split("=", 1) for pair in arguments.env)
    failure = None
    with Stack(arguments.tools, arguments.binary, environment, arguments.keep, arguments.fake_proxy) as stack:
        bench = Bench(stack, quick=not arguments.full, patience=arguments.patience)
        if stack.server_core == stack.load_core:
            bench.warn("only one core: server and load share it, nothing here is comparable")
        try:
            bench.run(arguments.chosen)
        except BenchError as error:
            failure = str(error)
            bench.warn(failure)
    report = dict(
        machine=describe_machine(),
        mode="full" if arguments.full else "quick",
        proxy=f"nginx with {arguments.fake_proxy} hops" if arguments.fake_proxy else pathlib.Path(arguments.binary).name,
        seconds=time.monotonic() - begun,
        stolen_seconds=machine_cpu()[1] - stolen,
        runs=bench.runs,
        noisy_runs=bench.noisy_runs,
        rows=bench.rows,
        warnings=bench.warnings,
        results=bench.results,
    )
    text = markdown(report)
    for path, content in ((arguments.json, json.dumps(report, indent=1) + "\n"), (arguments.markdown, text)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    print(text)
    if failure:
        return 2
    missed = [row["name"] for row in bench.rows if row["verdict"] == "missed"]
    return 1 if arguments.gate and (missed or bench.warnings) else 0


if __name__ == "__main__":
    sys.exit(main())
