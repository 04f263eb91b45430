/** The story of who may: the first administrator, signing in and out, what a viewer sees, a session that ends. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { barriers } from "./axe";
import { DESK, launch, openPage, picture, TABLET } from "./browser";
import { GUARDED, ROOT, SETUP_TOKEN, Session, STRANGER } from "./guarded";

const PASSWORD = "a long enough word";
const CHANGED = "another long word";
let browser: Browser;
let page: Page;
let faults: string[];
let root: Session;
let sim = "";

beforeAll(async () => {
  browser = await launch();
  ({ page, faults } = await openPage(browser, DESK));
});
afterAll(() => browser?.close());
afterEach(() => expect(faults).toEqual([]));

const button = (name: string) => page.getByRole("button", { name, exact: true });
const field = (name: string) => page.getByLabel(name, { exact: true });

async function signIn(name: string, password: string): Promise<void> {
  await field("Name").fill(name);
  await field("Password").fill(password);
  await page.keyboard.press("Enter");
}

it("shows the sign-in page instead of any other while nobody has signed in", async () => {
  await page.goto(`${GUARDED}/#/fleet`);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await picture(page, "sign-in-light");
  await page.emulateMedia({ colorScheme: "dark" });
  await picture(page, "sign-in-dark");
  expect(await barriers(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "light" });
});

it("makes the first administrator with the set-up token, and with no other", async () => {
  await page.getByRole("link", { name: "set up the first administrator" }).click();
  await field("Set-up token").fill("0".repeat(24));
  await signIn(ROOT.name, ROOT.password);
  await page.getByText("the set-up token is wrong").waitFor();
  await picture(page, "set-up");
  await field("Set-up token").fill(SETUP_TOKEN);
  await button("Make the administrator").click();
  await page.locator(".session-who", { hasText: "root admin" }).waitFor();
  root = await Session.of(ROOT);
  for (const [name, role] of [
    ["vera", "viewer"],
    ["otto", "operator"],
  ]) {
    await root.ask("POST", "api/users", { name, role, password: PASSWORD });
  }
});

it("lets an administrator trust a client that was refused, in one step", async () => {
  await page.goto(`${GUARDED}/#/access/certificates`);
  const waits = page.getByRole("region", { name: "Refused, waiting for a decision", exact: true });
  await waits.locator(`[data-certificate="${STRANGER}"]`).waitFor();
  await picture(page, "certificates");
  expect(await barriers(page)).toEqual([]);
  await waits.getByRole("button", { name: /^Trust / }).click();
  await waits.getByText("No client waits.").waitFor();
  const trusted = page.getByRole("region", { name: "Trusted", exact: true });
  await trusted.locator(`[data-certificate="${STRANGER}"]`).waitFor();
  expect(await barriers(page)).toEqual([]);
});

it("signs out to the sign-in page, which tells a wrong password and a locked name in the engine's words", async () => {
  await button("Sign out").click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.getByText("No account yet? An administrator makes it.").waitFor();
  await page.goto(`${GUARDED}/#/set-up`);
  await page.getByRole("heading", { name: "Already set up" }).waitFor();
  await page.getByRole("link", { name: "Sign in" }).click();
  await signIn("mallory", "not the right one");
  await page.getByText("the user name or the password is wrong").waitFor();
  const locked = page.getByText(/too many wrong attempts for this name; try again in \d+ s/);
  for (let attempt = 0; attempt < 8 && !(await locked.isVisible()); attempt += 1) {
    const answered = page.waitForResponse(/api\/session/);
    await signIn("mallory", `still wrong ${attempt}`);
    await answered;
    await button("Sign in").waitFor(); // not "Signing in …" any more
  }
  await locked.waitFor();
  await picture(page, "locked");
});

it("lets an operator move what is the operator's own", async () => {
  await page.goto(`${GUARDED}/#/models/quadruple-tank`);
  await signIn("otto", PASSWORD);
  await button("Start simulation").click();
  await page.waitForURL(/#\/sims\/quadruple-tank-\d+$/);
  sim = page.url().split("/").at(-1) ?? "";
  await page.locator(".value-box.good").first().waitFor();
  expect(await page.getByRole("textbox", { name: "Pump 1 voltage, V" }).isEnabled()).toBe(true);
  expect(await button("Pause").isEnabled()).toBe(true);
  await page.getByText("Needs the right to engineer: you are an operator.").first().waitFor();
});

it("keeps the page when the session is over, with all values stale, and goes on after signing in again", async () => {
  await page.getByText("Faults", { exact: true }).click();
  await root.ask("PATCH", "api/users/otto", { password: CHANGED });
  const again = page.getByRole("dialog", { name: "Sign in again" });
  await again.waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await again.waitFor();
  await page.locator("[data-stale]").waitFor();
  await picture(page, "sign-in-again");
  expect(await barriers(page)).toEqual([]);
  await again.getByLabel("Password").fill(CHANGED);
  await page.keyboard.press("Enter");
  await again.waitFor({ state: "detached" });
  await page.locator("[data-stale]").waitFor({ state: "detached" });
  await page.locator(".value-box.good:not(.stale)").first().waitFor();
  expect(await page.locator(".dock-tabs .chosen").textContent()).toBe("Faults");
});

it("shows a viewer everything, with the reason why nothing can be moved", async () => {
  const { page: other, faults: wrong } = await openPage(browser, TABLET);
  await other.goto(`${GUARDED}/#/sims/${sim}`);
  await other.getByLabel("Name", { exact: true }).fill("vera");
  await other.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await other.keyboard.press("Enter");
  await other.getByText("Needs the right to operate: you are a viewer.").first().waitFor();
  await other.locator(".value-box.good").first().waitFor();
  expect(await other.getByRole("button", { name: "Pause" }).isDisabled()).toBe(true);
  expect(await other.getByRole("textbox", { name: "Pump 1 voltage, V" }).isDisabled()).toBe(true);
  await picture(other, "viewer-tablet");
  expect(await barriers(other)).toEqual([]);
  await root.ask("POST", `api/sims/${sim}/sharing`, { sharing: "private" });
  await other.reload();
  await other.getByText(`there is no simulation '${sim}'`).waitFor();
  await other.goto(`${GUARDED}/#/fleet`);
  await other.getByText("None yet.").waitFor();
  expect(wrong).toEqual([]);
  await other.context().close();
});
