import { describe, expect, it } from "vitest";
import { parseEntry } from "../src/features/controls/parseEntry";
import { reconnectDelay } from "../src/lib/backoff";
import { formatClock, formatDuration, formatNumber } from "../src/lib/format";
import { problemText } from "../src/lib/problem";
import { violation } from "../src/tags/limits";
import { tagTitle, tagWords } from "../src/tags/model";
import { operatingWindow } from "../src/tags/operatingWindow";
import { parseMessage } from "../src/tags/protocol";
import { qualityKind, qualityWords } from "../src/tags/quality";
import { Recorder } from "../src/tags/recorder";
import { joinSeries, thin } from "../src/tags/series";

describe("figures", () => {
  it.each([
    [1.95, 3, "1.950"],
    [-0.0001, 2, "0.00"],
    [-2.5, 1, "−2.5"],
    [123456789, 2, "1.235e+8"],
  ])("writes %d with %d digits as %s", (value, digits, text) => {
    expect(formatNumber(value, digits)).toBe(text);
  });

  it.each([
    ["2.1", 2.1],
    ["2,1", 2.1],
    [" −3e2 ", -300],
    ["", null],
    ["1.2.3", null],
    ["NaN", null],
    ["Infinity", null],
    ["0x10", null],
  ])("reads %j as %s", (text, value) => {
    expect(parseEntry(text)).toBe(value);
  });

  it("writes durations in their two largest units and clocks with days", () => {
    expect(formatDuration(93_780)).toBe("1 d 2 h");
    expect(formatDuration(185)).toBe("3 min 5 s");
    expect(formatDuration(0)).toBe("0 s");
    expect(formatClock(90_061)).toBe("1 d 01:01:01");
  });
});

it("writes the names of tags as a reader does", () => {
  expect(["reflux_flow", "fraction_a", "tank_ph", "ph_target", "a_and_c_feed"].map(tagTitle)).toEqual([
    "Reflux flow",
    "Fraction A",
    "Tank pH",
    "pH target",
    "A and C feed",
  ]);
  expect(tagWords("d_feed_flow")).toBe("D feed flow");
});

describe("quality and limits", () => {
  it("sorts status codes into good, uncertain and bad, the unknown being bad", () => {
    const kinds = ["Good", "GoodLocalOverride", "UncertainInitialValue", "BadSensorFailure", "0x80AB0000"];
    expect(kinds.map(qualityKind)).toEqual(["good", "good", "uncertain", "bad", "bad"]);
    expect(qualityWords("UncertainLastUsableValue")).toBe("Uncertain last usable value");
  });

  it("finds the gravest limit that is crossed", () => {
    const limits = { high_high: 2, high: 1, low: -1, low_low: -2 };
    expect([2.1, 2, 1, -1.5, -3].map((value) => violation(value, limits)?.mark)).toEqual([
      "HH",
      "H",
      undefined,
      "L",
      "LL",
    ]);
  });

  it("narrows an indicator to its limits only where these fill a small part of the range", () => {
    const about = {
      role: "output",
      unit: "",
      digits: 1,
      label: "",
      description: "",
      states: [],
      writable: false,
    } as const;
    expect(
      operatingWindow({ ...about, low: 0, high: 100, nominal: 0.5, limits: { high: 1, high_high: 2 } }),
    ).toEqual([0, 3.5]);
    expect(
      operatingWindow({ ...about, low: 0, high: 20, nominal: 12, limits: { high: 18, low: 2 } }),
    ).toEqual([0, 20]);
    expect(operatingWindow({ ...about, low: 0, high: 4, nominal: 2, limits: {} })).toEqual([0, 4]);
  });
});

describe("records", () => {
  it("keeps the newest points when it is full", () => {
    const kept = new Recorder(3);
    for (let time = 1; time <= 5; time += 1) {
      kept.set("a", time * 10);
      kept.mark(time);
    }
    expect([...kept.read("a", 0).time]).toEqual([3, 4, 5]);
    expect([...kept.read("a", 5).value]).toEqual([50]);
  });

  it("takes the record as far as it reaches and live values from there", () => {
    const record = {
      tag: "a",
      unit: "",
      time: [1, 2, 3],
      simulation_time: [1, 2, 3],
      value: [1, null, 3],
      status_code: [0, 0x80000000, 0],
    };
    const live = { time: Float64Array.of(2, 3, 4), value: Float64Array.of(20, 30, 40) };
    expect(joinSeries(record, live, 0)).toEqual({ time: [1, 2, 3, 4], value: [1, Number.NaN, 3, 40] });
    expect(joinSeries(record, live, 3)).toEqual({ time: [3, 4], value: [3, 40] });
  });

  it("keeps peaks and gaps when it thins", () => {
    const time = Array.from({ length: 1000 }, (_, index) => index);
    const value = time.map((at) => (at === 500 ? 99 : at === 700 ? Number.NaN : 0));
    const thinned = thin({ time, value }, 50);
    expect(thinned.time.length).toBeLessThanOrEqual(60);
    expect(thinned.value).toContain(99);
    expect(thinned.value.some(Number.isNaN)).toBe(true);
    expect([...thinned.time].sort((a, b) => a - b)).toEqual(thinned.time);
  });
});

describe("the engine's words", () => {
  it("lists all problems when there are several", () => {
    const problem = {
      type: "",
      title: "Invalid",
      status: 422,
      detail: "2 problems",
      errors: [{ detail: "a" }, { detail: "b" }],
    };
    expect(problemText(problem)).toBe("a; b");
    expect(problemText({ type: "", title: "Invalid", status: 422 })).toBe("Invalid");
  });

  it.each(["", "{", "null", "[]", '{"op":1}', '{"op":"new"}', new Uint8Array(3)])("ignores %j", (text) => {
    expect(parseMessage(text)).toBeNull();
  });

  it("waits longer after each failure, never more than 15 s, never the same for all", () => {
    expect([0, 1, 2].map((attempt) => reconnectDelay(attempt, () => 1))).toEqual([500, 1000, 2000]);
    expect(reconnectDelay(50, () => 1)).toBe(15_000);
    expect(reconnectDelay(50, () => 0)).toBe(7_500);
  });
});
