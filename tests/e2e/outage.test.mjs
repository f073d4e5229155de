// Letters through an outage and kill -9, again and again: none is lost, and none is sent twice under another id. LITELLM_LETTERS says how many;
// the usual number is small.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smtp, startMailServer } from './mail_server.mjs';
import { eventually, freePort, startProxy } from './support.mjs';

const count = Number(process.env.LITELLM_LETTERS ?? 60);
const rounds = Math.max(3, Math.round(count / 100));
const config = `
model_list:
  - model_name: gpt-4o
    litellm_params: {model: openai/gpt-4o, mock_response: "Hi"}
litellm_settings:
  callbacks: ["smtp_email"]
`;

test(`${count} letters through outages and kill -9`, async () => {
  const port = await freePort();
  const environment = { ...smtp(port), EMAIL_RATE_PER_SECOND: '1000', SMTP_TIMEOUT_SECONDS: '2' };
  const server = await startMailServer({ listenOn: port, lightly: true });
  let proxy;
  let directory;
  let written = 0;
  const make = async (upTo) => {
    while (written < upTo) {
      const id = `u${written}`;
      const made = await proxy.call('/user/new', { body: { user_id: id, user_email: `${id}@example.org`, auto_create_key: false } });
      assert.equal(made.status, 200, made.text);
      written++;
    }
  };
  for (let round = 0; round < rounds; round++) {
    proxy = await startProxy(config, { directory, environment });
    directory = proxy.directory;
    server.away = round % 2 === 1;
    // Killed while letters are on their way.
    await make(Math.ceil((count * (round + 1)) / rounds));
    await proxy.stop('SIGKILL');
  }
  server.away = false;
  proxy = await startProxy(config, { directory, environment });
  const arrived = () => new Set(server.letters.map((each) => each.to));
  await eventually(async () => {
    // What was under way when the process was killed waits for the end of its lease: three time-outs and a little.
    const { json } = await proxy.call('/email/outbox?limit=500');
    for (const row of json.letters) if (row.state === 'pending' && row.attempts > 0) await proxy.call(`/email/outbox/${row.id}/retry`, { method: 'POST', body: {} });
    return arrived().size === count;
  }, Math.max(120_000, count * 1000));
  await eventually(async () => (await proxy.call('/metrics')).text.includes('email_outbox_pending 0'), 60_000);
  const ids = new Map();
  for (const letter of server.letters) ids.set(letter.to, (ids.get(letter.to) ?? new Set()).add(letter.id));
  for (const [to, messages] of ids) assert.equal(messages.size, 1, `${to} got letters under different ids`);
  const twice = server.letters.length - count;
  assert.ok(twice <= rounds, `${twice} letters came twice: at most one for each kill, the one that was being sent`);
  const { code } = await proxy.stop();
  assert.equal(code, 0, proxy.log());
  proxy.remove();
  await server.stop();
});
