/** Every page: free of barriers, at a desk and on a tablet, light and dark; and their pictures. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { barriers } from "./axe";
import { DESK, launch, openPage, picture, type Screen, TABLET } from "./browser";
import { ask, ENGINE, tell } from "./engine";

const STEPS: Readonly<Record<string, Record<string, number>>> = {
  "wood-berry": { reflux_flow: 2.0, steam_flow: 1.73 },
  "ethylene-oxidation": { feed_flow: 0.25, coolant_temperature: 1.03 },
  "quadruple-tank": { pump_1_voltage: 3.6, pump_2_voltage: 2.7 },
};
const SPEEDS: Readonly<Record<string, number>> = {
  "wood-berry": 60,
  "ethylene-oxidation": 5,
  "quadruple-tank": 5,
};

let browser: Browser;
const sims = new Map<string, string>();

beforeAll(async () => {
  browser = await launch();
  for (const [model, speed] of Object.entries(SPEEDS)) {
    const { sim_id } = await tell<{ sim_id: string }>(`api/models/${model}/start`, { speed });
    sims.set(model, sim_id);
  }
  await new Promise((resolve) => setTimeout(resolve, 15_000));
  for (const [model, sim] of sims) {
    const actions = Object.entries(STEPS[model] ?? {}).map(([tag, value]) => ({ tag, value }));
    await tell(`api/sims/${sim}/actions`, { actions });
  }
  await new Promise((resolve) => setTimeout(resolve, 15_000));
}, 90_000);

afterAll(async () => {
  for (const sim of sims.values()) await tell(`api/sims/${sim}/stop`);
  await browser?.close();
});

/** The trend has read the past of the simulation. */
function recorded(): boolean {
  const chart = document.querySelector<HTMLElement>(".trend-chart");
  return Number(chart?.dataset.points) > 20;
}

async function look(path: string, screen: Screen, name: string, ready: string) {
  const { page, faults } = await openPage(browser, screen);
  await page.goto(`${ENGINE}/#${path}`);
  await page.locator(ready).first().waitFor();
  if (path.startsWith("/sims/")) await page.waitForFunction(recorded);
  await page.waitForTimeout(1000);
  await picture(page, name);
  const found = await barriers(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await page.context().close();
  expect(found).toEqual([]);
  expect(faults).toEqual([]);
  expect(wide).toBeLessThanOrEqual(0);
}

describe.each(Object.keys(SPEEDS))("a simulation of %s", (model) => {
  it.each([
    ["light", DESK],
    ["dark", { ...DESK, colorScheme: "dark" as const }],
    ["tablet", TABLET],
  ])("in %s", async (name, screen) => {
    await look(`/sims/${sims.get(model)}`, screen, `${model}-${name}`, ".value-box.good");
  });

  it("and its model at rest", async () => {
    await look(`/models/${model}`, DESK, `${model}-model`, ".value-box.nominal");
  });
});

describe.each([
  ["/", "home", ".card"],
  ["/fleet", "fleet", "tbody tr"],
  ["/about", "about", ".facts"],
])("the page %s", (path, name, ready) => {
  it.each([
    ["light", DESK],
    ["dark", { ...DESK, colorScheme: "dark" as const }],
    ["tablet", TABLET],
  ])("in %s", (scheme, screen) => look(path, screen, `${name}-${scheme}`, ready));
});

it("says so when there is no such simulation", async () => {
  const { page } = await openPage(browser, DESK);
  await page.goto(`${ENGINE}/#/sims/wood-berry-999999`);
  await page.getByText("This page cannot be shown").waitFor();
  await page.context().close();
});

it("knows every model that the engine has", async () => {
  const { models } = await ask<{ models: { id: string }[] }>("api/models/");
  expect(models.map(({ id }) => id).sort()).toEqual(Object.keys(SPEEDS).sort());
});
