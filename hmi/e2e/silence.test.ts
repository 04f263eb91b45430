/** What an operator sees when the engine falls silent, and when it is back. */

import type { AddressInfo } from "node:net";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DESK, launch, openPage, picture } from "./browser";
import { ENGINE, tell } from "./engine";

/** A line to the engine that can be held: open, but nothing comes through. */
class Line {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private held = false;

  constructor() {
    const { hostname, port } = new URL(ENGINE);
    this.server = createServer((near) => {
      const far = connect(Number(port), hostname);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.sockets.add(from);
        from.on("error", () => to.destroy());
        from.on("close", () => {
          this.sockets.delete(from);
          to.destroy();
        });
        from.pipe(to);
      }
      if (this.held) far.pause();
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  hold(held: boolean): void {
    this.held = held;
    for (const socket of this.sockets) {
      if (held) socket.pause();
      else socket.resume();
    }
  }

  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

let browser: Browser;
let sim = "";
const line = new Line();

beforeAll(async () => {
  browser = await launch();
  sim = (await tell<{ sim_id: string }>("api/models/quadruple-tank/start")).sim_id;
});
afterAll(async () => {
  await tell(`api/sims/${sim}/stop`);
  await browser?.close();
  await line.close();
});

it("says within three seconds that the data are stale, and recovers without a reload", async () => {
  const { page } = await openPage(browser, DESK);
  await page.goto(`${await line.open()}/#/sims/${sim}`);
  await page.locator(".value-box.good:not(.stale)").first().waitFor();

  line.hold(true);
  const since = Date.now();
  await page.locator("[data-stale]").waitFor();
  expect(Date.now() - since).toBeLessThan(3_500);
  expect(await page.locator(".value-box:not(.stale)").count()).toBe(0);
  await picture(page, "stale");

  line.hold(false);
  await page.locator("[data-stale]").waitFor({ state: "detached" });

  line.cut();
  await page.getByText("connected", { exact: false }).first().waitFor();
  await page.locator(".value-box.good:not(.stale)").first().waitFor();
  await page.context().close();
});
