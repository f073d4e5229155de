// Who is told of a budget at which share of it, and how letters that wait show in the figures.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { smtp, startMailServer } from './mail_server.mjs';
import { eventually, startProxy } from './support.mjs';

const config = `
model_list:
  - model_name: gpt-4o
    litellm_params: {model: openai/gpt-4o, mock_response: "Hi", input_cost_per_token: 0.0001, output_cost_per_token: 0}
litellm_settings:
  callbacks: ["smtp_email"]
  default_key_max_budget_alert_emails: {"50": "boss@example.org, ada@example.org"}
general_settings: {proxy_batch_write_at: 0.1}
`;

describe('letters about budgets', () => {
  let mail;
  let proxy;
  before(async () => {
    mail = await startMailServer();
    proxy = await startProxy(config, {
      environment: { ...smtp(mail.port), EMAIL_RATE_PER_SECOND: '100', SMTP_TIMEOUT_SECONDS: '2' },
    });
    await proxy.call('/user/new', { body: { user_id: 'ada', user_email: 'ada@example.org', send_invite_email: false } });
  });
  after(async () => {
    assert.equal((await proxy.stop()).code, 0, proxy.log());
    proxy.remove();
    await mail.stop();
  });
  const figure = async (name) => Number((await proxy.call('/metrics')).text.match(new RegExp(`^${name} (\\S+)$`, 'm'))[1]);
  const arrived = () => mail.letters.map((each) => `${each.to}: ${each.subject}`);

  test('go to those whom the thresholds of the configuration and of the key name, once for each', async () => {
    const key = await proxy.newKey({
      user_id: 'ada', key_alias: 'reports', max_budget: 0.1, metadata: { max_budget_alert_emails: { 75: ['cfo@example.org'] } },
    });
    // Each call is a hundredth of the budget.
    const call = () => proxy.call('/v1/chat/completions', { key, body: { model: 'gpt-4o', max_tokens: 1, messages: [{ role: 'user', content: 'Hello' }] } });
    const spent = () => proxy.call(`/key/info?key=${key}`).then(({ json }) => json.info.spend);
    const spend = async (share) => {
      while ((await spent()) < share) {
        assert.equal((await call()).status, 200);
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
    };
    await spend(0.05);
    await eventually(() => arrived().length === 2, 60_000);
    assert.deepEqual(mail.letters.map(({ to }) => to).sort(), ['ada@example.org', 'boss@example.org']);
    for (const { subject, text } of mail.letters) {
      assert.match(subject, /Max Budget Alert - 50% of Maximum Budget Reached/);
      assert.match(text, /reports/);
    }
    await spend(0.075);
    await eventually(() => arrived().some((each) => each.startsWith('cfo@example.org')), 60_000);
    await eventually(async () => (await figure('email_outbox_pending')) === 0, 60_000);
    const all = arrived();
    assert.equal(new Set(all).size, all.length, `something came twice: ${all}`);
  });

  test('wait, get older, and are forgotten when they are sent', async () => {
    mail.away = true;
    assert.equal((await proxy.call('/key/generate', { body: { user_id: 'ada', key_alias: 'waits', send_invite_email: true } })).status, 200);
    await eventually(async () => (await figure('email_outbox_pending')) === 1);
    const first = await figure('email_outbox_oldest_seconds');
    await eventually(async () => (await figure('email_outbox_oldest_seconds')) >= first + 2, 30_000);
    mail.away = false;
    const { json } = await proxy.call('/email/outbox?limit=10');
    const [waiting] = json.letters.filter((each) => each.state === 'pending');
    await eventually(async () => {
      await proxy.call(`/email/outbox/${waiting.id}/retry`, { method: 'POST', body: {} });
      return arrived().some((each) => each.startsWith('ada@example.org') && each.includes('Key'));
    }, 60_000);
    await eventually(async () => (await figure('email_outbox_pending')) === 0 && (await figure('email_outbox_oldest_seconds')) === 0);
  });
});
