"""What the benchmarks start, drive and stop: upstreams, nginx, the proxy, and the load client.

Everything listens on 127.0.0.1 on a random port, lives in one temporary directory and is killed by process id at the end; should this
program be killed itself, the kernel ends its children. Standard library only.
"""

import contextlib
import ctypes
import dataclasses
import http.client
import json
import os
import pathlib
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEFAULT_BINARY = ROOT / "build/release/src/app/litellm-cpp"
DEFAULT_TOOLS = ROOT / "build/release/tests/bench"

CHAT_PATH = "/v1/chat/completions"
UPSTREAM_MODEL = "bench-upstream"
PROMPT_TOKENS, COMPLETION_TOKENS = 40, 20  # what bench_mock_upstream reports, streamed or not
INPUT_PRICE, OUTPUT_PRICE = "0.000001", "0.000002"
COST_PER_CALL = PROMPT_TOKENS * float(INPUT_PRICE) + COMPLETION_TOKENS * float(OUTPUT_PRICE)

# The upstreams: one process each, because an idle one costs nothing and every server keeps its warm connections.
SLOW_SECONDS = 3
STREAM_CHUNKS = 100
UPSTREAMS = {
    "fast": [],
    "slow": ["--delay-us", str(SLOW_SECONDS * 1_000_000)],
    "sse": ["--chunks", str(STREAM_CHUNKS), "--interval-us", "10000"],
    "burst": ["--chunks", str(STREAM_CHUNKS)],
}


class BenchError(Exception):
    """Something that makes a measurement impossible; the message says what to do."""


def cores():
    """(core of the server under test, core of everything else)."""
    available = sorted(os.sched_getaffinity(0))
    return available[0], available[1] if len(available) > 1 else available[0]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def descendants(pid):
    """The children of a process and theirs, by parent id."""
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found, level = [], [pid]
    while level:
        level = [child for child, parent in parents.items() if parent in level]
        found += level
    return found


def cpu_seconds(pid):
    """CPU time of all threads of a process, from the scheduler."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError):
            total += int(task.read_text().split()[0])
    return total / 1e9


def memory_mb(pid, field="VmRSS"):
    """VmRSS, or VmHWM for the peak, in MB; 0 when the process is gone."""
    with contextlib.suppress(OSError):
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
    return 0.0


_libc = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1


def _end_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Process:
    """A child process with its output in a file."""

    def __init__(self, name, argv, directory, core=None, env=None, stdout=None):
        self.name = name
        self.log = pathlib.Path(directory) / f"{name}.log"
        before = os.sched_getaffinity(0)
        with open(self.log, "ab") as log:
            try:
                # Inherited by the child: what taskset does, without its exec in the start-up time.
                if core is not None:
                    os.sched_setaffinity(0, {core})
                self.started = time.monotonic()
                self.popen = subprocess.Popen(
                    [str(argument) for argument in argv],
                    stdin=subprocess.DEVNULL,
                    stdout=stdout or log,
                    stderr=log,
                    env=env,
                    preexec_fn=_end_with_parent,
                )
            finally:
                os.sched_setaffinity(0, before)
        self.pid = self.popen.pid

    def pids(self):
        return [self.pid, *descendants(self.pid)]

    def is_alive(self):
        return self.popen.poll() is None

    def tail(self, size=2000):
        return self.log.read_text(errors="replace")[-size:].strip()

    def stop(self, patience=10):
        """SIGTERM, then SIGKILL; True when the first was enough."""
        family = descendants(self.pid) if self.is_alive() else []
        if self.is_alive():
            self.popen.terminate()
        try:
            self.popen.wait(patience)
            graceful = True
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            graceful = False
        for pid in family:
            deadline = time.monotonic() + 1
            with contextlib.suppress(OSError):
                while time.monotonic() < deadline:
                    os.kill(pid, 0)
                    time.sleep(0.01)
                os.kill(pid, signal.SIGKILL)
        return graceful


@dataclasses.dataclass
class Target:
    """A server as the load client sees it."""

    name: str
    port: int
    process: Process = None
    authorization: str = ""
    # How a kind of upstream is chosen: by the path (nginx) or by the model (the proxy).
    by_model: bool = False

    def path(self, kind):
        return CHAT_PATH if self.by_model else f"/{kind}{CHAT_PATH}"

    def model(self, kind):
        return model_name(kind) if self.by_model else UPSTREAM_MODEL

    def sampled_pids(self):
        return self.process.pids() if self.process else []


def model_name(kind):
    return "bench" if kind == "fast" else f"bench-{kind}"


def request(port, method, path, body=None, key=None, timeout=5.0):
    """One HTTP call on a new connection: (status, parsed JSON or text)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        response = connection.getresponse()
        text = response.read().decode(errors="replace")
    finally:
        connection.close()
    with contextlib.suppress(ValueError):
        return response.status, json.loads(text)
    return response.status, text


