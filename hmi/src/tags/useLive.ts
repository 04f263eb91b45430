/** Reads the live store in React. */
import { useStore } from "zustand";
import { type LiveState, liveStore } from "./liveStore";

export function useLive<Part>(select: (state: LiveState) => Part): Part {
  return useStore(liveStore, select);
}
