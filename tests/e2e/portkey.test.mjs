// The same request of a client through another gateway, @portkey-ai/gateway, and through the proxy: what each sends to the
// provider is compared, and every difference stands in portkey_reasons.mjs with its reason. A difference without a reason
// fails, and so does a reason without a difference.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { chats, embedders, embeddings } from './portkey_requests.mjs';
import { reasons } from './portkey_reasons.mjs';
import { eventually, freePort, startProxy } from './support.mjs';

const aws = {
  'x-portkey-aws-access-key-id': 'AKIATEST',
  'x-portkey-aws-secret-access-key': 'aws-secret',
  'x-portkey-aws-region': 'us-east-1',
};

/** How each provider is called `portkey`, where it finds the stub, and our row of it. */
const providers = {
  openai: { portkey: 'openai', model: 'gpt-4o', base: '/v1', row: 'openai/gpt-4o' },
  anthropic: { portkey: 'anthropic', model: 'claude-sonnet-4-5', base: '/v1', row: 'anthropic/claude-sonnet-4-5', ownBase: '' },
  gemini: { portkey: 'google', model: 'gemini-2.5-flash', base: '', row: 'gemini/gemini-2.5-flash' },
  cohere: { portkey: 'cohere', model: 'command-a-03-2025', base: '', row: 'cohere/command-a-03-2025' },
  mistral: { portkey: 'mistral-ai', model: 'mistral-large-latest', base: '/v1', row: 'mistral/mistral-large-latest' },
  azure: {
    portkey: 'azure-openai',
    model: 'gpt-4o',
    base: '/openai',
    row: 'azure/dep',
    ownBase: '',
    more: ', api_key: upstream-secret, api_version: "2024-10-21"',
    headers: {
      'x-portkey-azure-resource-name': 'r',
      'x-portkey-azure-deployment-id': 'dep',
      'x-portkey-azure-api-version': '2024-10-21',
      'x-portkey-azure-model-name': 'gpt-4o',
    },
  },
  bedrock: {
    portkey: 'bedrock',
    model: 'anthropic.claude-3-5-sonnet-20240620-v1:0',
    base: '',
    row: 'bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0',
    headers: aws,
    more: ', aws_access_key_id: AKIATEST, aws_secret_access_key: aws-secret, aws_region_name: us-east-1',
  },
};

/** A provider that keeps what it gets. Each gateway has its own, so that both can be asked at once. */
async function startStub() {
  const received = [];
  const server = http.createServer((request, response) => {
    let text = '';
    request
      .on('data', (bytes) => (text += bytes))
      .on('end', () => {
        const url = new URL(request.url, 'http://stub');
        received.push({
          method: request.method,
          path: decodeURIComponent(url.pathname),
          query: Object.fromEntries(url.searchParams),
          headers: request.headers,
          body: JSON.parse(text),
        });
        // Neither asks again after such an answer.
        response
          .writeHead(400, { 'content-type': 'application/json' })
          .end('{"error":{"message":"recorded","type":"invalid_request_error"},"message":"recorded"}');
      });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, received, base: `http://127.0.0.1:${server.address().port}` };
}

let stubs;
let proxy;
let other;
let otherUrl;

before(async () => {
  stubs = { theirs: await startStub(), ours: await startStub() };
  const port = await freePort();
  otherUrl = `http://127.0.0.1:${port}`;
  const program = fileURLToPath(new URL('node_modules/@portkey-ai/gateway/build/start-server.js', import.meta.url));
  other = spawn(process.execPath, [program, `--port=${port}`, '--headless'], {
    stdio: 'ignore',
    env: { ...process.env, TRUSTED_CUSTOM_HOSTS: '127.0.0.1' },
  });
  const row = (name, { row: model, base, ownBase = base, more = ', api_key: upstream-secret' }) => `  - model_name: ${name}
    litellm_params: {model: "${model}", api_base: "${stubs.ours.base}${ownBase}", num_retries: 0${more}}
`;
  proxy = await startProxy(`
model_list:
${Object.entries(providers)
  .map(([name, provider]) => row(name, provider))
  .join('')}${Object.entries(embedders)
    .map(([name, embedder]) => row(`${name}-embedder`, { ...providers[name], ...embedder }))
    .join('')}
litellm_settings: {drop_params: true}
router_settings: {disable_cooldowns: true}
`);
  await eventually(async () => (await fetch(otherUrl).catch(() => undefined)) !== undefined, 60_000);
});
after(async () => {
  other.kill();
  for (const { server } of Object.values(stubs)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  const { code } = await proxy.stop();
  assert.equal(code, 0, proxy.log());
  proxy.remove();
});

const compared = ['content-type', 'authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'anthropic-version', 'anthropic-beta'];

async function recorded({ received }, ask) {
  const start = received.length;
  const answered = await ask();
  assert.equal(received.length, start + 1, `the provider was not asked once: ${answered}`);
  const { method, path, query, headers, body } = received.at(-1);
  // Of a signature, who signs and for what: the rest depends on the second, and on the headers that are signed along.
  headers.authorization = headers.authorization?.replace(/, ?SignedHeaders=.*/, '');
  return {
    method,
    path,
    query,
    headers: Object.fromEntries(compared.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]])),
    body,
  };
}