def chat_body(model):
    return {"model": model, "messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 64}


def chat(port, path, model, key=None, timeout=5.0):
    return request(port, "POST", path, chat_body(model), key, timeout)


class Stack:
    """Owns the temporary directory and every process in it."""

    def __init__(self, tools=DEFAULT_TOOLS, binary=DEFAULT_BINARY, extra_env=None, keep=False, fake_hops=0):
        self.tools = pathlib.Path(tools)
        self.binary = pathlib.Path(binary)
        self.extra_env = extra_env or {}
        self.keep = keep
        self.fake_hops = fake_hops
        self.server_core, self.load_core = cores()
        self.processes = []
        self.upstreams = {}
        self.serial = 0
        self.directory = None

    def __enter__(self):
        for tool in ("bench_mock_upstream", "bench_load"):
            if not (self.tools / tool).exists():
                raise BenchError(f"{self.tools / tool} is missing: build it with scripts/bench, or pass --tools")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that __exit__ runs
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="litellm-bench-"))
        os.sched_setaffinity(0, {self.load_core})
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.stop(patience=3)
        if self.keep:
            print(f"kept: {self.directory}")
        else:
            shutil.rmtree(self.directory, ignore_errors=True)

    def own_cpu_seconds(self):
        """CPU time of all our processes so far; only differences mean something."""
        alive = sum(cpu_seconds(pid) for process in self.processes if process.is_alive() for pid in process.pids())
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return alive + ended.ru_utime + ended.ru_stime + time.process_time()

    def spawn(self, name, argv, **options):
        self.serial += 1
        process = Process(f"{self.serial:02d}-{name}", argv, self.directory, **options)
        self.processes.append(process)
        return process

    def stop(self, process, patience=10):
        self.processes.remove(process)
        return process.stop(patience)

    def count(self, target, kind, requests, limit, **options):
        """Exactly that many requests over 8 connections, closed loop; an error when one of them fails."""
        child = self.start_load(
            target, kind, requests=requests, connections=8, duration=limit, timeout_ms=limit * 1000, **options
        )
        try:
            output, errors = child.communicate(timeout=2 * limit + 5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            raise BenchError(f"{requests} requests to {target.name} took more than {2 * limit} s") from None
        if child.returncode != 0:
            raise BenchError(f"bench_load against {target.name}: {errors.decode().strip()}")
        result = json.loads(output)
        if result["ok"] != requests:
            raise BenchError(f"{target.name}: {result['failed']} of {requests} failed, first: {result['first_error']}")
        return result

    def upstream(self, kind):
        """The port of the upstream of that kind, started at first use."""
        if kind not in self.upstreams:
            arguments = [self.tools / "bench_mock_upstream", "--check", *UPSTREAMS[kind]]
            process = self.spawn(f"upstream-{kind}", arguments, core=self.load_core, stdout=subprocess.PIPE)
            line = process.popen.stdout.readline()
            if not line.strip():
                raise BenchError(f"the mock upstream did not start: {process.tail()}")
            self.upstreams[kind] = int(line)
        return self.upstreams[kind]

    def direct(self):
        """A target without a server in between; its port depends on the kind, so load() looks it up."""
        return Target("direct", 0)

    def nginx(self, name="nginx", hops=1, wrapper=(), pinned=True, limit=5):
        """nginx with one worker; with `hops` > 1 it passes every call through itself that often (for the self-test).

        With a `wrapper` (valgrind) it is a single process, without a master.
        """
        port, home = free_port(), self.directory / f"{name}-{self.serial}"
        home.mkdir()
        ports = {kind: self.upstream(kind) for kind in UPSTREAMS}
        (home / "nginx.conf").write_text(nginx_config(home, port, ports, hops, with_master=not wrapper))
        argv = [*wrapper, "nginx", "-p", home, "-c", home / "nginx.conf", "-e", home / "error.log"]
        process = self.spawn(name, argv, core=self.server_core if pinned else None)
        target = Target(name, port, process)
        self.await_answer(process, lambda: chat(port, target.path("fast"), UPSTREAM_MODEL, timeout=limit), limit)
        return target

    def prepare_proxy(self, name="proxy", bare=False, general=None):
        """Writes the configuration of a proxy that is not started yet; `general` are more lines of general_settings."""
        if self.fake_hops:
            return FakeProxy(self, name, self.fake_hops)
        home = self.directory / f"{name}-{self.serial}-{secrets.token_hex(3)}"
        (home / "data").mkdir(parents=True)
        master_key = "sk-" + secrets.token_hex(24)
        ports = {kind: self.upstream(kind) for kind in UPSTREAMS}
        settings = {"master_key": master_key, **(general or {})}
        if bare:
            settings["disable_spend_updates"] = "true"
        (home / "config.yaml").write_text(proxy_config(ports, settings))
        return ProxyHome(self, name, home, master_key, bare)

    def proxy(self, name="proxy", bare=False, general=None, wrapper=(), pinned=True, limit=15):
        """A running proxy; calls carry a virtual key with limits and a budget, or the master key when `bare`."""
        home = self.prepare_proxy(name, bare, general)
        home.start(wrapper, pinned, limit)
        return home

    def await_answer(self, process, call, limit):
        """Calls until the status is 200; seconds since the process was started."""
        deadline = time.monotonic() + limit
        last = "no answer"
        while time.monotonic() < deadline:
            if not process.is_alive():
                raise BenchError(f"{process.name} ended with code {process.popen.returncode}:\n{process.tail()}")
            try:
                status, answer = call()
                if status == 200:
                    return time.monotonic() - process.started
                last = f"{status}: {answer}"
                time.sleep(0.005)
            except (OSError, http.client.HTTPException) as error:
                last = repr(error)
                time.sleep(0.0005)
        raise BenchError(f"{process.name} gave no 200 within {limit} s; last: {last}\n{process.tail()}")

    # Load

    def start_load(self, target, kind, core=None, **options):
        """Starts bench_load; options are its long options, underscores for dashes, True for a flag."""
        port = target.port or self.upstream(kind)
        argv = [self.tools / "bench_load", "--port", port, "--path", target.path(kind), "--model", target.model(kind)]
        if target.authorization:
            argv += ["--authorization", target.authorization]
        for pid in target.sampled_pids():
            argv += ["--sample-pid", pid]
        for name, value in options.items():
            argv += ["--" + name.replace("_", "-")] + ([] if value is True else [value])
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {self.load_core if core is None else core})
        try:
            return subprocess.Popen(
                [str(argument) for argument in argv],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                preexec_fn=_end_with_parent,
            )
        finally:
            os.sched_setaffinity(0, before)

    def load(self, *loads, watch=None):
        """Runs loads (target, kind, options) at the same time and returns their results.

        Each result gets `foreign_cores`: the CPU that others used meanwhile. `watch` is a process whose peak memory is
        sampled into `rss_mb`.
        """
        own, (busy, _), begun = self.own_cpu_seconds(), machine_cpu(), time.monotonic()
        start_at = time.monotonic_ns() + 30_000_000
        children = [
            self.start_load(target, kind, start_at_ns=start_at, **{"timeout_ms": 5000, **options})
            for target, kind, options in loads
        ]
        deadline, peak = time.monotonic() + 20, 0.0
        results = []
        try:
            for child, (target, kind, _) in zip(children, loads):
                while True:
                    try:
                        output, errors = child.communicate(timeout=0.1)
                        break
                    except subprocess.TimeoutExpired:
                        if watch:
                            peak = max(peak, sum(memory_mb(pid) for pid in watch.pids()))
                        if time.monotonic() > deadline:
                            raise BenchError(f"bench_load against {target.name} ({kind}) did not end") from None
                if child.returncode != 0:
                    raise BenchError(f"bench_load against {target.name} ({kind}): {errors.decode().strip()}")
                results.append(json.loads(output))
        finally:
            for child in children:
                if child.poll() is None:
                    child.kill()
                    child.wait()
        seconds = time.monotonic() - begun
        foreign = max(0.0, (machine_cpu()[0] - busy - (self.own_cpu_seconds() - own)) / seconds)
        for result in results:
            result["foreign_cores"] = round(foreign, 3)
            if watch:
                result["rss_mb"] = round(peak, 1)
        return results


