#!/usr/bin/env python3
"""A million calls, good and bad ones: does memory grow?

Rounds of calls over 32 connections while others ask for what does not exist, send what is no JSON, present wrong keys and leave in the middle
of streams. After each round the proxy's resident memory is read. The slope is that of a straight line through the rounds after
the first quarter, when pools and caches are full.

Exit code 0: below the limit; 1: above it, or the ledger is not exact; 2: could not be measured.
"""

import argparse
import json
import pathlib
import socket
import sys
import threading
import time

from stack import COST_PER_CALL, DEFAULT_BINARY, BenchError, Stack, memory_mb

SLOPE_LIMIT = 1.0  # MB for each 100,000 calls
BAD = {
    "no JSON": ("/v1/chat/completions", b'{"model": ', True),
    "unknown model": ("/v1/chat/completions", b'{"model": "nobody", "messages": [{"role": "user", "content": "hi"}]}', True),
    "wrong key": ("/v1/chat/completions", b'{"model": "x", "messages": []}', False),
    "no route": ("/v1/nowhere", b"{}", True),
    "no messages": ("/v1/chat/completions", b'{"model": "MODEL", "messages": 7}', True),
}


class Trouble:
    """Calls that fail, and clients that leave."""

    def __init__(self, target):
        self.target, self.counts, self.running = target, {}, True
        self.threads = [threading.Thread(target=self.fail), threading.Thread(target=self.leave)]
        for thread in self.threads:
            thread.start()

    def request(self, path, body, with_key):
        authorization = self.target.authorization if with_key else "Bearer sk-nobody"
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: {authorization}\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def note(self, name):
        self.counts[name] = self.counts.get(name, 0) + 1

    def fail(self):
        while self.running:
            with socket.create_connection(("127.0.0.1", self.target.port), timeout=10) as connection:
                for name, (path, body, with_key) in BAD.items():
                    connection.sendall(self.request(path, body.replace(b"MODEL", self.target.model("fast").encode()), with_key))
                    if not connection.recv(65536).startswith(b"HTTP/1.1 "):
                        break
                    self.note(name)
            time.sleep(0.002)

    def leave(self):
        """Streams take a second; the client leaves after the first chunks, or before."""
        body = json.dumps({"model": self.target.model("sse"), "stream": True, "messages": [{"role": "user", "content": "hi"}]}).encode()
        turn = 0
        while self.running:
            turn += 1
            with socket.create_connection(("127.0.0.1", self.target.port), timeout=10) as connection:
                connection.sendall(self.request(self.target.path("sse"), body, True))
                if turn % 2:
                    connection.recv(4096)
                    self.note("left in the stream")
                else:
                    self.note("left before the answer")
            time.sleep(0.005)

    def stop(self):
        self.running = False
        for thread in self.threads:
            thread.join()
        return self.counts


def slope_of(points):
    """MB for each 100,000 calls, by least squares."""
    count = len(points)
    mean_x = sum(x for x, _ in points) / count
    mean_y = sum(y for _, y in points) / count
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread * 100_000


def measure(options):
    with Stack(binary=options.binary) as stack:
        home = stack.proxy("soak")
        points, done, trouble = [], 0, Trouble(home.target)
        good = 0
        try:
            while done + sum(trouble.counts.values()) < options.calls:
                result = stack.load((home.target, "fast", {"connections": 32, "duration": options.seconds, "warmup": 0}))[0]
                if result["failed"]:
                    raise BenchError(f"{result['failed']} good calls failed: {result['first_error']}")
                good += result["ok"]
                done = good
                calls = done + sum(trouble.counts.values())
                points.append((calls, sum(memory_mb(pid) for pid in home.process.pids())))
                print(f"{calls:>9,} calls  {points[-1][1]:6.1f} MB", flush=True)
        finally:
            counts = trouble.stop()
        time.sleep(3)
        expected = (good + 1) * COST_PER_CALL
        spend = home.spend()
        # Streams that were left are charged too, by what had arrived.
        left = counts.get("left in the stream", 0) + counts.get("left before the answer", 0)
        print(", ".join(f"{name}: {count:,}" for name, count in counts.items()))
        print(f"spend {spend:.6f} USD; {good + 1:,} good calls cost {expected:.6f}, {left:,} streams were left")
        if not home.stop():
            raise BenchError("the proxy did not end within 10 s of SIGTERM")
    steady = points[len(points) // 4 :]
    slope = slope_of(steady) if len(steady) > 2 else float("nan")
    print(f"slope: {slope:.2f} MB for each 100,000 calls (limit {SLOPE_LIMIT})")
    return slope < SLOPE_LIMIT and spend >= expected - COST_PER_CALL / 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=pathlib.Path, default=DEFAULT_BINARY)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=8, help="of one round")
    options = parser.parse_args()
    try:
        return 0 if measure(options) else 1
    except (BenchError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
