/** A user's own model: refused with all its problems, taken, started, deleted. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { barriers } from "./axe";
import { DESK, launch, openPage, picture } from "./browser";
import { ENGINE, tell } from "./engine";

let browser: Browser;
let page: Page;
let faults: string[];

beforeAll(async () => {
  browser = await launch();
  ({ page, faults } = await openPage(browser, DESK));
});
afterAll(() => browser?.close());
afterEach(() => expect(faults).toEqual([]));

it("lists every problem of an own model's file with its place", async () => {
  await page.goto(`${ENGINE}/#/own-models`);
  await page.getByText("Or write it here").click();
  const text = page.getByRole("textbox", { name: "The model in YAML" });
  const good = await text.inputValue();
  await text.fill(good.replace("low: 0", "low: 500").replace("to: temperature", "to: temprature"));
  await page.getByRole("button", { name: "Check and add" }).click();
  const problems = page.locator(".problems li");
  await problems.first().waitFor();
  expect(await problems.count()).toBeGreaterThan(1);
  expect(await problems.allTextContents().then((all) => all.join())).toContain("temprature");
  await picture(page, "own-models");
  expect(await barriers(page)).toEqual([]);
  await text.fill(good);
});

it("takes the corrected model, starts it on a generic page and deletes it again", async () => {
  await page.getByRole("button", { name: "Check and add" }).click();
  await page.getByText("is ready:").waitFor();
  await page.getByRole("link", { name: "open it" }).click();
  await page.locator(".generic").waitFor();
  await page.getByRole("button", { name: "Start simulation" }).click();
  await page.waitForURL(/#\/sims\/my-heater-\d+$/);
  const own = page.url().split("/").at(-1) ?? "";
  await page.locator(".generic .value-box.good").first().waitFor();
  await picture(page, "own-model");
  expect(await barriers(page)).toEqual([]);
  await tell(`api/sims/${own}/stop`);
  await page.goto(`${ENGINE}/#/own-models`);
  await page.getByRole("button", { name: "Delete My heater" }).click();
  await page.getByRole("button", { name: "Yes, delete" }).click();
  await page.locator('[data-own="my-heater"]').waitFor({ state: "detached" });
});