async function byBoth(name, path, model, body) {
  const { portkey, base, headers = {} } = providers[name];
  const askOther = async () => {
    const response = await fetch(otherUrl + path, {
      method: 'POST',
      body: JSON.stringify({ ...body, model }),
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer upstream-secret',
        'x-portkey-provider': portkey,
        'x-portkey-custom-host': stubs.theirs.base + base,
        ...headers,
      },
    });
    return response.text();
  };
  const askUs = async () =>
    (await proxy.call(path, { body: { ...body, model: path.endsWith('/embeddings') ? `${name}-embedder` : name } })).text;
  const [theirs, ours] = await Promise.all([recorded(stubs.theirs, askOther), recorded(stubs.ours, askUs)]);
  return { theirs, ours };
}

/** Every place where two values are not the same, as a list of {at, theirs, ours}. */
function differences(theirs, ours, at = '') {
  if (isDeepStrictEqual(theirs, ours)) return [];
  const both = (check) => check(theirs) && check(ours);
  if (both(Array.isArray) || both((value) => value && typeof value === 'object' && !Array.isArray(value)))
    return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].flatMap((key) =>
      differences(theirs[key], ours[key], `${at}/${key}`),
    );
  return [{ at, theirs, ours }];
}

const used = new Set();

function reasonFor(name, title, { at, theirs, ours }) {
  return reasons[name].find((reason) => {
    const meets = (side, value) => !(side in reason) || isDeepStrictEqual(value, reason[side]);
    return (
      reason.at.test(at) &&
      (reason.cases?.includes(title) ?? true) &&
      meets('theirs', theirs) &&
      meets('ours', ours) &&
      (reason.holds?.(theirs, ours, at) ?? true)
    );
  });
}

function compare(name, title, { theirs, ours }) {
  const unexplained = differences(theirs, ours).filter((difference) => {
    const reason = reasonFor(name, title, difference);
    if (reason) used.add(reason);
    return !reason;
  });
  assert.deepEqual(unexplained, []);
}

for (const name of Object.keys(providers)) {
  describe(`${name} gets the same from both`, () => {
    for (const [title, body] of Object.entries(chats))
      test(title, async () => compare(name, title, await byBoth(name, '/v1/chat/completions', providers[name].model, body)));
    for (const [title, body] of Object.entries(name in embedders ? embeddings : {}))
      test(`an embedding of ${title}`, async () => compare(name, title, await byBoth(name, '/v1/embeddings', embedders[name].model, body)));
  });
}

test('no reason is out of date', () => {
  const idle = Object.entries(reasons).flatMap(([name, list]) =>
    list.filter((reason) => !used.has(reason)).map((reason) => `${name} ${reason.at}: ${reason.why}`),
  );
  assert.deepEqual(idle, []);
});
