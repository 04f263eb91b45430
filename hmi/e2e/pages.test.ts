/** Every page: free of barriers, at a desk and on a tablet, light and dark; and their pictures. */
import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { barriers } from "./axe";
import { DESK, launch, openPage, picture, type Screen, TABLET } from "./browser";
import { ask, ENGINE, tell } from "./engine";

/** Moved after a while, so that the pictures show something. */
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
const OTHERS = 10;

const { models } = await ask<{ models: { id: string; name: string }[] }>("api/models/");
const ids = models.map(({ id }) => id);
let browser: Browser;
const sims = new Map<string, string>();

beforeAll(async () => {
  browser = await launch();
  for (const model of ids) {
    const options = { speed: SPEEDS[model] ?? OTHERS };
    const { sim_id } = await tell<{ sim_id: string }>(`api/models/${model}/start`, options);
    sims.set(model, sim_id);
  }
  await new Promise((resolve) => setTimeout(resolve, 15_000));
  for (const [model, values] of Object.entries(STEPS)) {
    const actions = Object.entries(values).map(([tag, value]) => ({ tag, value }));
    await tell(`api/sims/${sims.get(model)}/actions`, { actions });
  }
  await new Promise((resolve) => setTimeout(resolve, 10_000));
}, 120_000);

afterAll(async () => {
  for (const sim of sims.values()) await tell(`api/sims/${sim}/stop`);
  await browser?.close();
});

/** The trend, where it is not folded away, has read the past of the simulation. */
function recorded(): boolean {
  const chart = document.querySelector<HTMLElement>(".trend-chart");
  return chart === null || Number(chart.dataset.points) > 20;
}

const GOOD = ".value-box.good, .profile-bar";

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

describe("every model", () => {
  let page: Page;
  let faults: string[];
  beforeAll(async () => {
    ({ page, faults } = await openPage(browser, DESK));
  });
  afterAll(() => page?.context().close());

  it.each(ids)("has a page for a simulation of %s", async (model) => {
    await page.goto(`${ENGINE}/#/sims/${sims.get(model)}`);
    await page.getByRole("heading", { name: sims.get(model) ?? "" }).waitFor();
    await page.locator(GOOD).first().waitFor();
    await page.waitForFunction(recorded);
    await picture(page, `${model}-light`);
    expect(await barriers(page)).toEqual([]);
    expect(faults).toEqual([]);
  });
});

describe.each(Object.keys(STEPS))("a simulation of %s", (model) => {
  it.each([
    ["dark", { ...DESK, colorScheme: "dark" as const }],
    ["tablet", TABLET],
  ])("in %s", async (name, screen) => {
    await look(`/sims/${sims.get(model)}`, screen, `${model}-${name}`, GOOD);
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

it("finds a model by words of its description and starts it with first values", async () => {
  const { page } = await openPage(browser, DESK);
  await page.goto(`${ENGINE}/#/`);
  await page.getByRole("textbox", { name: "Find a model" }).fill("methanol");
  await page.locator('.card:not([data-model="wood-berry"])').waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Start with …" }).click();
  await page.getByText("Seed and first values").click();
  await page.getByRole("combobox", { name: "Add a first value" }).selectOption("reflux_flow");
  await page.getByRole("textbox", { name: "Reflux flow" }).fill("2.1");
  expect(await barriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Start simulation" }).click();
  await page.waitForURL(/#\/sims\/wood-berry-\d+$/);
  const sim = page.url().split("/").at(-1) ?? "";
  await page.locator('[data-repeat="reflux_flow"] .value-box.good').waitFor();
  expect((await ask<{ value: number }>(`api/sims/${sim}/reflux_flow`)).value).toBe(2.1);
  await tell(`api/sims/${sim}/stop`);
  await page.context().close();
});

it("operates a model that this build has never seen on a generic page", async () => {
  const { page, faults } = await openPage(browser, DESK);
  const disguise = async (route: Route) => {
    const response = await route.fetch();
    const model = (await response.json()) as { id: string };
    await route.fulfill({ response, json: { ...model, id: "never-seen" } });
  };
  await page.route(/\/api\/models\/quadruple-tank$/, disguise);
  await page.goto(`${ENGINE}/#/sims/${sims.get("quadruple-tank")}`);
  await page.locator(".generic .value-box.good").first().waitFor();
  const entry = page.getByRole("textbox", { name: "Pump 1 voltage, V" });
  await entry.fill("3.3");
  await entry.press("Enter");
  await expect
    .poll(
      async () =>
        (await ask<{ value: number }>(`api/sims/${sims.get("quadruple-tank")}/pump_1_voltage`)).value,
    )
    .toBe(3.3);
  await page.waitForTimeout(1000);
  await picture(page, "generic");
  expect(await barriers(page)).toEqual([]);
  expect(faults).toEqual([]);
  await page.context().close();
});
