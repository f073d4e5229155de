// Letters through an outage and kill -9, again and again: none is lost, none is sent twice under another id, and each person gets them in
// the order in which they were written, with one process, and with two on one Postgres. LITELLM_LETTERS says how many; the usual number is small.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { smtp, startMailServer } from './mail_server.mjs';
import { eventually, freePort, startProxy } from './support.mjs';

const count = Number(process.env.LITELLM_LETTERS ?? 60);
const people = Math.ceil(count / 5);
const rounds = Math.max(3, Math.round(count / 100));
const config = `
model_list:
  - model_name: gpt-4o
    litellm_params: {model: openai/gpt-4o, mock_response: "Hi"}
litellm_settings:
  callbacks: ["smtp_email"]
`;
const address = (person) => `u${person}@example.org`;
const firstSubject = 'Welcome';
const subjectOf = (letter) => (letter < people ? firstSubject : `letter-${letter}`);

/** Runs the campaign; `database` is where the processes keep their rows, `processes` how many there are. */
async function campaign(t, processes, database) {
  const port = await freePort();
  const environment = {
    ...smtp(port),
    ...database,
    EMAIL_RATE_PER_SECOND: '1000',
    SMTP_TIMEOUT_SECONDS: '2',
    EMAIL_SUBJECT_INVITATION: firstSubject,
    EMAIL_SUBJECT_KEY_CREATED: '{key_alias}',
  };
  const server = await startMailServer({ listenOn: port, lightly: true });
  t.after(() => server.stop());
  const started = Date.now();
  const proxies = Array.from({ length: processes });
  const directories = Array.from({ length: processes });
  t.after(async () => {
    for (const proxy of proxies) {
      await proxy?.stop('SIGKILL');
      proxy?.remove();
    }
  });
  const start = async (which) => {
    proxies[which] = await startProxy(config, { directory: directories[which], environment });
    directories[which] = proxies[which].directory;
  };
  let written = 0;
  // Everybody gets an invitation, then a letter for each key, in turns.
  const write = async (letter) => {
    const proxy = proxies[letter % processes];
    const user_id = `u${letter % people}`;
    if (letter < people) return proxy.call('/user/new', { body: { user_id, user_email: address(letter), auto_create_key: false } });
    return proxy.call('/key/generate', { body: { user_id, key_alias: subjectOf(letter), send_invite_email: true } });
  };
  await Promise.all(proxies.map((_, which) => start(which)));
  for (let round = 0; round < rounds; round++) {
    server.away = round % 2 === 1;
    for (const upTo = Math.ceil((count * (round + 1)) / rounds); written < upTo; written++) {
      const made = await write(written);
      assert.equal(made.status, 200, made.text);
    }
    // Killed while letters are on their way; the other ones, if there are any, go on with them.
    const victim = round % processes;
    await proxies[victim].stop('SIGKILL');
    await start(victim);
  }
  server.away = false;
  const arrived = () => new Set(server.letters.map((each) => `${each.to} ${each.subject}`)).size;
  await eventually(
    async () => {
      // What was under way when the process was killed waits for the end of its lease: three time-outs and a little.
      const { json } = await proxies[0].call('/email/outbox?limit=500');
      for (const row of json.letters)
        if (row.state === 'pending' && row.attempts > 0)
          await proxies[0].call(`/email/outbox/${row.id}/retry`, { method: 'POST', body: {} });
      return arrived() === count;
    },
    Math.max(120_000, count * 1000),
  );
  for (const proxy of proxies) await eventually(async () => (await proxy.call('/metrics')).text.includes('email_outbox_pending 0'), 60_000);

  const letters = Map.groupBy(server.letters, (each) => `${each.to} ${each.subject}`);
  const twice = server.letters.length - count;
  const disordered = [];
  for (let person = 0; person < people; person++) {
    const expected = [];
    for (let letter = person; letter < count; letter += people) expected.push(subjectOf(letter));
    // A letter that came twice counts where it came first.
    const got = [...new Set(server.letters.filter((each) => each.to === address(person)).map((each) => each.subject))];
    if (got.join() !== expected.join()) disordered.push(`${address(person)}: ${got}`);
  }
  const seconds = Math.round((Date.now() - started) / 1000);
  t.diagnostic(`${rounds} kills, ${twice} came twice, ${disordered.length} of ${people} got theirs out of order, ${seconds} s`);
  for (const [name, each] of letters) assert.equal(new Set(each.map((letter) => letter.id)).size, 1, `${name} came under different ids`);
  assert.ok(twice <= rounds, `${twice} letters came twice: at most one for each kill, the one that was being sent`);
  assert.deepEqual(disordered, []);
  for (const proxy of proxies) {
    const { code } = await proxy.stop();
    assert.equal(code, 0, proxy.log());
  }
}

test(`${count} letters to ${people} people through outages and kill -9`, (t) => campaign(t, 1, {}));

const postgres = process.env.LITELLM_TEST_POSTGRES;
const skip = postgres ? false : 'LITELLM_TEST_POSTGRES is not set; run the tests through scripts/with-postgres';
test(`${count} letters to ${people} people by two processes that are killed in turns`, { skip }, async (t) => {
  const name = `litellm_outage_${process.pid}_${Date.now()}`;
  const psql = (sql) => execFileSync('psql', [postgres, '--no-psqlrc', '--quiet', '--command', sql], { stdio: ['ignore', 'pipe', 'inherit'] });
  psql(`CREATE DATABASE ${name}`);
  t.after(() => psql(`DROP DATABASE ${name} WITH (FORCE)`));
  await campaign(t, 2, { DATABASE_URL: postgres.replace(/\/[^/]*$/, `/${name}`) });
});
