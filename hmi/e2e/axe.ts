/** Checks a page for barriers by axe. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

/** Every violation in one line each: rule, impact, first element. */
export async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(
    ({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map((node) => node.html).join(" | ")}`,
  );
}
