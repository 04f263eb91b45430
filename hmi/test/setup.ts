/** Before every test: an empty page and an empty live store. */
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";
import { EMPTY, liveStore } from "../src/tags/liveStore";
import { writeStore } from "../src/tags/writes";

afterEach(() => {
  cleanup();
  liveStore.setState(EMPTY, true);
  writeStore.setState({}, true);
});

/** jsdom lays nothing out, so there is nothing to observe. */
class NoResizes implements ResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}
globalThis.ResizeObserver ??= NoResizes;
