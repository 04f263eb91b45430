import { expect, it } from "vitest";
import { readTrends, trendsAddress } from "../src/features/trend/trendsAddress";

const query = (address: string) => new URLSearchParams(address.split("?")[1]);

it("keeps tags of several simulations and the range in the address", () => {
  const names = ["wood-berry-7.reflux_flow", "quadruple-tank-3.level_1"];
  expect(readTrends(query(trendsAddress(names, "30")))).toEqual({ names, range: "30" });
  expect(readTrends(query(trendsAddress(names)))).toEqual({ names, range: "5" });
});

it("takes from an address what is a tag, each once", () => {
  const address = "/trends?tag=a-1.x&tag=a-1.x&tag=nothing&tag=a.b.c&tag=b-2.y&range=all";
  expect(readTrends(query(address))).toEqual({ names: ["a-1.x", "b-2.y"], range: "all" });
});
