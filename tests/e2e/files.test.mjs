// /files and /batches: they live in the proxy's account at a provider and belong to whoever made them; a finished batch is paid once.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import OpenAI, { toFile } from 'openai';
import { eventually, masterKey, sendJson, startProxy } from './support.mjs';

/** A provider's files and batches; `finish(batch, lines)` lets one complete with these results. */
async function startProvider(name) {
  const files = new Map();
  const batches = new Map();
  const received = [];
  let number = 0;
  const keep = (bytes, filename, purpose) => {
    const id = `file-${name}-${(number += 7)}`;
    files.set(id, { id, object: 'file', bytes: bytes.length, created_at: 1, filename, purpose, contents: bytes });
    return id;
  };
  const shown = ({ contents, ...file }) => file;
  const unknown = (response, what) => sendJson(response, { error: { message: `No such ${what}`, type: 'invalid_request_error', param: 'id', code: null } }, 404);
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { pathname, searchParams } = new URL(request.url, 'http://x');
    received.push({ method: request.method, url: request.url, headers: request.headers, body });
    const [kind, id, verb] = pathname.replace(/^\/openai/, '').replace(/^\/v1/, '').split('/').slice(1);
    if (kind === 'files') {
      if (request.method === 'POST') {
        const form = await new Response(body, { headers: { 'content-type': request.headers['content-type'] } }).formData();
        const file = form.get('file');
        return sendJson(response, shown(files.get(keep(Buffer.from(await file.arrayBuffer()), file.name, form.get('purpose')))));
      }
      if (!id) return sendJson(response, { object: 'list', data: [...files.values()].filter((each) => !searchParams.get('purpose') || each.purpose === searchParams.get('purpose')).map(shown), has_more: false });
      if (!files.has(id)) return unknown(response, 'file');
      if (verb === 'content') return response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': files.get(id).contents.length }).end(files.get(id).contents);
      if (request.method === 'DELETE') return files.delete(id), sendJson(response, { id, object: 'file', deleted: true });
      return sendJson(response, shown(files.get(id)));
    }
    if (kind !== 'batches') return unknown(response, 'thing');
    if (request.method === 'POST' && !id) {
      const asked = JSON.parse(body);
      const batch = { id: `batch_${name}_${(number += 7)}`, object: 'batch', status: 'in_progress', created_at: 1, output_file_id: null, error_file_id: null, ...asked };
      batches.set(batch.id, batch);
      return sendJson(response, batch);
    }
    if (!id) return sendJson(response, { object: 'list', data: [...batches.values()], has_more: false });
    if (!batches.has(id)) return unknown(response, 'batch');
    if (verb === 'cancel') batches.get(id).status = 'cancelling';
    return sendJson(response, batches.get(id));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    received, files, batches,
    url: `http://127.0.0.1:${server.address().port}`,
    finish(id, lines) {
      const output_file_id = keep(Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n')), 'out.jsonl', 'batch_output');
      Object.assign(batches.get(id), { status: 'completed', output_file_id, error_file_id: keep(Buffer.from('{}\n'), 'err.jsonl', 'batch_output') });
      return output_file_id;
    },
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}

const line = (custom_id, model, prompt_tokens, completion_tokens) => ({
  id: `r-${custom_id}`, custom_id, error: null,
  response: { status_code: 200, body: { object: 'chat.completion', model, choices: [], usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens } } },
});
const request = (custom_id, model) => JSON.stringify({ custom_id, method: 'POST', url: '/v1/chat/completions', body: { model, messages: [{ role: 'user', content: 'hi' }] } });
const jsonl = (...models) => toFile(Buffer.from(`${models.map((model, index) => request(`c${index}`, model)).join('\n')}\n`), 'in.jsonl');

