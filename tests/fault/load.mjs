// Mixed calls from many clients at once, each remembering what it saw.
import http from 'node:http';
import { maxTokens } from './billing_upstream.mjs';

const kinds = ['chat', 'stream', 'embedding', 'hang-up in the stream', 'hang-up before the answer'];

let counter = 0;
const run = `${process.pid.toString(36)}-${Date.now().toString(36)}`;

function bodyOf(kind, name, user) {
  if (kind === 'embedding') return { path: '/v1/embeddings', body: { model: 'billed', user, input: name } };
  const stream = kind === 'stream' || kind === 'hang-up in the stream';
  return { path: '/v1/chat/completions', body: { model: 'billed', user, stream, max_tokens: maxTokens, messages: [{ role: 'user', content: name }] } };
}

/** One call; resolves to what the client saw. `finished` means that its last byte arrived. */
function call(port, key, kind, user) {
  const name = `${run}-${counter++}`;
  const seen = { name, kind, finished: false, left: false, status: 0 };
  const { path, body } = bodyOf(kind, name, user);
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-litellm-trace-id': name };
    const request = http.request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent: false }, (response) => {
      seen.status = response.statusCode;
      let text = '';
      response.on('data', (bytes) => {
        text += bytes;
        if (kind === 'hang-up in the stream' && text.length > 600) leave();
      });
      response.on('end', () => {
        seen.finished = response.complete && (body.stream ? text.includes('data: [DONE]') : text.endsWith('}'));
        resolve(seen);
      });
      response.on('error', () => resolve(seen));
      response.on('close', () => resolve(seen));
    });
    const leave = () => {
      seen.left = true;
      request.destroy();
    };
    request.on('error', () => resolve(seen));
    request.on('close', () => resolve(seen));
    request.end(JSON.stringify(body));
    if (kind === 'hang-up before the answer') setTimeout(leave, Math.random() * 20);
  });
}

export const callOnce = (port, key, user) => call(port, key, 'chat', user);

/** Keeps `clients` busy, for the end user `user` if there is one, until stop(), which resolves to everything that was seen. */
export function startLoad(port, keys, clients, user) {
  const all = [];
  let running = true;
  const work = async (number) => {
    for (let turn = number; running; turn++) {
      const seen = await call(port, keys[turn % keys.length], kinds[Math.floor(Math.random() * kinds.length)], user);
      all.push(seen);
      // A dead server refuses at once.
      if (seen.status === 0 && !seen.left) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const workers = Array.from({ length: clients }, (_, number) => work(number));
  return {
    seen: all,
    async stop() {
      running = false;
      await Promise.all(workers);
      return all;
    },
  };
}
