#!/usr/bin/env python3
"""Many keys: pages of /key/list over them, and how fast new ones are made.

Fills the database with keys by SQL, on SQLite, and on Postgres too when LITELLM_TEST_POSTGRES names a server (run it through
scripts/with-postgres). Every page is asked for several times; the slowest of the medians counts.

Exit code 0: within the limits; 1: a limit is missed; 2: could not be measured.
"""

import argparse
import http.client
import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from stack import DEFAULT_BINARY, BenchError, free_port, request

MASTER_KEY = "sk-bench-master-key-0123456789"
LIST_LIMIT = 0.050  # seconds a page of /key/list
GENERATE_LIMIT = 500  # keys a second, on SQLite
DATABASE = f"litellm_bench_{os.getpid()}"

PAGES = {
    "first page": "/key/list?size=100",
    "first page, whole keys": "/key/list?size=100&return_full_object=true",
    "last page": "/key/list?size=100&page={last}",
    "most spend": "/key/list?size=100&return_full_object=true&sort_by=spend&sort_order=desc",
    "by alias, a page in the middle": "/key/list?size=100&page={middle}&sort_by=key_alias&sort_order=asc",
    "of one user": "/key/list?size=100&user_id=user-7",
    "of one team": "/key/list?size=100&team_id=team-7&return_full_object=true",
    "one alias": "/key/list?key_alias=alias-4711",
    "aliases": "/key/aliases?page=1&size=50",
    "aliases, searched": "/key/aliases?page=1&size=50&search=alias-47",
}

# token, alias, user and team of key number n; the dialects differ in the functions only.
FILL_SQLITE = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
INSERT INTO "LiteLLM_VerificationToken" (token, key_name, key_alias, spend, user_id, team_id, models, created_at, updated_at)
SELECT lower(hex(randomblob(32))), 'sk-...' || i, 'alias-' || i, (i * 7919 % {count}) / 1000.0, 'user-' || (i % 1000),
  CASE WHEN i % 3 = 0 THEN 'team-' || (i % 100) END, '[]', {time}, {time} FROM n
"""
FILL_POSTGRES = """
INSERT INTO "LiteLLM_VerificationToken" (token, key_name, key_alias, spend, user_id, team_id, models, created_at, updated_at)
SELECT encode(sha256(i::text::bytea), 'hex'), 'sk-...' || i, 'alias-' || i, (i * 7919 % {count}) / 1000.0, 'user-' || (i % 1000),
  CASE WHEN i % 3 = 0 THEN 'team-' || (i % 100) END, '{{}}', now() + i * interval '1 ms', now() FROM generate_series(1, {count}) i
