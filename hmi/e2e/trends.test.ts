/** The story of a comparison: tags of two simulations in one trend, past and live, kept in the address. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { barriers } from "./axe";
import { DESK, launch, openPage, picture, TABLET } from "./browser";
import { ENGINE, tell } from "./engine";

let browser: Browser;
let page: Page;
let faults: string[];
const sims: string[] = [];

beforeAll(async () => {
  browser = await launch();
  ({ page, faults } = await openPage(browser, DESK));
  for (const [model, speed] of [
    ["quadruple-tank", 20],
    ["quadruple-tank", 5],
    ["wood-berry", 20],
  ] as const) {
    sims.push((await tell<{ sim_id: string }>(`api/models/${model}/start`, { speed })).sim_id);
  }
});
afterAll(async () => {
  for (const sim of sims) await tell(`api/sims/${sim}/stop`);
  await browser?.close();
});
afterEach(() => expect(faults).toEqual([]));

const points = async () => Number(await page.locator(".trend-chart").getAttribute("data-points"));
const pen = (name: string) => page.locator(`[data-pen="${name}"] b`);

it("puts tags of several simulations together and draws them live", async () => {
  await tell(`api/sims/${sims[0]}/pump_1_voltage`, { value: 4 });
  await page.goto(`${ENGINE}/#/trends`);
  for (const [sim, tag] of [
    [sims[0], "level_1"],
    [sims[1], "level_1"],
    [sims[2], "distillate_methanol"],
  ] as const) {
    await page.getByRole("combobox", { name: "Simulation", exact: true }).selectOption(sim ?? "");
    await page.getByRole("combobox", { name: "Tag", exact: true }).selectOption(tag);
    await pen(`${sim}.${tag}`).waitFor();
  }
  await expect.poll(() => pen(`${sims[0]}.level_1`).textContent()).toMatch(/\d/);
  await expect.poll(points, { timeout: 15_000 }).toBeGreaterThan(20);
  const before = await points();
  await expect.poll(points, { timeout: 15_000 }).toBeGreaterThan(before);
});

it("has an axis for each unit: two levels share one, the methanol has another", async () => {
  await picture(page, "trends-light");
  expect(await page.locator(".trend-chart .u-axis").count()).toBe(3);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize(TABLET);
  await page.waitForTimeout(500);
  await picture(page, "trends-dark-tablet");
  expect(await barriers(page)).toEqual([]);
});

it("shows the same, with the past, wherever its address is opened", async () => {
  expect(page.url()).toContain(`tag=${sims[1]}.level_1`);
  await page.reload();
  await pen(`${sims[2]}.distillate_methanol`).waitFor();
  await expect.poll(points, { timeout: 15_000 }).toBeGreaterThan(20);
  await page.getByRole("button", { name: `Remove Level 1 of ${sims[1]} from the trend` }).click();
  await expect.poll(() => page.url()).not.toContain(`tag=${sims[1]}`);
});

it("is led to from the trend of a simulation", async () => {
  await page.goto(`${ENGINE}/#/sims/${sims[1]}`);
  await page.getByRole("link", { name: "Compare" }).click();
  await pen(`${sims[1]}.level_1`).waitFor();
});
