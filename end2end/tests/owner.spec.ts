/** The first owner, the door, and everybody who should not come through it. */
import { fillSetup, loginForm, PASSWORD, setupForm, signIn, signOut, USER } from '../fixtures/door.ts';
import { live, look } from '../fixtures/look.ts';
import { expect, failedWith, test } from '../fixtures/test.ts';

const FAILURES_UNTIL_LOCKED = 5;

test('the printed address makes the owner, who can sign out and in again', async ({ page, nexus }) => {
  await page.goto(await nexus.setupUrl());
  await expect(setupForm(page).token).not.toHaveValue('');
  await look(page, 'setup');
  await fillSetup(page);
  expect(nexus.setupToken(), 'the token is gone once it was used').toBeUndefined();
  expect(page.url()).not.toContain('setup=');

  await signOut(page);
  await look(page, 'login');
  await signIn(page, { user: USER, password: PASSWORD, keep: true });
  const session = (await page.context().cookies()).find((cookie) => cookie.httpOnly && cookie.expires > 0);
  expect(session, 'a browser that is kept signed in keeps its cookie').toBeDefined();
});

test('a weak or mistyped password is refused beside its field, and the rest of what was typed stays', async ({ page, nexus, watch }) => {
  watch.allow(failedWith(400), failedWith(422));
  await page.goto(await nexus.setupUrl());
  const form = setupForm(page);
  await expect(form.token).not.toHaveValue('');
  await form.user.fill(USER);
  await form.password.fill('lantern');
  await form.repeat.fill('lantern');
  await form.create.click();
  await expect(page.getByText(/upper-case letter/).first()).toBeVisible();
  await expect(page.getByText(/digit/).first()).toBeVisible();
  await expect(form.password).toHaveAttribute('aria-invalid', 'true');
  await expect(form.user).toHaveValue(USER);
  await look(page, 'setup-refused');

  await form.password.fill(PASSWORD);
  await form.repeat.fill(`${PASSWORD}!`);
  await form.create.click();
  await expect(form.repeat).toHaveAttribute('aria-invalid', 'true');
  await expect(form.user).toHaveValue(USER);

  await form.password.fill(PASSWORD);
  await form.repeat.fill(PASSWORD);
  await form.create.click();
  await expect(page).not.toHaveURL(/\/setup/);
});

test('a wrong setup token creates nobody', async ({ page, nexus, watch }) => {
  watch.allow(failedWith(400), failedWith(403), failedWith(422));
  await page.goto('/setup#setup=not-the-token');
  const form = setupForm(page);
  await expect(form.token).toHaveValue('not-the-token');
  await form.user.fill(USER);
  await form.password.fill(PASSWORD);
  await form.repeat.fill(PASSWORD);
  await form.create.click();
  await expect(form.token).toHaveAttribute('aria-invalid', 'true');
  await expect(form.create).toBeVisible();
  expect(nexus.setupToken(), 'the real one still waits').toBeDefined();
});

test('there is one owner: the setup page closes behind the first', async ({ owner: page, nexus, watch }) => {
  watch.allow(failedWith(403), failedWith(404), failedWith(410));
  await signOut(page);
  await page.goto('/setup');
  await expect(setupForm(page).create).toBeHidden();
  const answer = await page.request.post('/setup', {
    headers: { origin: nexus.url },
    form: { user_name: 'intruder', password: PASSWORD, repeat: PASSWORD, token: 'x' },
    maxRedirects: 0,
  });
  expect(answer.status(), 'a second owner is refused').toBeGreaterThanOrEqual(300);
  await page.goto('/login');
  await signIn(page, { user: USER, password: PASSWORD });
});

test('five failures lock this client, also for the right password and after a restart', async ({ owner: page, nexus, watch }) => {
  watch.allow(failedWith(401), failedWith(422), failedWith(429), failedWith(400));
  await signOut(page);
  const form = loginForm(page);
  const attempt = async (password: string) => {
    await form.user.fill(USER);
    await form.password.fill(password);
    const answered = page.waitForResponse((response) => response.request().method() === 'POST' && response.url().endsWith('/login'));
    await form.signIn.click();
    return (await answered).status();
  };
  for (let count = 1; count <= FAILURES_UNTIL_LOCKED; count += 1) {
    expect(await attempt(`Wrong ${count} password`), `failure ${count}`).toBeLessThan(429);
    if (count === 1) {
      await expect(form.user).toHaveValue(USER);
      await look(page, 'login-refused');
    }
  }
  expect(await attempt(PASSWORD), 'the sixth, although it is right').toBe(429);
  await expect(page.getByText(/minutes/)).toBeVisible();
  await look(page, 'login-locked');

  await nexus.restart();
  await page.goto('/login');
  expect(await attempt(PASSWORD), 'a restart forgives nothing').toBe(429);
});

test('whoever is not signed in sees the sign-in page and nothing else', async ({ owner: page, watch }) => {
  watch.allow(failedWith(401));
  await signOut(page);
  for (const path of ['/', '/servers', '/s/any/ses_any', '/settings/devices', '/logs']) {
    await page.goto(path);
    await expect(page, path).toHaveURL(/\/login/);
  }
  for (const path of ['/api/stream', '/api/session/create', '/no-such-page']) {
    const answer = await page.request.post(path, { data: {}, headers: { origin: new URL(page.url()).origin } });
    expect([401, 403, 404], path).toContain(answer.status());
  }
});

test('after signing in one arrives where one wanted to go', async ({ owner: page }) => {
  await signOut(page);
  await page.goto('/servers');
  await expect(page).toHaveURL(/\/login/);
  await signIn(page, { user: USER, password: PASSWORD });
  await expect(page).toHaveURL(/\/servers$/);
  await live(page);
});

test.describe('without any script', () => {
  test.use({ javaScriptEnabled: false });

  test('setup and sign-in work', async ({ page, nexus, context, watch }) => {
    // The program was fetched ahead, and nobody may start it.
    watch.allow(/^console warning: The resource \S+\.wasm was preloaded using link preload but not used /);
    await page.goto('/setup');
    const setup = setupForm(page);
    await setup.user.fill(USER);
    await setup.password.fill(PASSWORD);
    await setup.repeat.fill(PASSWORD);
    await setup.token.fill(nexus.setupToken() ?? '');
    await setup.create.click();
    await expect(page).not.toHaveURL(/\/setup/);

    await context.clearCookies();
    await page.goto('/');
    const login = loginForm(page);
    await login.user.fill(USER);
    await login.password.fill(PASSWORD);
    await login.signIn.click();
    await expect(page).not.toHaveURL(/\/login/);
    await expect(page.getByRole('navigation', { name: 'Sessions' }).or(page.getByRole('main')).first()).toBeVisible();
  });
});
