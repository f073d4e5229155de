// A provider that knows what it billed. Each call names itself in its first message (or its input); the answer's token counts come from
// that name, so nobody has to tell anybody what a call cost.
import { createHash } from 'node:crypto';
import { startUpstream } from '../e2e/support.mjs';

export const inputNanos = 10_000n; // per prompt token: 0.00001 USD
export const outputNanos = 30_000n; // per completion token: 0.00003 USD
export const maxTokens = 64;

/** What a call named `name` uses. Never more than its request promises, so never more than was reserved. */
export function usageOf(name, kind) {
  const digest = createHash('sha256').update(name).digest();
  const prompt = 1 + (digest[0] % 20);
  const completion = kind === 'embedding' ? 0 : 1 + (digest[1] % (maxTokens - 1));
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

export function nanosOf(usage) {
  return BigInt(usage.prompt_tokens) * inputNanos + BigInt(usage.completion_tokens) * outputNanos;
}

const after = (milliseconds, work) => setTimeout(work, milliseconds);
const randomBelow = (limit) => Math.floor(Math.random() * limit);

function stream(response, name, usage, slow) {
  const id = `chatcmpl-${name}`;
  const chunk = (more) => `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created: 1, model: 'billed', ...more })}\n\n`;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let left = usage.completion_tokens;
  const next = () => {
    if (response.destroyed) return;
    if (left-- > 0) {
      response.write(chunk({ choices: [{ index: 0, delta: { content: 'x ' }, finish_reason: null }] }));
      after(slow ? 3 : 0, next);
      return;
    }
    response.write(chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
    response.write(chunk({ choices: [], usage }));
    response.end('data: [DONE]\n\n');
  };
  next();
}

/** Starts it. `billed` maps names of calls to how often they came and to their kind. */
export async function startBillingUpstream() {
  const billed = new Map();
  const upstream = await startUpstream((request, response, body) => {
    const kind = request.url.endsWith('/embeddings') ? 'embedding' : body.stream ? 'stream' : 'chat';
    const name = kind === 'embedding' ? body.input : body.messages[0].content;
    const usage = usageOf(name, kind);
    const known = billed.get(name);
    billed.set(name, { kind, times: (known?.times ?? 0) + 1 });
    const send = () => {
      if (response.destroyed) return;
      if (kind === 'stream') return stream(response, name, usage, randomBelow(2) === 0);
      const answer = kind === 'embedding'
        ? { object: 'list', model: 'billed', data: [{ object: 'embedding', index: 0, embedding: [0.5] }], usage: { prompt_tokens: usage.prompt_tokens, total_tokens: usage.total_tokens } }
        : { id: `chatcmpl-${name}`, object: 'chat.completion', created: 1, model: 'billed', choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }], usage };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    };
    after(randomBelow(30), send);
  });
  upstream.received.push = () => 0; // thousands of calls: nobody reads them
  return { url: upstream.url, billed, stop: upstream.stop };
}
