// What the proxy says of itself, read by programs that other people wrote.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { startProxy } from './support.mjs';

let proxy;
before(async () => {
  proxy = await startProxy('model_list: []\n');
});
after(async () => {
  await proxy.stop();
  proxy.remove();
});
const read = (path) => proxy.call(path, { key: null });

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const { status, json, headers } = await read('/openapi.json');
    assert.equal(status, 200);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    const validator = new Validator();
    const result = await validator.validate(json);
    assert.ok(result.valid, JSON.stringify(result.errors, null, 2));
    assert.equal(validator.version, '3.1');
  });
  test('has every route that is served, each with an id of its own', async () => {
    const { json } = await read('/openapi.json');
    const ids = new Set();
    for (const operations of Object.values(json.paths)) for (const { operationId } of Object.values(operations)) {
      assert.ok(!ids.has(operationId), operationId);
      ids.add(operationId);
    }
    const { routes } = (await read('/routes')).json;
    assert.ok(routes.length > 20);
    for (const { path, methods } of routes) for (const method of methods) {
      const operation = json.paths[path.replaceAll(':path}', '}')]?.[method.toLowerCase()];
      assert.ok(operation, `${method} ${path}`);
      for (const [, name] of path.matchAll(/{(\w+)/g)) assert.ok(operation.parameters.some((each) => each.in === 'path' && each.name === name), path);
    }
  });
  test('knows the fields, their types and who may call', async () => {
    const { paths } = (await read('/openapi.json')).json;
    const { properties } = paths['/key/generate'].post.requestBody.content['application/json'].schema;
    assert.deepEqual(properties.max_budget.type, ['number', 'null']);
    assert.deepEqual(properties.tags.items, { type: 'string' });
    assert.ok(Object.keys(properties).length > 30);
    assert.equal(paths['/key/generate'].post['x-access'], 'key_writer');
    const listed = Object.fromEntries(paths['/key/list'].get.parameters.map((each) => [each.name, each.schema]));
    assert.deepEqual(listed.sort_order.enum, ['asc', 'desc']);
    assert.equal(listed.size.maximum, 100);
    assert.deepEqual(paths['/key/delete'].post.requestBody.content['application/json'].schema.required, ['keys']);
    assert.ok(paths['/team/info'].get.parameters.find((each) => each.name === 'team_id').required);
    assert.deepEqual(paths['/health/liveness'].get.security, []);
  });
  test('was made without changing anything', async () => {
    await read('/openapi.json');
    assert.equal((await proxy.call('/key/list')).json.total_count, 0);
    assert.equal((await proxy.call('/audit')).json.total, 0);
  });
});

describe('the page', () => {
  test('is guarded and loads from here only', async () => {
    const { status, text, headers } = await read('/');
    assert.equal(status, 200);
    assert.match(headers.get('content-type'), /^text\/html/);
    assert.match(headers.get('content-security-policy'), /default-src 'none'/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.ok(!/(src|href)="(https?:)?\/\//.test(text), text);
    for (const [, address] of text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const asset = await read(address);
      assert.equal(asset.status, 200, address);
      assert.equal(asset.headers.get('x-content-type-options'), 'nosniff');
      if (address.endsWith('.js')) assert.match(asset.headers.get('content-type'), /^text\/javascript/);
    }
    assert.ok(!/<script(?! src=)/.test(text), 'no inline script');
  });
  test('serves its own files only', async () => {
    for (const path of ['/swagger/swagger.html', '/swagger/model_prices.json', '/swagger/..%2f..%2fetc%2fpasswd', '/swagger/none.js'])
      assert.ok([400, 404].includes((await read(path)).status), path);
  });
  test('can be moved and taken away', async () => {
    const moved = await startProxy('model_list: []\n', { environment: { DOCS_URL: '/docs' } });
    const page = async (path) => (await moved.call(path, { key: null })).headers.get('content-type');
    assert.match(await page('/docs'), /html/);
    assert.match(await page('/'), /json/);
    await moved.stop();
    moved.remove();
  });
});
