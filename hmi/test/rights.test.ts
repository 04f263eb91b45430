import { expect, it } from "vitest";
import { decides, refusal } from "../src/features/access/rights";
import type { Me } from "../src/lib/schemas";

const me = (role: Me["role"], name: string | null, rights: Me["rights"]): Me => ({
  name,
  role,
  rights,
  supervises: rights.includes("engineer"),
  open: name === null,
});
const EVA = me("operator", "eva", ["read", "operate"]);
const LOOKER = me("viewer", "vera", ["read"]);
const TEACHER = me("engineer", "tom", ["read", "operate", "engineer"]);
const sim = (owner: string | null, sharing: "private" | "shared" | "open") => ({
  sim_id: "wood-berry-1",
  owner,
  sharing,
});

it("asks for the right first, then whose the simulation is", () => {
  expect(refusal(LOOKER, "operate")).toBe("Needs the right to operate: you are a viewer.");
  expect(refusal(EVA, "operate")).toBeNull();
  expect(refusal(EVA, "engineer", sim("eva", "shared"))).toContain("Needs the right to engineer");
  expect(refusal(EVA, "operate", sim("bert", "shared"))).toBe(
    "wood-berry-1 belongs to bert and is shared: you may look at it, not change it.",
  );
  expect(refusal(EVA, "operate", sim(null, "shared"))).toContain("is open to engineers only");
});

it("leaves open, own and, to engineers, all simulations", () => {
  expect(refusal(EVA, "operate", sim("bert", "open"))).toBeNull();
  expect(refusal(EVA, "operate", sim("eva", "private"))).toBeNull();
  expect(refusal(TEACHER, "operate", sim("bert", "private"))).toBeNull();
});

it("lets the owner and engineers decide about sharing, and nobody without a name", () => {
  expect(decides(EVA, sim("eva", "open"))).toBe(true);
  expect(decides(EVA, sim("bert", "open"))).toBe(false);
  expect(decides(TEACHER, sim("bert", "open"))).toBe(true);
  expect(decides(me("operator", null, ["read", "operate"]), sim(null, "open"))).toBe(false);
});

it("forbids nothing while the engine has not told who this is", () => {
  expect(refusal(undefined, "administer")).toBeNull();
});
