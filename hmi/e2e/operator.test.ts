/** The operator's story: from the welcome page to a stopped simulation, in a real browser on a real engine. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { barriers } from "./axe";
import { DESK, launch, openPage, picture } from "./browser";
import { ask, ENGINE } from "./engine";

interface TagAnswer {
  value: number;
}

let browser: Browser;
let page: Page;
let faults: string[];
let sim = "";

beforeAll(async () => {
  browser = await launch();
  ({ page, faults } = await openPage(browser, DESK));
});
afterAll(() => browser?.close());
afterEach(() => expect(faults).toEqual([]));

const entry = (name: string) => page.getByRole("textbox", { name, exact: true });
const shown = (tag: string) =>
  page.locator(`.drawing [data-tag="${tag}"] .value, .drawing [data-repeat="${tag}"] .value`);
const fact = (name: string) => page.locator(".run-fact", { hasText: name }).locator("b");
const number = async (tag: string) => Number((await shown(tag).textContent())?.replace("?", ""));
const plant = async (tag: string) => (await ask<TagAnswer>(`api/sims/${sim}/${tag}`)).value;

async function until(what: string, holds: () => Promise<boolean>, seconds = 30): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await page.waitForTimeout(100);
  }
}

async function setSpeed(speed: string): Promise<void> {
  await page.locator(".run-bar select").selectOption(speed);
  await until(
    `speed ${speed}`,
    async () => (await ask<{ speed: unknown }>(`api/sims/${sim}`)).speed === Number(speed),
  );
}

it("welcomes with every model of the engine", async () => {
  await page.goto(ENGINE);
  const { models } = await ask<{ models: { id: string; name: string }[] }>("api/models/");
  for (const model of models) await page.getByRole("link", { name: model.name, exact: true }).waitFor();
  await picture(page, "welcome");
  expect(await barriers(page)).toEqual([]);
});

it("shows a model at rest with nominal values, clearly not running", async () => {
  await page.getByRole("link", { name: "Wood-Berry distillation column", exact: true }).click();
  await page.getByText("NOT RUNNING: nominal values").waitFor();
  expect(await page.locator(".value-box:not(.nominal)").count()).toBe(0);
  expect(await entry("Reflux flow, lb/min").isDisabled()).toBe(true);
  expect(await barriers(page)).toEqual([]);
});

it("starts a simulation and shows its values live", async () => {
  await page.getByLabel("Name", { exact: true }).fill("operator story");
  await page.getByRole("button", { name: "Start simulation" }).click();
  await page.waitForURL(/#\/sims\/wood-berry-\d+$/);
  sim = page.url().split("/").at(-1) ?? "";
  await page.locator('.run-bar [data-status="running"]').waitFor();
  await until("quality all good", async () => (await fact("Quality").textContent()) === "all good");
  const before = await fact("Simulated").textContent();
  await until("simulated time moves", async () => (await fact("Simulated").textContent()) !== before);
  expect(await number("distillate_methanol")).toBeCloseTo(96.25, 2);
  expect(await barriers(page)).toEqual([]);
});

it("moves the reflux by typing; Enter commits; the distillate answers later", async () => {
  await setSpeed("50");
  await entry("Reflux flow, lb/min").fill("2.05");
  expect(await plant("reflux_flow")).toBe(1.95);
  await entry("Reflux flow, lb/min").press("Enter");
  await until("the plant takes it", async () => (await plant("reflux_flow")) === 2.05);
  await until("the drawing shows it", async () => (await number("reflux_flow")) === 2.05);
  await until("the distillate rises", async () => (await number("distillate_methanol")) > 96.6, 60);
});

it("moves the reflux by slider: nothing while it is dragged, one action when it is let go", async () => {
  const slider = page.getByRole("slider", { name: "Reflux flow slider" });
  const box = await slider.boundingBox();
  if (!box) throw new Error("the slider is not visible");
  const middle = box.y + box.height / 2;
  const { actions: before } = await ask<{ actions: unknown[] }>(`api/sims/${sim}/actions`);
  await page.mouse.move(box.x + box.width * 0.5125, middle);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, middle, { steps: 8 });
  expect(await plant("reflux_flow")).toBe(2.05);
  await page.mouse.move(box.x + box.width * 0.5, middle, { steps: 8 });
  await page.mouse.up();
  await until("the plant takes it", async () => (await plant("reflux_flow")) !== 2.05);
  expect(await plant("reflux_flow")).toBeGreaterThan(1.9);
  expect(await plant("reflux_flow")).toBeLessThan(2.1);
  const { actions: after } = await ask<{ actions: unknown[] }>(`api/sims/${sim}/actions`);
  expect(after.length).toBe(before.length + 1);
});

it("refuses a value out of range in the engine's words and changes nothing", async () => {
  const before = await plant("reflux_flow");
  await entry("Reflux flow, lb/min").fill("9");
  await entry("Reflux flow, lb/min").press("Enter");
  const note = page.locator('[data-tag="reflux_flow"] [role="alert"]');
  await note.waitFor();
  expect(await note.textContent()).toContain(`${sim}.reflux_flow = 9 lb/min is outside 0..4`);
  expect(await plant("reflux_flow")).toBe(before);
  expect(await barriers(page)).toEqual([]);
});

it("pauses, steps and resumes", async () => {
  await setSpeed("1");
  await page.getByRole("button", { name: "Pause" }).click();
  await page.locator('.run-bar [data-status="paused"]').waitFor();
  await page.waitForTimeout(1500);
  const stood = await fact("Simulated").textContent();
  await page.waitForTimeout(1500);
  expect(await fact("Simulated").textContent()).toBe(stood);
  await page.getByRole("button", { name: "Step" }).click();
  await until("one step", async () => (await fact("Simulated").textContent()) !== stood);
  await page.getByRole("button", { name: "Resume" }).click();
  await page.locator('.run-bar [data-status="running"]').waitFor();
});

it("switches a loop to auto, which then moves its output, and back", async () => {
  const loop = page.getByRole("region", { name: "Loop of distillate methanol" });
  await loop.getByText("auto", { exact: true }).click();
  await until("auto", async () => (await plant("distillate_methanol_mode")) === 1);
  await page.getByText("Moved by the loop of distillate methanol (auto)").waitFor();
  expect(await entry("Reflux flow, lb/min").isDisabled()).toBe(true);
  await loop.getByText("manual", { exact: true }).click();
  await until("manual", async () => (await plant("distillate_methanol_mode")) === 0);
});

it("opens a faceplate by keyboard, with the NodeId, and closes it again", async () => {
  await page.locator('[data-tag="distillate_methanol"]').focus();
  await page.keyboard.press("Enter");
  await page.getByText(`ns=2;s=${sim}.distillate_methanol`).waitFor();
  await page.getByRole("button", { name: "Copy the NodeId" }).waitFor();
  await picture(page, "faceplate");
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByText(`ns=2;s=${sim}.distillate_methanol`).waitFor({ state: "detached" });
});

it("shows the past of the simulation in the trend, also after a reload", async () => {
  await page.reload();
  await page.locator(".trend-chart canvas").waitFor();
  const points = async () => Number(await page.locator(".trend-chart").getAttribute("data-points"));
  await until("history in the trend", async () => (await points()) > 20);
  const before = await points();
  await until("live points join", async () => (await points()) > before);
  await page.getByText("All", { exact: true }).click();
  await until("the whole record", async () => (await points()) > 20);
});

it("stops for good, after asking", async () => {
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByRole("button", { name: "Yes, stop" }).click();
  await page.locator('.run-bar [data-status="stopped"]').waitFor();
  expect((await ask<{ status: string }>(`api/sims/${sim}`)).status).toBe("stopped");
  expect(await page.getByRole("button", { name: "Pause" }).isDisabled()).toBe(true);
});
