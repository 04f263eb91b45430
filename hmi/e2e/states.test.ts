/** The story of saved states: a snapshot is taken, gone back to and branched; a life is extended and shared. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { barriers } from "./axe";
import { DESK, launch, openPage, picture } from "./browser";
import { ask, ENGINE, tell } from "./engine";

interface Simulation {
  status: string;
  simulation_time: number;
  duration: number;
  sharing: string;
  origin: string | null;
}

let browser: Browser;
let page: Page;
let faults: string[];
const sims: string[] = [];

beforeAll(async () => {
  browser = await launch();
  ({ page, faults } = await openPage(browser, DESK));
  sims.push((await tell<{ sim_id: string }>("api/models/surge-tank/start")).sim_id);
});
afterAll(async () => {
  for (const sim of sims) await tell(`api/sims/${sim}/stop`);
  await browser?.close();
});
afterEach(() => expect(faults).toEqual([]));

const simulation = () => ask<Simulation>(`api/sims/${sims[0]}`);
const button = (name: string) => page.getByRole("button", { name, exact: true });
const part = (title: string) => page.locator(".dock-tabs label", { hasText: title });

it("advances a paused simulation by some simulated seconds", async () => {
  await page.goto(`${ENGINE}/#/sims/${sims[0]}`);
  await part("Life and sharing").click();
  await page.getByText("Pause it first.").waitFor();
  await button("Pause").click();
  const advance = page.getByLabel("Advance by");
  await expect.poll(() => advance.isEnabled()).toBe(true);
  const { simulation_time } = await simulation();
  await advance.fill("120");
  await button("Advance").click();
  await expect
    .poll(async () => (await simulation()).simulation_time)
    .toBeGreaterThanOrEqual(simulation_time + 120);
  await picture(page, "life-light");
});

it("lets it live longer and shares it", async () => {
  const { duration } = await simulation();
  await page.getByLabel("Extend by").fill("2");
  await button("Extend").click();
  await expect.poll(async () => (await simulation()).duration).toBe(duration + 7200);
  await page.getByText("shared", { exact: true }).click();
  await expect.poll(async () => (await simulation()).sharing).toBe("shared");
  await page.getByText("others may look").waitFor();
});

it("saves a state by name, goes back to it and refuses a second of that name in the engine's words", async () => {
  await part("Snapshots").click();
  const save = async () => {
    await page.getByRole("textbox", { name: "Name of the snapshot" }).fill("before-the-step");
    await button("Save the state").click();
  };
  await save();
  await page.locator('[data-snapshot="before-the-step"]').waitFor();
  const saved = (await simulation()).simulation_time;
  await save();
  await page.getByRole("alert").filter({ hasText: "before-the-step" }).waitFor();
  await button("Step").click();
  await expect.poll(async () => (await simulation()).simulation_time).toBeGreaterThan(saved);
  await button("Restore before-the-step").click();
  await picture(page, "snapshots-light");
  expect(await barriers(page)).toEqual([]);
  await button("Yes, restore").click();
  await expect.poll(async () => (await simulation()).simulation_time).toBe(saved);
});

it("branches into a new simulation, which says where it began", async () => {
  await button("Branch from before-the-step").click();
  await page.waitForURL((url) => url.hash.startsWith("#/sims/") && !url.hash.endsWith(`/${sims[0]}`));
  sims.push(page.url().split("/").at(-1) ?? "");
  await part("Life and sharing").click();
  await page.getByText(/branch of .*before-the-step/).waitFor();
  await page.emulateMedia({ colorScheme: "dark" });
  await picture(page, "life-dark");
  expect(await barriers(page)).toEqual([]);
});
