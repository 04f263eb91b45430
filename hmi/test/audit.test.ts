import { expect, it } from "vitest";
import { change } from "../src/features/audit/AuditTable";

it.each([
  [{ reflux_flow: 1.95 }, { reflux_flow: 2.1 }, "reflux_flow 1.95 → 2.1"],
  [null, { user: "eva", scopes: ["read"] }, 'user eva, scopes ["read"]'],
  [{ disabled: false }, { disabled: true, role: "viewer" }, "disabled false → true, role viewer"],
  [undefined, 7, "value 7"],
  [undefined, undefined, ""],
])("tells the change from %j to %j", (old, now, words) => {
  expect(change({ old, new: now })).toBe(words);
});
