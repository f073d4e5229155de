// What the tests with Redis stand on: Debian's own server on a free port, and two proxies on one database beside it.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { eventually, freePort, startProxy } from './support.mjs';

const postgres = process.env.LITELLM_TEST_POSTGRES;
const program = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)]
  .map((folder) => join(folder, 'redis-server'))
  .find((path) => existsSync(path));

/** Why tests cannot run here; false when they can. */
export const hasNoRedis = () => !program && 'there is no redis-server here (Debian: apt-get install redis-server)';
export function reasonToSkip() {
  if (hasNoRedis()) return hasNoRedis();
  return postgres ? false : 'LITELLM_TEST_POSTGRES is not set; run the tests through scripts/with-postgres';
}

/** One value of Redis' protocol as [value, the place after it]; undefined while it is not whole. */
function parsed(text, at = 0) {
  const end = text.indexOf('\r\n', at);
  if (end < 0) return undefined;
  const head = text.slice(at + 1, end);
  const next = end + 2;
  switch (text[at]) {
    case ':':
      return [Number(head), next];
    case '$':
      if (head === '-1') return [null, next];
      return text.length < next + Number(head) + 2 ? undefined : [text.slice(next, next + Number(head)), next + Number(head) + 2];
    case '*': {
      const items = [];
      let place = next;
      while (items.length < Number(head)) {
        const item = parsed(text, place);
        if (!item) return undefined;
        items.push(item[0]);
        place = item[1];
      }
      return [items, place];
    }
    default:
      return [text[at] === '-' ? new Error(head) : head, next];
  }
}

/** Runs commands on a connection of their own; the last one's reply. */
function runAll(port, commands) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    let text = '';
    // One byte is one character, so that lengths are as the protocol counts them.
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('data', (bytes) => {
      text += bytes;
      const replies = [];
      for (let at = 0; replies.length < commands.length; ) {
        const reply = parsed(text, at);
        if (!reply) return;
        replies.push(reply[0]);
        at = reply[1];
      }
      socket.destroy();
      const refused = replies.find((reply) => reply instanceof Error);
      if (refused) reject(refused);
      else resolve(replies.at(-1));
    });
    const words = commands.map((command) => `*${command.length}\r\n${command.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`);
    socket.write(words.join(''));
  });
}

/** A server that keeps nothing on disk. `restart` brings an empty one to the same port. */
export async function startRedis({ password = '', args = [] } = {}) {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'litellm-redis-'));
  const login = password ? [['AUTH', password]] : [];
  let child;
  let ended;
  const redis = {
    port,
    run: (...command) => runAll(port, [...login, command]),
    runIn: (database, ...command) => runAll(port, [...login, ['SELECT', String(database)], command]),
    async start() {
      child = spawn(program, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory, ...args], {
        stdio: 'ignore',
      });
      ended = new Promise((resolve) => child.on('exit', resolve));
      await eventually(async () => (await redis.run('PING').catch(() => undefined)) === 'PONG');
    },
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    kill() {
      child.kill('SIGKILL');
      return ended;
    },
    async remove() {
      await redis.kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  if (password) args = [...args, '--requirepass', password];
  await redis.start();
  return redis;
}

let databases = 0;

/** Two proxies with one configuration on a database of their own. */
export async function startPair(config, { environment = {}, ...more } = {}) {
  const name = `litellm_redis_${process.pid}_${Date.now()}_${databases++}`;
  const psql = (sql) => execFileSync('psql', [postgres, '--no-psqlrc', '--quiet', '--command', sql], { stdio: ['ignore', 'pipe', 'inherit'] });
  psql(`CREATE DATABASE ${name}`);
  const options = { environment: { ...environment, DATABASE_URL: postgres.replace(/\/[^/]*$/, `/${name}`) }, ...more };
  const proxies = await Promise.all([startProxy(config, options), startProxy(config, options)]);
  return {
    proxies,
    one: proxies[0],
    other: proxies[1],
    async stop() {
      const ends = [];
      for (const proxy of proxies) {
        const { code } = await proxy.stop();
        if (code !== 0) ends.push(`${code}: ${proxy.log()}`);
        proxy.remove();
      }
      psql(`DROP DATABASE ${name} WITH (FORCE)`);
      if (ends.length > 0) throw new Error(ends.join('\n'));
    },
  };
}

/** A figure of /metrics. */
export async function figure(proxy, name) {
  const { text } = await proxy.call('/metrics');
  return Number(text.match(new RegExp(`^${name} (.*)$`, 'm'))?.[1]);
}
export const isAway = async (proxy) => (await figure(proxy, 'litellm_redis_away')) === 1;
