/** Whether the engine is connected, as a word and a shape. */
import { useLive } from "../tags/useLive";

const WORDS = {
  open: "● connected",
  connecting: "◌ connecting",
  closed: "✕ disconnected",
  held: "✕ not signed in",
} as const;

export function LinkState() {
  const link = useLive((state) => state.link);
  return (
    <span className={`link-state ${link}`} role="status">
      {WORDS[link]}
    </span>
  );
}
