/** A headless Chromium of the system, and one page at an operator's screen size. */
import { type Browser, chromium, type Page } from "playwright-core";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGUMENTS });
}

export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly colorScheme: "light" | "dark";
}

export const DESK: Screen = { width: 1366, height: 768, colorScheme: "light" };
export const TABLET: Screen = { width: 820, height: 1180, colorScheme: "light" };

/** A page in a context of its own; everything that goes wrong in it is collected in `faults`. */
export async function openPage(browser: Browser, { width, height, colorScheme }: Screen) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: "en-GB" });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("request", (request) => {
    if (!/^(https?|wss?):\/\/(127\.0\.0\.1|localhost|\[::1\])|^(data|blob):/.test(request.url())) {
      faults.push(`foreign request to ${request.url()}`);
    }
  });
  page.setDefaultTimeout(15_000);
  return { page, faults };
}

/** Writes a picture into the folder that PDE_SCREENSHOTS names, when it does. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.PDE_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}
