/** The engineer's story: a faulty sensor raises an alarm, which is acknowledged, commented, shelved and ends. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { barriers } from "./axe";
import { DESK, launch, openPage, picture } from "./browser";
import { ask, ENGINE, tell } from "./engine";

interface AlarmAnswer {
  alarm: string;
  active: boolean;
  acknowledged: boolean;
  comment: string;
}

let browser: Browser;
let page: Page;
let faults: string[];
let sim = "";

beforeAll(async () => {
  browser = await launch();
  ({ page, faults } = await openPage(browser, DESK));
  sim = (await tell<{ sim_id: string }>("api/models/wood-berry/start", { speed: 10 })).sim_id;
});
afterAll(async () => {
  await tell(`api/sims/${sim}/stop`);
  await browser?.close();
});
afterEach(() => expect(faults).toEqual([]));

const alarm = async () => {
  const { alarms } = await ask<{ alarms: AlarmAnswer[] }>(`api/sims/${sim}/alarms`);
  return alarms.find((each) => each.alarm === "bottoms_methanol");
};
const part = (title: string) => page.locator(".dock-tabs label", { hasText: title });

it("injects a bias into a sensor, which is listed and crosses a limit", async () => {
  await page.goto(`${ENGINE}/#/sims/${sim}`);
  await page.locator(".value-box.good").first().waitFor();
  await part("Faults").click();
  await page.getByRole("combobox", { name: "Faulty tag" }).selectOption("bottoms_methanol");
  await page.getByLabel("Reads too much by, %").fill("1.6");
  await page.getByRole("button", { name: "Inject" }).click();
  await page.locator(".fault-active", { hasText: "Bottoms methanol" }).waitFor();
  await page.locator('[data-tag="bottoms_methanol"] .alarm.p1').waitFor();
  await picture(page, "faults");
  expect(await barriers(page)).toEqual([]);
});

it("shows the alarm at the head of every page and in the list of the simulation", async () => {
  await page.locator(".alarm-banner").waitFor();
  await part("Alarms").click();
  await page.locator(`[data-alarm-row="${sim}.bottoms_methanol"]`).waitFor();
  expect(await barriers(page)).toEqual([]);
});

it("acknowledges and comments it on the page of all alarms", async () => {
  await page.locator(".alarm-banner").click();
  const row = page.locator(`[data-alarm-row="${sim}.bottoms_methanol"]`);
  await row.getByText("active, unacknowledged").waitFor();
  await picture(page, "alarms");
  expect(await barriers(page)).toEqual([]);
  await row.getByRole("button", { name: "Acknowledge bottoms methanol" }).click();
  await row.getByText("active, acknowledged").waitFor();
  await row.getByRole("button", { name: "Comment bottoms methanol" }).click();
  await row.getByRole("textbox", { name: "Comment on bottoms methanol" }).fill("Sensor is being changed");
  await page.keyboard.press("Enter");
  await row.getByText("Sensor is being changed").waitFor();
  const { acknowledged, comment } = (await alarm()) ?? {};
  expect([acknowledged, comment]).toEqual([true, "Sensor is being changed"]);
});

it("shelves and unshelves it", async () => {
  const row = page.locator(`[data-alarm-row="${sim}.bottoms_methanol"]`);
  await row.getByRole("combobox", { name: "Shelve bottoms methanol" }).selectOption({ label: "10 min" });
  await row.getByText("shelved", { exact: true }).waitFor();
  await row.getByRole("button", { name: "Unshelve bottoms methanol" }).click();
  await row.getByText("active, acknowledged").waitFor();
});

it("clears the fault; the alarm returns to normal", async () => {
  await page.goto(`${ENGINE}/#/sims/${sim}`);
  await part("Faults").click();
  await page.getByRole("button", { name: "Clear Bias of Bottoms methanol" }).click();
  await page.getByText("Nothing is wrong with any instrument").waitFor();
  await expect.poll(async () => (await alarm())?.active, { timeout: 15_000 }).toBe(false);
});
