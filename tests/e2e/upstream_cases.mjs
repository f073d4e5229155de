// Checks what a provider of OpenAI's kind gets for each request of a client.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { schemas, startStage } from './upstream_stage.mjs';

/**
 * `groups` are the requests of clients by route: the path where a provider of OpenAI's kind gets each, and the schema of its body there.
 * `sent` looks at what a schema cannot say.
 */
export function testRequests(groups) {
  let stage;
  before(async () => {
    stage = await startStage();
  });
  after(() => stage.stop());

  for (const [name, group] of Object.entries(groups)) {
    describe(`${name} to a provider of OpenAI's kind`, () => {
      for (const [title, { sent, model = group.model, path = group.path, schema = group.schema, ...wanted }] of Object.entries(group.cases)) {
        test(title, async () => {
          const target = typeof group.target === 'function' ? group.target(model, wanted) : (group.target ?? name);
          const { stream, ...google } = wanted;
          const body = typeof group.target === 'function' ? google : { model, ...group.body, ...wanted };
          const { received } = stage;
          const start = received.length;
          const answered = await stage.proxy.call(target, { body });
          assert.equal(answered.status, 200, answered.text);
          assert.equal(received.length, start + 1);
          const upstream = received.at(-1);
          assert.equal(upstream.path, path);
          schemas.check(schema, upstream.body);
          assert.equal(upstream.body.stream ?? false, stream ?? false);
          for (const tool of upstream.body.tools ?? []) if (tool.function?.parameters) schemas.checkSchema(tool.function.parameters);
          sent?.(upstream.body);
        });
      }
    });
  }
}
