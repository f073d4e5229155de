// The pages in headless Chromium: from the letter to the first call, as a person does it. LITELLM_CHROMIUM names the browser;
// LITELLM_SCREENSHOTS a folder for pictures of every step.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import OpenAI from 'openai';
import { chromium } from 'playwright-core';
import { smtp, startMailServer } from './mail_server.mjs';
import { eventually, masterKey, startProxy } from './support.mjs';

const onPath = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)));
const executablePath = process.env.LITELLM_CHROMIUM ?? ['/usr/bin/chromium', ...onPath].find(existsSync);
const skip = executablePath ? false : 'there is no Chromium: install it, or name it in LITELLM_CHROMIUM';
const pictures = process.env.LITELLM_SCREENSHOTS;
if (pictures) mkdirSync(pictures, { recursive: true });

const config = `
model_list:
  - model_name: gpt-4o
    litellm_params: {model: openai/gpt-4o, mock_response: "Hello from the gateway"}
litellm_settings:
  callbacks: ["smtp_email"]
`;
const password = 'a horse & a "battery" ü';
const nextPassword = 'another horse + 100% <staple>';

/** Runs in the page: everything about it that would trouble somebody. */
function inspect() {
  const complaints = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) complaints.push(`${root.scrollWidth} px of content in ${root.clientWidth} px`);
  if (!root.lang || !document.title.trim()) complaints.push('no language or no title');
  if (document.querySelectorAll('h1').length !== 1) complaints.push('not one h1');
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const background = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (channels(colour)[3] !== 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const named = (element) => `${element.tagName.toLowerCase()}#${element.id} "${element.textContent.trim().slice(0, 30)}"`;
  for (const element of document.body.querySelectorAll('*')) {
    const box = element.getBoundingClientRect();
    // What is off the page, or for screen readers only, is not looked at.
    if (box.width < 2 || box.right < 0) continue;
    const style = getComputedStyle(element);
    const isField = element.matches('input, select, textarea');
    const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    if ((hasText || isField) && contrast(style.color, background(element)) < 4.5) complaints.push(`faint: ${named(element)}`);
    if (isField && contrast(style.borderTopColor, background(element.parentElement)) < 3)
      complaints.push(`faint border: ${named(element)}`);
    if (isField && !element.labels?.length) complaints.push(`no label: ${named(element)}`);
    if (element.matches('a, button') && !element.textContent.trim()) complaints.push(`no name: ${named(element)}`);
    if ((isField || element.matches('button, a.button')) && box.height < 24) complaints.push(`hard to hit: ${named(element)}`);
    if (
      hasText &&
      element.matches('h1, h2, label, p, dt, dd, button') &&
      element.scrollWidth > element.clientWidth + 1 &&
      style.display !== 'inline'
    )
      complaints.push(`text sticks out: ${named(element)}`);
  }
  return complaints;
}