"""


class Proxy:
    def __init__(self, binary, home, url=None):
        (home / "config.yaml").write_text("model_list: []\n")
        self.port = free_port()
        environment = {"PATH": os.environ["PATH"], "LITELLM_MASTER_KEY": MASTER_KEY, "LITELLM_DATA_DIR": str(home / "data")}
        if url:
            environment["DATABASE_URL"] = url
        arguments = [binary, "--config", home / "config.yaml", "--host", "127.0.0.1", "--port", str(self.port)]
        self.log = open(home / "log", "w")
        self.process = subprocess.Popen(arguments, env=environment, stdout=self.log, stderr=self.log)
        until = time.monotonic() + 60
        while True:
            try:
                if request(self.port, "GET", "/health/liveliness")[0] == 200:
                    return
            except OSError:
                pass
            if time.monotonic() > until or self.process.poll() is not None:
                raise BenchError(f"the proxy did not start: {(home / 'log').read_text()[-2000:]}")
            time.sleep(0.05)

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()


def fill_sqlite(path, count):
    with sqlite3.connect(path) as database:
        sample = database.execute('SELECT typeof(created_at), created_at FROM "LiteLLM_VerificationToken" LIMIT 1').fetchone()
        # Times are kept as the proxy keeps them: one key is made through it first.
        if sample[0] == "integer":
            value = f"{sample[1]} + i"
        else:
            value = "strftime('%Y-%m-%d %H:%M:%f', 'now', '+' || (i / 1000.0) || ' seconds')"
        database.execute(FILL_SQLITE.format(count=count, time=value))


def psql(url, sql):
    subprocess.run(["psql", url, "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--command", sql], check=True)


def time_pages(port, count, rounds):
    """Median seconds of each page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"authorization": f"Bearer {MASTER_KEY}"}
    medians = {}
    for name, path in PAGES.items():
        target = path.format(last=count // 100, middle=count // 200)
        times = []
        for _ in range(rounds):
            begin = time.perf_counter()
            connection.request("GET", target, headers=headers)
            response = connection.getresponse()
            body = response.read()
            times.append(time.perf_counter() - begin)
            if response.status != 200:
                raise BenchError(f"{target} answered {response.status}: {body[:300]}")
            if not json.loads(body).get("keys", json.loads(body).get("aliases")):
                raise BenchError(f"{target} found nothing")
        medians[name] = statistics.median(times)
    return medians


def time_generate(port, count, clients):
    """Keys made in a second by some clients that ask one after the other."""
    each = count // clients
    failed = []

    def work():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"authorization": f"Bearer {MASTER_KEY}", "content-type": "application/json"}
        for _ in range(each):
            connection.request("POST", "/key/generate", body='{"models": ["gpt-4"], "max_budget": 10}', headers=headers)
            response = connection.getresponse()
            body = response.read()
            if response.status != 200:
                failed.append(body[:300])
                return

    threads = [threading.Thread(target=work) for _ in range(clients)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begin
    if failed:
        raise BenchError(f"/key/generate: {failed[0]}")
    return each * clients / seconds


def measure(name, options, url=None):
    home = pathlib.Path(tempfile.mkdtemp(prefix="litellm-keys-"))
    proxy = Proxy(options.binary, home, url)
    try:
        status, answer = request(proxy.port, "POST", "/key/generate", {"key_alias": "first"}, MASTER_KEY)
        if status != 200:
            raise BenchError(f"/key/generate answered {status}: {answer}")
        if url:
            psql(url, FILL_POSTGRES.format(count=options.count))
            # What autovacuum does with so many new rows by and by. Its own first look at them must be over, or they do not count as
            # seen by everybody, and no index serves alone.
            psql(url, "VACUUM ANALYZE")
            time.sleep(5)
            psql(url, "VACUUM ANALYZE")
        else:
            fill_sqlite(home / "data/litellm.db", options.count)
        pages = time_pages(proxy.port, options.count, options.rounds)
        rate = time_generate(proxy.port, options.generate, 8)
    finally:
        proxy.stop()
        shutil.rmtree(home)
    for page, seconds in pages.items():
        is_list = PAGES[page].startswith("/key/list")
        mark = "  above the limit" if is_list and seconds >= LIST_LIMIT else ""
        print(f"{name:9} {page:32} {seconds * 1000:8.1f} ms{mark}")
    slow = rate < GENERATE_LIMIT and not url
    print(f"{name:9} {'/key/generate':32} {rate:8.0f} a second{'  below the limit' if slow else ''}")
    return max(seconds for page, seconds in pages.items() if PAGES[page].startswith("/key/list")) < LIST_LIMIT and not slow


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=pathlib.Path, default=DEFAULT_BINARY)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--generate", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    try:
        good = measure("SQLite", options)
        server = os.environ.get("LITELLM_TEST_POSTGRES")
        if server:
            psql(server, f"CREATE DATABASE {DATABASE}")
            try:
                good = measure("Postgres", options, server.rsplit("/", 1)[0] + "/" + DATABASE) and good
            finally:
                psql(server, f"DROP DATABASE {DATABASE} WITH (FORCE)")
    except (BenchError, OSError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
