// The real binary, started on a free port with a data directory of its own, and an upstream that plays a script.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Description } from './description.mjs';

export const masterKey = 'sk-e2e-master-key-0123456789abcdef';
const binary = process.env.LITELLM_BINARY;

export function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/**
 * Starts the proxy and waits until it answers. `config` is YAML without master key. `environment` may be a function of the proxy's own
 * address. `root` is what SERVER_ROOT_PATH says.
 */
export async function startProxy(
  config,
  { directory = mkdtempSync(join(tmpdir(), 'litellm-e2e-')), environment = {}, args = [], root = '' } = {},
) {
  if (!binary) throw new Error('LITELLM_BINARY is not set');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}${root}`;
  const file = join(directory, 'config.yaml');
  writeFileSync(file, config);
  const child = spawn(binary, ['--config', file, '--host', '127.0.0.1', '--port', String(port), ...args], {
    env: {
      ...process.env,
      LITELLM_MASTER_KEY: masterKey,
      LITELLM_DATA_DIR: join(directory, 'data'),
      ...(root ? { SERVER_ROOT_PATH: root } : {}),
      ...(typeof environment === 'function' ? environment(url) : environment),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stdout.on('data', (bytes) => (log += bytes));
  child.stderr.on('data', (bytes) => (log += bytes));
  const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
  let description;
  const proxy = {
    url, port, directory, log: () => log, ended,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
    remove() {
      rmSync(directory, { recursive: true, force: true });
    },
    async call(path, { key = masterKey, body, method = body === undefined ? 'GET' : 'POST', headers = {} } = {}) {
      const response = await fetch(url + path, {
        method,
        headers: { ...(key ? { authorization: `Bearer ${key}` } : {}), 'content-type': 'application/json', ...headers },
        body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      });
      const text = await response.text();
      let json;
      try {
        json = JSON.parse(text);
      } catch {
        json = undefined;
      }
      if (response.status === 200 && json !== undefined) {
        description ??= Description.of(url, masterKey);
        (await description).check({ method, target: path, status: response.status, body, json });
      }
      return { status: response.status, headers: response.headers, text, json };
    },
    async newKey(body = {}) {
      const answer = await proxy.call('/key/generate', { body });
      if (answer.status !== 200) throw new Error(answer.text);
      return answer.json.key;
    },
  };
  for (let tries = 0; ; tries++) {
    try {
      if ((await fetch(`${url}/health/liveliness`)).ok) return proxy;
    } catch {
      if (child.exitCode !== null || tries > 600) throw new Error(`the proxy did not start:\n${log}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** An upstream that calls `answer(request, response, body)` and keeps what it received. */
export async function startUpstream(answer) {
  const received = [];
  const server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (bytes) => (text += bytes));
    request.on('end', () => {
      const body = text ? JSON.parse(text) : {};
      received.push({ path: request.url, headers: request.headers, body });
      answer(request, response, body);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    received,
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}

export function completion(model, usage = { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 }) {
  return {
    id: `chatcmpl-${Math.random().toString(36).slice(2)}`, object: 'chat.completion', created: 1, model,
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hello there' }, finish_reason: 'stop' }], usage,
  };
}

export function sendJson(response, body, status = 200, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export async function eventually(check, patience = 15000) {
  const until = Date.now() + patience;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > until) throw new Error('it never came true');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
