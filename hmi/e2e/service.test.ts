/** The administrator's story: users, API keys, the audit, machines and alerts of an engine with an administrator. */
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { barriers } from "./axe";
import { DESK, launch, openPage, picture, TABLET } from "./browser";
import { GUARDED, ROOT, Session } from "./guarded";

const PASSWORD = "a long enough word";
let browser: Browser;
let page: Page;
let faults: string[];
let root: Session;

beforeAll(async () => {
  root = await Session.of(ROOT);
  browser = await launch();
  ({ page, faults } = await openPage(browser, DESK));
  await page.goto(`${GUARDED}/#/access/users`);
  await page.getByLabel("Name", { exact: true }).fill(ROOT.name);
  await page.getByLabel("Password", { exact: true }).fill(ROOT.password);
  await page.keyboard.press("Enter");
});
afterAll(() => browser?.close());
afterEach(() => expect(faults).toEqual([]));

const button = (name: string) => page.getByRole("button", { name, exact: true });
const users = () =>
  root.ask<{ users: { name: string; role: string; disabled: boolean }[] }>("GET", "api/users");
const user = async (name: string) => (await users()).users.find((each) => each.name === name);

/** A page at rest in both schemes and on a tablet: its pictures, and that it is free of barriers. */
async function looked(name: string): Promise<void> {
  await picture(page, `${name}-light`);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize(TABLET);
  await picture(page, `${name}-dark-tablet`);
  expect(await barriers(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(DESK);
}

it("adds a user, changes the role, closes the account, and takes no rights from oneself", async () => {
  const form = page.getByRole("form", { name: "Add a user" });
  await form.getByLabel("Name").fill("eva");
  await form.getByLabel("Password").fill("short");
  await button("Add the user").click();
  await form.getByRole("alert").waitFor();
  await form.getByLabel("Password").fill(PASSWORD);
  await button("Add the user").click();
  const row = page.locator('[data-user="eva"]');
  await row.waitFor();
  await page.getByRole("combobox", { name: "Role of eva" }).selectOption("viewer");
  await expect.poll(async () => (await user("eva"))?.role).toBe("viewer");
  await button("Disable eva").click();
  await row.getByText("disabled").waitFor();
  expect((await user("eva"))?.disabled).toBe(true);
  await button("Enable eva").click();
  await row.getByText("open").waitFor();
  expect(await button("Disable root").isDisabled()).toBe(true);
  await looked("users");
});

it("makes an API key, shows it once, and revokes it", async () => {
  await page.getByRole("link", { name: "API keys" }).click();
  await page.getByLabel("Label").fill("historian");
  await button("Make the key").click();
  const key = (await page.locator(".new-key code").textContent()) ?? "";
  expect(key).toMatch(/^pde_/);
  const status = async () =>
    (await fetch(`${GUARDED}/api/me`, { headers: { authorization: `Bearer ${key}` } })).status;
  expect(await status()).toBe(200);
  await page.locator('[data-key="historian"]').waitFor();
  await looked("keys");
  await button("Revoke historian").click();
  await button("Yes, revoke").click();
  await page.locator('[data-key="historian"]', { hasText: "revoked" }).waitFor();
  expect(await status()).toBe(401);
});

it("takes trust in a client back after asking, and gives it again", async () => {
  await page.getByRole("link", { name: "Certificates" }).click();
  await page.getByRole("button", { name: /^Reject / }).click();
  await button("Yes, reject").click();
  const trust = page.getByRole("button", { name: /^Trust CN=/ });
  await trust.waitFor();
  await looked("certificates");
  await trust.click();
  await page.getByRole("button", { name: /^Reject / }).waitFor();
});

it("searches the audit, by address too, and saves it as a table", async () => {
  await page.getByRole("link", { name: "Audit" }).click();
  await page.getByLabel("Kind").fill("add_user");
  await button("Search").click();
  await page.locator('[data-audit="add_user"]', { hasText: "eva" }).waitFor();
  expect(await page.locator("[data-audit]:not([data-audit=add_user])").count()).toBe(0);
  expect(page.url()).toContain("what=add_user");
  const saving = page.waitForEvent("download");
  await button("Save as CSV").click();
  const table = await readFile(await (await saving).path(), "utf8");
  expect(table.split("\n")[0]).toContain("number,time");
  expect(table).toContain("eva");
  await button("Show all").click();
  await page.locator('[data-audit="add_api_key"]').waitFor();
  await looked("audit");
});

it("takes a machine out of service and back, and tells in the engine's words why it can't be removed", async () => {
  await page.getByRole("link", { name: "Fleet" }).click();
  const row = page.locator("[data-machine]").first();
  const id = await row.getAttribute("data-machine");
  await page.getByRole("combobox", { name: `Drain ${id}` }).selectOption("finish");
  await button(`Put ${id} back into service`).waitFor();
  await button(`Remove machine ${id}`).click();
  await button("Yes, remove").click();
  await row.getByRole("alert").waitFor();
  await button(`Put ${id} back into service`).click();
  await row.getByText("in service", { exact: true }).waitFor();
  await page.getByText("Nothing is stuck, late, full or lost.").waitFor();
  await looked("fleet-guarded");
});

it("changes one's own password, which ends the session", async () => {
  await page.goto(`${GUARDED}/#/access/account`);
  await page.getByLabel("Present password").fill(ROOT.password);
  await page.getByLabel("New password").fill(PASSWORD);
  await looked("account");
  await button("Change it").click();
  const again = page.getByRole("dialog", { name: "Sign in again" });
  await again.getByLabel("Password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await again.waitFor({ state: "detached" });
});
