// The original tokenizer, where its npm package is installed.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../src/spend/ranks/', import.meta.url));
const require = createRequire(`${folder}package.json`);
const encoders = new Map();

export const isInstalled = existsSync(`${folder}node_modules/js-tiktoken`);

/** Tokens of `text`; special tokens are text. Without the package, what the proxy says then: a token for each four bytes. */
export function count(text, name = 'o200k_base') {
  if (!isInstalled) return Math.ceil(Buffer.byteLength(text) / 4);
  if (!encoders.has(name)) {
    const { Tiktoken } = require('js-tiktoken/lite');
    encoders.set(name, new Tiktoken(require(`js-tiktoken/ranks/${name}`)));
  }
  return encoders.get(name).encode(text, [], []).length;
}

/** Of chat messages with plain texts, as OpenAI counts them. */
export function countMessages(messages, name = 'o200k_base') {
  return 3 + messages.reduce((sum, { role, content }) => sum + 3 + count(role, name) + count(content, name), 0);
}