/** The page in both colour schemes, on a phone and on a desk. */
async function look(page, name) {
  for (const colorScheme of ['light', 'dark'])
    for (const [width, height] of [
      [390, 844],
      [1280, 800],
    ]) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      if (pictures) await page.screenshot({ path: join(pictures, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      assert.deepEqual(await page.evaluate(inspect), [], `${name}, ${colorScheme}, ${width} px`);
    }
}

describe('the pages in a browser', { skip }, () => {
  let mail;
  let proxy;
  let browser;
  const visits = [];
  const secrets = [masterKey, password, nextPassword];
  before(async () => {
    mail = await startMailServer();
    proxy = await startProxy(config, {
      environment: (url) => ({
        ...smtp(mail.port),
        PROXY_BASE_URL: url,
        EMAIL_INCLUDE_API_KEY: 'false',
        EMAIL_RATE_PER_SECOND: '100',
        EMAIL_SUBJECT_KEY_CREATED: 'Key {key_alias}',
      }),
    });
    browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  });
  after(async () => {
    await browser?.close();
    const { code } = await proxy.stop();
    assert.equal(code, 0, proxy.log());
    proxy.remove();
    await mail.stop();
  });

  /** A person's browser: a profile of its own, and a note of all that it asks for and complains about. */
  async function visit(options = {}, { home = () => proxy.url } = {}) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const seen = { requests: [], troubles: [], messages: [], refused: new Set() };
    page.on('request', (request) => seen.requests.push(request));
    page.on('requestfailed', (request) => {
      // A page that is left does not wait for its icon.
      const isLeft = request.url().endsWith('/ui/icon.svg') && request.failure().errorText === 'net::ERR_ABORTED';
      if (!isLeft) seen.troubles.push(`${request.url()}: ${request.failure().errorText}`);
    });
    page.on('pageerror', (error) => seen.troubles.push(String(error)));
    page.on(
      'response',
      (response) => response.status() >= 400 && response.request().isNavigationRequest() && seen.refused.add(response.url()),
    );
    page.on('console', (message) => seen.messages.push({ type: message.type(), text: message.text(), url: message.location().url }));
    visits.push({ seen, home: home() });
    return { context, page, seen };
  }
  const letter = (to, subject) => eventually(() => mail.letters.find((each) => each.to === to && each.subject === subject));
  const invite = async (name) => {
    const made = await proxy.call('/user/new', {
      body: { user_id: name, user_email: `${name}@example.org`, auto_create_key: false, send_invite_email: true },
    });
    assert.equal(made.status, 200, made.text);
    const { text } = await letter(`${name}@example.org`, 'LiteLLM: New User Invitation');
    return text.match(/^http\S+invitation_id=\S+$/m)[0];
  };
  const makeKey = async (name, alias) => {
    const key = await proxy.newKey({ user_id: name, key_alias: alias, models: ['gpt-4o'], send_invite_email: true });
    secrets.push(key);
    return key;
  };
  const heading = (page) => page.getByRole('heading', { level: 1 }).textContent();
  const signIn = async (page, name, word) => {
    await page.getByLabel('Username or e-mail').fill(name);
    await page.getByLabel('Password').fill(word);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  const chat = async (apiKey) => {
    const client = new OpenAI({ apiKey, baseURL: `${proxy.url}/v1`, maxRetries: 0 });
    const answer = await client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] });
    return answer.choices[0].message.content;
  };

  for (const [name, javaScriptEnabled] of [
    ['ada', true],
    ['bea', false],
  ])
    test(`from the letter to the first call, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
      const address = `${name}@example.org`;
      const { context, page } = await visit({ javaScriptEnabled });
      // Pictures and looks of one of the two are enough.
      const see = (step) => (javaScriptEnabled ? look(page, step) : undefined);
      const link = await invite(name);
      const key = await makeKey(name, `first of ${name}`);
      const told = await letter(address, `Key first of ${name}`);
      assert.ok(!told.raw.includes(key));

      await page.goto(link);
      assert.equal(await heading(page), 'Accept your invitation');
      assert.equal(await page.getByLabel('E-mail').inputValue(), address);
      await see('01-invitation');

      // Too short: the browser itself says so, and sends nothing.
      await page.getByLabel('Password', { exact: true }).fill('short');
      await page.getByLabel('Repeat the password').fill('short');
      await page.getByRole('button', { name: 'Create account' }).click();
      assert.equal(await page.locator('input:invalid').count(), 2);
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByLabel('Repeat the password').fill(nextPassword);
      await page.getByRole('button', { name: 'Create account' }).click();
      assert.equal(await page.getByRole('alert').textContent(), 'The two passwords are not the same.');
      assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), '', 'a password came back in a page');
      await see('02-invitation-refused');
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByLabel('Repeat the password').fill(password);
      await page.getByRole('button', { name: 'Create account' }).click();

      await page.waitForURL(`${proxy.url}/ui/keys`);
      assert.equal(await heading(page), 'My keys');
      const [cookie, ...more] = await context.cookies();
      assert.deepEqual(more, []);
      assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path, cookie.secure], [true, 'Lax', '/', false]);
      assert.equal(await page.evaluate(() => document.cookie), '');
      secrets.push(cookie.value);
      assert.ok(!(await page.content()).includes(key));
      await see('03-keys');

      const reveal = page.getByRole('button', { name: 'Reveal the key' });
      const fields = await page
        .locator('li form input')
        .evaluateAll((inputs) => Object.fromEntries(inputs.map((each) => [each.name, each.value])));
      await reveal.click();
      assert.equal(await page.getByLabel('Key', { exact: true }).inputValue(), key);
      assert.equal(await page.locator('header').getByText(address).count(), 1, 'the header does not say who is signed in');
      await see('04-revealed');
      assert.equal(await chat(key), 'Hello from the gateway');

      // Neither the form once more, nor the page anew, nor the way back shows it again.
      const again = await context.request.post(`${proxy.url}/ui/keys/reveal`, { form: fields });
      assert.equal(again.status(), 404);
      await page.reload();
      assert.equal(await heading(page), 'That did not work');
      assert.ok(!(await page.content()).includes(key));
      assert.ok((await page.locator('main a').count()) > 0, 'there is no way on from here');
      await see('05-revealed-once-only');
      await page.goto(`${proxy.url}/ui`);
      assert.equal(await heading(page), 'My keys');
      assert.equal(await reveal.count(), 0);

      await page.getByRole('button', { name: 'Sign out' }).click();
      assert.equal(await heading(page), 'Signed out');
      assert.deepEqual(await context.cookies(), []);
      await see('06-signed-out');
      await page.goBack();
      assert.equal(await heading(page), 'Sign in', 'the way back shows pages of a session that is over');
      await see('07-sign-in');

      const answers = [];
      for (const who of [address, 'nobody@example.org']) {
        await page.goto(`${proxy.url}/ui/login`);
        const [answer] = await Promise.all([page.waitForResponse(`${proxy.url}/login`), signIn(page, who, nextPassword)]);
        assert.equal(await page.getByRole('alert').textContent(), 'Name or password is wrong.');
        const headers = { ...answer.headers(), date: '', 'x-litellm-call-id': '', 'content-length': '' };
        answers.push([answer.status(), headers, (await page.content()).replaceAll(who, '')]);
      }
      assert.deepEqual(answers[0], answers[1], 'a name that exists is answered differently');
      assert.equal(answers[0][0], 401);
      await see('08-sign-in-refused');
      await signIn(page, address, password);
      await page.waitForURL(`${proxy.url}/ui/keys`);

      await page.goto(link);
      assert.equal(await heading(page), 'This link does not work');
      await see('09-used-link');
      await context.close();
    });

  test('a key that is made and rotated later, of a name that is trouble, is for its owner alone', async () => {
    const trouble = `<img src=x onerror=alert(1)> & "quotes" ${'endless'.repeat(20)}`;
    const replaced = await makeKey('ada', trouble);
    const rotated = await proxy.call(`/key/${replaced}/regenerate`, { body: {} });
    assert.equal(rotated.status, 200, rotated.text);
    const { key } = rotated.json;
    secrets.push(key);
    const link = (await letter('ada@example.org', 'LiteLLM: API Key Rotated')).text.match(/http\S+\/ui\/keys/)[0];

    const { context, page } = await visit();
    await page.goto(link);
    assert.equal(await heading(page), 'Sign in', 'who is not signed in comes to the form first');
    // By keyboard alone.
    await page.keyboard.press('Tab');
    const skipLink = page.getByRole('link', { name: 'Skip to content' });
    assert.ok((await skipLink.boundingBox()).x >= 0, 'the link past the header shows when it has the focus');
    await page.keyboard.press('Tab');
    await page.keyboard.type('ada@example.org');
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${proxy.url}/ui/keys`);
    assert.equal(await page.getByRole('heading', { level: 2, name: trouble }).count(), 1);
    assert.equal(await page.locator('img').count(), 0);
    await look(page, '10-keys-with-a-long-name');

    const token = await page.locator('li form input[name=key]').inputValue();
    const bea = await visit();
    await bea.page.goto(`${proxy.url}/ui/login`);
    await signIn(bea.page, 'bea', password);
    await bea.page.waitForURL(`${proxy.url}/ui/keys`);
    const form_token = await bea.page.locator('input[name=form_token]').first().inputValue();
    const stolen = await bea.context.request.post(`${proxy.url}/ui/keys/reveal`, { form: { form_token, key: token } });
    assert.equal(stolen.status(), 404);
    await bea.context.close();

    await page.getByRole('button', { name: 'Reveal the key' }).click();
    assert.equal(await page.getByLabel('Key', { exact: true }).inputValue(), key, 'of two that were not looked at, the newer one holds');
    await look(page, '11-revealed-with-a-long-name');
    assert.equal(await chat(key), 'Hello from the gateway');
    await page.getByRole('link', { name: 'I have copied it' }).click();
    await page.waitForURL(`${proxy.url}/ui/keys`);
    assert.equal(await page.getByRole('button', { name: 'Reveal the key' }).count(), 0);
    await context.close();
  });

  test('a new password ends the sessions elsewhere', async () => {
    const elsewhere = await visit();
    await elsewhere.page.goto(`${proxy.url}/ui/login`);
    await signIn(elsewhere.page, 'ada', password);
    await elsewhere.page.waitForURL(`${proxy.url}/ui/keys`);

    const { context, page } = await visit();
    await page.goto(`${proxy.url}/ui/login`);
    await signIn(page, 'ada', password);
    await page.waitForURL(`${proxy.url}/ui/keys`);
    const change = async (current, wanted, repeated) => {
      await page.getByLabel('Current password').fill(current);
      await page.getByLabel('New password', { exact: true }).fill(wanted);
      await page.getByLabel('Repeat the new password').fill(repeated);
      await page.getByRole('button', { name: 'Change password' }).click();
    };
    await change(password, nextPassword, password);
    assert.equal(await page.getByRole('alert').textContent(), 'The two new passwords are not the same.');
    await change(nextPassword, nextPassword, nextPassword);
    assert.match(await page.getByRole('alert').textContent(), /password/i);
    await look(page, '12-password-refused');
    await change(password, nextPassword, nextPassword);
    await page.getByRole('status').waitFor();
    assert.equal(await page.getByRole('status').textContent(), 'Your password was changed.');
    await look(page, '13-password-changed');
    for (const { value } of await context.cookies()) secrets.push(value);
    await page.reload();
    assert.equal(await heading(page), 'My keys', 'this session goes on');
    await elsewhere.page.reload();
    assert.equal(await heading(elsewhere.page), 'Sign in');
    await signIn(elsewhere.page, 'ada', password);
    assert.equal(await elsewhere.page.getByRole('alert').textContent(), 'Name or password is wrong.');
    await signIn(elsewhere.page, 'ada', nextPassword);
    await elsewhere.page.waitForURL(`${proxy.url}/ui/keys`);
    await context.close();
    await elsewhere.context.close();
  });

  test('a link for a forgotten password, and links that do not work', async () => {
    const { context, page } = await visit();
    const { json } = await proxy.call('/invitation/new', { body: { user_id: 'bea' } });
    await page.goto(`${proxy.url}/ui/onboarding?invitation_id=${json.id}`);
    assert.equal(await heading(page), 'Set a new password');
    await look(page, '14-reset');
    await page.goto(`${proxy.url}/ui?invitation_id=00000000-0000-0000-0000-000000000000`);
    assert.equal(await heading(page), 'This link does not work');
    await look(page, '15-unknown-link');
    await page.getByRole('link', { name: 'Sign in' }).click();
    assert.equal(await heading(page), 'Sign in');
    await context.close();
  });

  test('pages of other sites start nothing here', async () => {
    const foreign = http.createServer((request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(`<!doctype html><title>elsewhere</title><form method="post" action="${proxy.url}/login">
        <input name="username" value="bea"><input name="password" value="${password.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}">
        <button>Go</button></form>
        <iframe src="${proxy.url}/ui/login"></iframe>`);
    });
    await new Promise((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${foreign.address().port}/`);
    assert.equal(await page.frames()[1].getByLabel('Password').count(), 0, 'the form shows in a frame of another site');
    const [answer] = await Promise.all([page.waitForResponse(`${proxy.url}/login`), page.getByRole('button', { name: 'Go' }).click()]);
    assert.equal(answer.status(), 403);
    assert.deepEqual(await context.cookies(), [], 'another site signs people in');
    await context.close();
    foreign.closeAllConnections();
    await new Promise((resolve) => foreign.close(resolve));
  });

  test('behind TLS the cookie is for TLS only', async () => {
    const body = { username: 'ada', password: nextPassword };
    const { headers } = await proxy.call('/v2/login', { key: '', body, headers: { 'x-forwarded-proto': 'https' } });
    assert.match(headers.get('set-cookie'), /; HttpOnly; SameSite=Lax;.*; Secure/);
    secrets.push(headers.get('set-cookie').match(/=([^;]+)/)[1]);
  });

  for (const withRoot of [false, true])
    test(`below a path of its own, with PROXY_BASE_URL ${withRoot ? 'with' : 'without'} it`, async () => {
      const below = await startProxy(config, {
        root: '/gateway',
        environment: (url) => ({ ...smtp(mail.port), PROXY_BASE_URL: withRoot ? url : new URL(url).origin, EMAIL_RATE_PER_SECOND: '100' }),
      });
      try {
        const name = `below-${withRoot}`;
        await below.call('/user/new', { body: { user_id: name, user_email: `${name}@example.org`, auto_create_key: false } });
        const { text } = await letter(`${name}@example.org`, 'LiteLLM: New User Invitation');
        const { context, page } = await visit({}, { home: () => below.url });
        await page.goto(text.match(/^http\S+invitation_id=\S+$/m)[0]);
        assert.equal(await page.getByRole('heading', { level: 1, name: 'Accept your invitation' }).count(), 1, text);
        assert.match(
          await page.locator('body').evaluate((body) => getComputedStyle(body).fontFamily),
          /system-ui/,
          'the style sheet is missing',
        );
        await page.getByLabel('Password', { exact: true }).fill(password);
        await page.getByLabel('Repeat the password').fill(password);
        await page.getByRole('button', { name: 'Create account' }).click();
        await page.waitForURL(`${below.url}/ui/keys`);
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.getByRole('link', { name: 'Sign in' }).click();
        await page.waitForURL(`${below.url}/ui/login`);
        await context.close();
      } finally {
        await below.stop();
        below.remove();
      }
    });

  test('in all of this nothing came from elsewhere, nothing was amiss, and no secret was in an address', async () => {
    assert.ok(visits.length >= 6);
    for (const { seen, home } of visits) {
      assert.deepEqual(seen.troubles, []);
      // A page that comes with a status of refusal is noted by Chromium; we show such pages on purpose.
      const isRefusal = ({ text, url }) => text.startsWith('Failed to load resource') && seen.refused.has(url);
      assert.deepEqual(
        seen.messages.filter((each) => !isRefusal(each)),
        [],
      );
      for (const request of seen.requests) {
        const url = decodeURIComponent(request.url().replaceAll('+', ' '));
        assert.ok(url.startsWith(`${new URL(home).origin}/`), `asked for ${url}`);
        assert.ok(!request.headers().referer, 'an address is told to the next page');
        for (const secret of secrets) assert.ok(!url.includes(secret), `${secret} in ${url}`);
      }
    }
  });
});

describe('the letters in a browser', { skip }, () => {
  let browser;
  before(async () => (browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })));
  after(() => browser?.close());

  for (const [name, environment] of [
    ['plain', {}],
    // Names that hardly fit, and a picture that does not come.
    ['long', {
      PROXY_BASE_URL: `https://${'gateway.'.repeat(7)}example.org:8443/${'path/'.repeat(6)}`,
      EMAIL_SUPPORT_CONTACT: `${'the-very-long-name-of-our-help-desk'.repeat(2)}@example.org`,
      EMAIL_LOGO_URL: 'https://127.0.0.1:1/logo.png',
      EMAIL_SIGNATURE: `<p>Yours, <b>the ${'long'.repeat(30)} team</b></p>`,
    }],
  ])
    test(`read well on a phone and on a desk, ${name}`, async () => {
      const directory = mkdtempSync(join(tmpdir(), 'litellm-letters-'));
      writeFileSync(join(directory, 'config.yaml'), 'model_list: []\n');
      const letters = join(directory, 'letters');
      const { status, stderr } = spawnSync(process.env.LITELLM_BINARY, ['--config', join(directory, 'config.yaml'), '--preview-emails', letters], {
        env: { PATH: process.env.PATH, LITELLM_DATA_DIR: directory, ...environment }, encoding: 'utf8',
      });
      assert.equal(status, 0, stderr);
      const pages = readdirSync(letters).filter((file) => file.endsWith('.html'));
      assert.equal(pages.length, 7);
      const page = await browser.newPage();
      for (const file of pages) {
        await page.goto(`file://${join(letters, file)}`);
        await look(page, `letter-${name}-${file.replace('.html', '')}`);
      }
      await page.close();
      rmSync(directory, { recursive: true });
    });
});