class ProxyHome:
    """One proxy: its files, which outlive a restart, and its running process."""

    def __init__(self, stack, name, directory, master_key, bare):
        self.stack, self.name, self.directory = stack, name, directory
        self.master_key, self.bare = master_key, bare
        self.virtual_key = None
        self.process = None
        self.target = None

    def launch(self, wrapper=(), pinned=True):
        """Starts the process and returns at once."""
        self.port = free_port()
        environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(self.directory),
            "LANG": "C.UTF-8",
            "LITELLM_DATA_DIR": str(self.directory / "data"),
            **self.stack.extra_env,
        }
        arguments = ["--config", self.directory / "config.yaml", "--host", "127.0.0.1", "--port", self.port]
        self.process = self.stack.spawn(
            self.name,
            [*wrapper, self.stack.binary, *arguments, "--num_workers", "1"],
            core=self.stack.server_core if pinned else None,
            env=environment,
        )

    def await_first_answer(self, limit):
        call = lambda: chat(self.port, CHAT_PATH, "bench", self.master_key, timeout=limit)  # noqa: E731
        return self.stack.await_answer(self.process, call, limit)

    def start(self, wrapper=(), pinned=True, limit=15):
        """Starts it, waits for the first 200 of a chat call, and makes the virtual key; seconds to that first answer."""
        if not self.stack.binary.exists():
            raise BenchError(f"{self.stack.binary} is missing: build it with scripts/bench, or pass --binary")
        self.launch(wrapper, pinned)
        seconds = self.await_first_answer(limit)
        if not self.bare and self.virtual_key is None:
            self.virtual_key = self.generate_key(limit)
        self.target = Target(self.name, self.port, self.process, f"Bearer {self.virtual_key or self.master_key}", by_model=True)
        status, answer = self.ask("POST", CHAT_PATH, chat_body("bench"), self.virtual_key, limit)
        if status != 200 or "choices" not in answer or "usage" not in answer:
            raise BenchError(f"{self.name}: a chat call answered {status}: {answer}")
        return seconds

    def ask(self, method, path, body=None, key=None, limit=5.0):
        """One call to the running proxy; no answer is a BenchError with the end of its log."""
        try:
            return request(self.port, method, path, body, key or self.master_key, timeout=limit)
        except (OSError, http.client.HTTPException) as error:
            time.sleep(0.3)
            state = "is running" if self.process.is_alive() else f"ended with code {self.process.popen.returncode}"
            raise BenchError(f"{self.name} {state}; {method} {path}: {error!r}\n{self.process.tail()}") from None

    def generate_key(self, limit):
        wanted = {
            "models": [model_name(kind) for kind in UPSTREAMS],
            "rpm_limit": 100_000_000,
            "tpm_limit": 100_000_000_000,
            "max_budget": 1_000_000,
        }
        status, answer = self.ask("POST", "/key/generate", wanted, limit=limit)
        if status != 200 or "key" not in answer:
            raise BenchError(f"{self.name}: /key/generate answered {status}: {answer}")
        return answer["key"]

    def spend(self):
        """What the virtual key has spent, in USD, as /key/info says; None when that cannot be read."""
        status, answer = self.ask("GET", f"/key/info?key={self.virtual_key}")
        if status != 200 or not isinstance(answer, dict):
            return None
        return answer.get("info", answer).get("spend")

    def stop(self, patience=10):
        graceful = self.stack.stop(self.process, patience)
        self.process = self.target = None
        return graceful


