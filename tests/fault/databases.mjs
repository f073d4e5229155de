// The databases that a campaign runs on: how to read them, and how to hurt them.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const scripts = fileURLToPath(new URL('../../scripts', import.meta.url));

const columns = 'session_id, status, spend, prompt_tokens, completion_tokens, metadata, api_key';

/** Spend as the database has it, in nano-dollars: both keep it as a double, and the sums here are far below 2^53. */
const nanos = (usd) => BigInt(Math.round(Number(usd) * 1e9));

function readable(rows) {
  return rows.map((row) => ({ ...row, nanos: nanos(row.spend), metadata: JSON.parse(row.metadata) }));
}

export function sqlite(directory) {
  const file = join(directory, 'data', 'litellm.db');
  const query = (sql) => {
    const program = 'import json,sqlite3,sys\nc=sqlite3.connect(sys.argv[1],timeout=30)\nc.row_factory=sqlite3.Row\nprint(json.dumps([dict(r) for r in c.execute(sys.argv[2])]))';
    return JSON.parse(execFileSync('python3', ['-c', program, file, sql], { maxBuffer: 1 << 28 }));
  };
  let holder;
  return {
    name: 'SQLite',
    environment: {},
    logs: () => readable(query(`SELECT ${columns} FROM "LiteLLM_SpendLogs"`)),
    sum: (table) => nanos(query(`SELECT coalesce(sum(spend), 0) AS spend FROM "${table}"`)[0].spend),
    /** Nobody can write until unlock(). */
    async lock() {
      const program = 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],timeout=30,isolation_level=None)\nc.execute("BEGIN IMMEDIATE")\nprint("held",flush=True)\nsys.stdin.read()';
      holder = spawn('python3', ['-c', program, file], { stdio: ['pipe', 'pipe', 'inherit'] });
      await once(holder.stdout, 'data');
    },
    async unlock() {
      if (!holder) return;
      const ended = once(holder, 'exit');
      holder.stdin.end();
      await ended;
      holder = undefined;
    },
    async remove() {},
  };
}

function asOwner(command, args) {
  const isRoot = process.getuid() === 0;
  return spawnSync(isRoot ? 'runuser' : command, isRoot ? ['-u', 'postgres', '--', command, ...args] : args, { encoding: 'utf8', cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
}

/** A server of one's own, to be stopped and started at will; `undefined` where no Postgres is installed. */
export async function postgres() {
  const server = spawn(join(scripts, 'with-postgres'), ['bash', '-c', 'echo "$LITELLM_TEST_POSTGRES"; read -r'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const url = await new Promise((resolve) => {
    let text = '';
    server.stdout.on('data', (bytes) => (text += bytes).includes('\n') && resolve(text.trim()));
    server.on('exit', () => resolve(undefined));
  });
  if (!url) return undefined;
  const psql = (sql) => execFileSync('psql', [url, '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--command', sql], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const data = psql('SHOW data_directory').trim();
  const port = psql('SHOW port').trim();
  const sockets = psql('SHOW unix_socket_directories').trim();
  const binaries = execFileSync('bash', ['-c', 'dirname "$(command -v pg_ctl || ls -v /usr/lib/postgresql/*/bin/pg_ctl | tail -n 1)"'], { encoding: 'utf8' }).trim();
  const control = (...args) => {
    const done = asOwner(join(binaries, 'pg_ctl'), ['-D', data, '-w', ...args]);
    if (done.status !== 0) throw new Error(`pg_ctl ${args[0]}: ${done.stderr}`);
  };
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${sockets} -c fsync=off -c max_connections=200 -c shared_buffers=64MB`;
  let holder;
  let stopped = false;
  let number = 0;
  const database = {
    name: 'Postgres',
    environment: {},
    fresh() {
      const name = `fault_${number++}`;
      psql(`CREATE DATABASE ${name}`);
      database.environment = { DATABASE_URL: url.replace(/\/[^/]*$/, `/${name}`) };
    },
    query: (sql) => {
      const text = execFileSync('psql', [database.environment.DATABASE_URL, '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--command', `SELECT coalesce(json_agg(t), '[]') FROM (${sql}) t`], { encoding: 'utf8', maxBuffer: 1 << 28 });
      return JSON.parse(text);
    },
    logs: () => readable(database.query(`SELECT session_id, status, spend, prompt_tokens, completion_tokens, metadata::text AS metadata, api_key FROM "LiteLLM_SpendLogs"`)),
    sum: (name) => nanos(database.query(`SELECT coalesce(sum(spend), 0) AS spend FROM "${name}"`)[0].spend),
    async lock() {
      holder = spawn('psql', [database.environment.DATABASE_URL, '--no-psqlrc', '--quiet'], { stdio: ['pipe', 'pipe', 'ignore'] });
      holder.stdin.write('BEGIN; LOCK TABLE "LiteLLM_SpendLogs", "LiteLLM_VerificationToken" IN ACCESS EXCLUSIVE MODE;\n\\echo held\n');
      await once(holder.stdout, 'data');
    },
    async unlock() {
      if (!holder) return;
      const ended = once(holder, 'exit');
      holder.stdin.on('error', () => {});
      holder.stdin.end('ROLLBACK;\n\\q\n');
      await ended;
      holder = undefined;
    },
    async stop() {
      control('stop', '-m', 'immediate');
      stopped = true;
    },
    async start() {
      if (stopped) control('start', '-l', join(sockets, 'log'), '-o', options);
      stopped = false;
    },
    async remove() {
      await database.start();
      const ended = once(server, 'exit');
      server.stdin.end('\n');
      await ended;
    },
  };
  return database;
}
