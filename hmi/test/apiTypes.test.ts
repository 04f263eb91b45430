// @vitest-environment node
import { readFileSync } from "node:fs";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";
import { expect, it } from "vitest";

it("the types of the API are made from the engine's present OpenAPI document (npm run api)", async () => {
  const made = astToString(await openapiTS(new URL("../../docs/openapi.json", import.meta.url)));
  const kept = readFileSync(new URL("../src/generated/api.gen.ts", import.meta.url), "utf8");
  expect(kept).toBe(`${COMMENT_HEADER}${made}`);
}, 30_000);