class FakeProxy:
    """nginx in the place of the proxy: what a self-test measures must come out as 1.0 (one hop) or about 2 (two hops)."""

    bare, virtual_key = False, None

    def __init__(self, stack, name, hops):
        self.stack, self.name, self.hops = stack, name, hops
        self.process = self.target = None

    def launch(self, wrapper=(), pinned=True):
        self.target = self.stack.nginx(f"fake-{self.name}", self.hops, wrapper, pinned, limit=60 if wrapper else 5)
        self.process, self.port = self.target.process, self.target.port

    def await_first_answer(self, limit):
        return time.monotonic() - self.process.started

    def start(self, wrapper=(), pinned=True, limit=15):
        self.launch(wrapper, pinned)
        return self.await_first_answer(limit)

    def spend(self):
        return None

    def stop(self, patience=10):
        graceful = self.stack.stop(self.process, patience)
        self.process = self.target = None
        return graceful


def machine_cpu():
    """(seconds that all cores ran processes, seconds stolen by the hypervisor) since boot."""
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, pathlib.Path("/proc/stat").read_text().split()[1:9])
    ticks = os.sysconf("SC_CLK_TCK")
    return (user + nice + system + irq + softirq) / ticks, steal / ticks


def nginx_config(home, port, upstream_ports, hops, with_master):
    upstreams, locations, servers = [], [], []
    for kind, upstream_port in upstream_ports.items():
        buffering = "off" if kind in ("sse", "burst") else "on"
        upstreams.append(
            f"upstream {kind} {{ server 127.0.0.1:{upstream_port}; keepalive 8192; keepalive_requests 1000000000; "
            "keepalive_timeout 1h; }"
        )
        locations.append(f"location /{kind}/ {{ proxy_pass http://{kind}; proxy_buffering {buffering}; }}")
    ports = [port] + [free_port() for _ in range(hops - 1)]
    for index, own_port in enumerate(ports[:-1]):
        upstreams.append(
            f"upstream hop{index} {{ server 127.0.0.1:{ports[index + 1]}; keepalive 8192; keepalive_requests 1000000000; }}"
        )
        servers.append(
            f"server {{ listen 127.0.0.1:{own_port} backlog=8192; "
            f"location / {{ proxy_pass http://hop{index}; proxy_buffering off; }} }}"
        )
    servers.append(f"server {{ listen 127.0.0.1:{ports[-1]} backlog=8192; {' '.join(locations)} }}")
    newline = "\n  "
    user = "user root;" if os.geteuid() == 0 else ""
    return f"""
{user}
worker_processes 1;
master_process {"on" if with_master else "off"};
worker_rlimit_nofile {resource.getrlimit(resource.RLIMIT_NOFILE)[1]};
daemon off;
pid {home}/nginx.pid;
error_log {home}/error.log error;
events {{ worker_connections 18000; }}
http {{
  access_log off;
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
  client_body_buffer_size 2m;
  client_max_body_size 64m;
  client_body_temp_path {home}/body;
  proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi;
  scgi_temp_path {home}/scgi;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_read_timeout 60s;
  {newline.join(upstreams)}
  {newline.join(servers)}
}}
"""


def proxy_config(upstream_ports, general):
    models = "".join(
        f"""  - model_name: {model_name(kind)}
    litellm_params:
      model: openai/{UPSTREAM_MODEL}
      api_base: http://127.0.0.1:{port}/v1
      api_key: sk-upstream
      input_cost_per_token: {INPUT_PRICE}
      output_cost_per_token: {OUTPUT_PRICE}
"""
        for kind, port in upstream_ports.items()
    )
    settings = "".join(f"  {name}: {value}\n" for name, value in general.items())
    return f"model_list:\n{models}general_settings:\n{settings}"
