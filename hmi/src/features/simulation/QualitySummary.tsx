/** How many values of a simulation are not good, in one word. */

import type { LiveState } from "../../tags/liveStore";
import { qualityKind } from "../../tags/quality";
import { useLive } from "../../tags/useLive";
import { isStale } from "../../tags/useTag";

export function QualitySummary({ simId }: { simId: string }) {
  const words = useLive((state) => summary(state, simId));
  return (
    <span className={words === "all good" ? "run-fact" : "run-fact doubtful"}>
      <span className="muted">Quality</span>
      <b>{words}</b>
    </span>
  );
}

function summary(state: LiveState, simId: string): string {
  if (isStale(state, simId)) return "stale";
  const own = Object.entries(state.values).filter(([name]) => name.startsWith(`${simId}.`));
  if (own.length === 0) return "no values yet";
  const kinds = own.map(([, value]) => qualityKind(value.quality));
  const bad = kinds.filter((kind) => kind === "bad").length;
  const uncertain = kinds.filter((kind) => kind === "uncertain").length;
  if (bad + uncertain === 0) return "all good";
  return [bad > 0 ? `${bad} bad` : "", uncertain > 0 ? `${uncertain} uncertain` : ""]
    .filter(Boolean)
    .join(", ");
}