describe('files and batches', () => {
  let openai;
  let azure;
  let proxy;
  let ada;
  let bob;
  let eve;
  const client = (apiKey) => new OpenAI({ apiKey, baseURL: `${proxy.url}/v1`, maxRetries: 0 });
  before(async () => {
    openai = await startProvider('o');
    azure = await startProvider('a');
    proxy = await startProxy(`
model_list:
  - model_name: small
    litellm_params: {model: openai/gpt-4o-mini, api_base: "${openai.url}/v1", api_key: sk-row-0123456789, input_cost_per_token: 0.00001, output_cost_per_token: 0.00003}
  - model_name: other
    litellm_params: {model: openai/other, api_base: "${openai.url}/v1", api_key: sk-row-0123456789}
files_settings:
  - {custom_llm_provider: openai, api_base: "${openai.url}/v1", api_key: os.environ/FILES_KEY}
  - {custom_llm_provider: azure, api_base: "${azure.url}", api_key: azure-key-0123456789, api_version: "2024-10-21"}
general_settings: {proxy_batch_write_at: 0.1}
`, { environment: { FILES_KEY: 'sk-files-0123456789', OPENAI_API_KEY: 'sk-env-0123456789', OPENAI_API_BASE: `${openai.url}/v1` } });
    await proxy.call('/team/new', { body: { team_id: 'red' } });
    ada = await proxy.newKey({ user_id: 'ada', team_id: 'red' });
    bob = await proxy.newKey({ user_id: 'bob', team_id: 'red' });
    eve = await proxy.newKey({ user_id: 'eve', models: ['small', 'gpt-4o-mini'] });
  });
  after(async () => {
    assert.equal((await proxy.stop()).code, 0, proxy.log());
    for (const secret of ['sk-files-0123456789', 'azure-key-0123456789', ada]) assert.ok(!proxy.log().includes(secret));
    proxy.remove();
    await openai.stop();
    await azure.stop();
  });

  test('a file is its owner’s and the team’s, and nobody else’s', async () => {
    const file = await client(ada).files.create({ file: await toFile(Buffer.from('hello ÿ'), 'note.txt'), purpose: 'assistants' });
    assert.equal(file.filename, 'note.txt');
    const sent = openai.received.at(-1);
    assert.equal(sent.headers.authorization, 'Bearer sk-files-0123456789');
    assert.ok(!JSON.stringify(sent.headers).includes(ada));
    for (const key of [ada, bob, masterKey]) {
      assert.equal((await client(key).files.retrieve(file.id)).id, file.id);
      assert.equal(await (await client(key).files.content(file.id)).text(), 'hello ÿ');
      assert.ok((await client(key).files.list()).data.some((each) => each.id === file.id));
    }
    const asked = openai.received.length;
    for (const refused of [() => client(eve).files.retrieve(file.id), () => client(eve).files.content(file.id), () => client(eve).files.delete(file.id)])
      await assert.rejects(refused, (error) => error.status === 404 && /No such File object/.test(error.message));
    await assert.rejects(client(eve).batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' }), { status: 404 });
    assert.equal(openai.received.length, asked, 'what is refused reaches nobody');
    assert.deepEqual((await client(eve).files.list()).data, []);
    // Nor is there another way to them.
    for (const path of ['/openai/v1/files', `/openai/v1/files/${file.id}/content`, `/openai_passthrough/v1/files/${file.id}`, '/openai_passthrough/files', '/openai_passthrough/v1/batches']) {
      const answer = await proxy.call(path, { key: eve });
      assert.ok([400, 403, 404].includes(answer.status) || answer.json?.data?.length === 0, `${path}: ${answer.status} ${answer.text}`);
      assert.ok(!answer.text.includes('note.txt'), path);
    }
    assert.equal((await client(bob).files.delete(file.id)).deleted, true);
    await assert.rejects(client(ada).files.retrieve(file.id), { status: 404 });
  });

  test('what the proxy alone needs to know does not go out', async () => {
    const form = new FormData();
    form.set('purpose', 'assistants');
    form.set('custom_llm_provider', 'openai');
    form.set('litellm_metadata', '{"a":1}');
    form.set('file', new Blob(['x']), 'x.txt');
    const answer = await fetch(`${proxy.url}/v1/files`, { method: 'POST', headers: { authorization: `Bearer ${ada}` }, body: form });
    assert.equal(answer.status, 200, await answer.text());
    assert.ok(!/custom_llm_provider|litellm_metadata/.test(openai.received.at(-1).body.toString()));
    for (const broken of [undefined, '--x\r\nbroken', 'no form']) {
      const refused = await fetch(`${proxy.url}/v1/files`, { method: 'POST', headers: { authorization: `Bearer ${ada}`, 'content-type': 'multipart/form-data; boundary=x' }, body: broken });
      assert.equal(refused.status, 400, await refused.text());
    }
  });

  test('a batch of models that are not the caller’s is refused', async () => {
    const asked = openai.received.length;
    await assert.rejects(client(eve).files.create({ file: await jsonl('gpt-4o-mini', 'other'), purpose: 'batch' }), (error) => [401, 403].includes(error.status));
    const hidden = [request('a', 'other').replace('"model"', '"m\\u006fdel"'), request('a', 'other').replace('"body"', '"b\\u006fdy"'), `{"body": ${JSON.stringify('{"model":"other"}')}}`, '{"body": {"model": "other"'];
    for (const line of hidden)
      await assert.rejects(client(eve).files.create({ file: await toFile(Buffer.from(line), 'in.jsonl'), purpose: 'batch' }), (error) => error.status === 400, line);
    assert.equal(openai.received.length, asked);
    assert.ok((await client(eve).files.create({ file: await jsonl('gpt-4o-mini', 'small'), purpose: 'batch' })).id);
  });

  test('a finished batch is paid once, at half the price, before its results can be had', async () => {
    const key = await proxy.newKey({ user_id: 'ada' });
    const own = client(key);
    const spend = async () => (await proxy.call(`/key/info?key=${key}`)).json.info.spend;
    // Through a model's row: its account, its price.
    const form = new FormData();
    form.set('purpose', 'batch');
    form.set('file', new Blob([`${request('a', 'gpt-4o-mini')}\n`]), 'in.jsonl');
    const uploaded = await fetch(`${proxy.url}/v1/files?model=small`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: form });
    const file = await uploaded.json();
    assert.equal(uploaded.status, 200, JSON.stringify(file));
    assert.equal(openai.received.at(-1).headers.authorization, 'Bearer sk-row-0123456789');
    const batch = await own.batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h', metadata: { mine: 'yes' } });
    assert.equal(batch.metadata.mine, 'yes');
    assert.equal(openai.received.at(-1).headers.authorization, 'Bearer sk-row-0123456789', 'where its file is');
    assert.equal((await own.batches.retrieve(batch.id)).status, 'in_progress');
    await assert.rejects(client(eve).batches.retrieve(batch.id), { status: 404 });
    await assert.rejects(client(eve).batches.cancel(batch.id), { status: 404 });
    const output = openai.finish(batch.id, [line('a', 'gpt-4o-mini-2024', 100, 10), line('b', 'gpt-4o-mini-2024', 1, 1), { custom_id: 'c', response: { status_code: 500, body: {} } }]);
    await assert.rejects(own.files.content(output), { status: 404 });
    assert.equal(await spend(), 0);
    const results = await Promise.all(Array.from({ length: 8 }, () => own.batches.retrieve(batch.id)));
    assert.ok(results.every((each) => each.output_file_id === output));
    assert.match(await (await own.files.content(output)).text(), /gpt-4o-mini-2024/);
    // 101 x 0.00001 + 11 x 0.00003, and half of that.
    await eventually(async () => Math.abs((await spend()) - 0.00067) < 1e-12);
    await own.batches.retrieve(batch.id);
    const { json: rows } = await proxy.call(`/spend/logs?request_id=${batch.id}`);
    assert.equal(rows.length, 1, JSON.stringify(rows));
    assert.deepEqual([rows[0].prompt_tokens, rows[0].completion_tokens, rows[0].call_type], [101, 11, 'aretrieve_batch']);
    assert.ok(Math.abs((await spend()) - 0.00067) < 1e-12, 'and never again');
    assert.ok((await own.batches.list()).data.some((each) => each.id === batch.id));
    assert.deepEqual((await client(eve).batches.list()).data, []);
  });

  test('whoever has used his budget up starts no batch', async () => {
    const key = await proxy.newKey({ max_budget: 0.5 });
    const file = await client(key).files.create({ file: await jsonl('small'), purpose: 'batch' });
    assert.equal((await proxy.call('/key/update', { body: { key, spend: 1 } })).status, 200);
    const create = () => client(key).batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' });
    await assert.rejects(create, (error) => /budget/i.test(error.message) && error.status < 500);
  });

  test('other providers’ accounts', async () => {
    const form = new FormData();
    form.set('purpose', 'assistants');
    form.set('file', new Blob(['x']), 'azure.txt');
    const answer = await fetch(`${proxy.url}/azure/v1/files`, { method: 'POST', headers: { authorization: `Bearer ${ada}` }, body: form });
    const made = await answer.json();
    assert.equal(answer.status, 200, JSON.stringify(made));
    const sent = azure.received.at(-1);
    assert.equal(sent.url, '/openai/files?api-version=2024-10-21');
    assert.equal(sent.headers['api-key'], 'azure-key-0123456789');
    assert.equal((await client(ada).files.retrieve(made.id)).filename, 'azure.txt', 'it is asked for where it was put');
    for (const [path, pattern] of [['/v1/files?custom_llm_provider=anthropic', /anthropic/], ['/v1/files?custom_llm_provider=bedrock', /bedrock/], ['/v1/batches?provider=nobody', /nobody/]]) {
      const refused = await proxy.call(path, { key: ada });
      assert.ok(refused.status >= 400, `${path}: ${refused.text}`);
      assert.match(refused.text, pattern);
    }
  });

  test('an error of the provider is told as one', async () => {
    const { status, json } = await proxy.call('/v1/files/file-unknown');
    assert.equal(status, 404);
    assert.match(json.error.message, /No such file/);
  });
});
