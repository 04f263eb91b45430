/** The kinds of faults that an operator can inject, and what each takes. */
import type { FaultRequest } from "../../lib/schemas";
import type { Role, TagSpec } from "../../tags/model";

export type KindId = FaultRequest["kind"];

export interface FaultKind {
  readonly id: KindId;
  readonly title: string;
  readonly roles: readonly Role[];
  /** What the size means; null where the kind takes none. */
  readonly size: ((spec: TagSpec) => string) | null;
  /** The size to begin with. */
  readonly usual: (spec: TagSpec) => number;
  readonly ramps: boolean;
}

const span = ({ low, high }: TagSpec, share: number) => Number((share * (high - low)).toPrecision(2));
const unit = (words: string) => (spec: TagSpec) => `${words}${spec.unit ? `, ${spec.unit}` : ""}`;
const side = () => "1: upper end, -1: lower end";
const SENSOR: readonly Role[] = ["output"];
const VALVE: readonly Role[] = ["input"];

export const KINDS: readonly FaultKind[] = [
  kind("bias", "Bias", SENSOR, unit("Reads too much by"), (spec) => span(spec, 0.05), true),
  kind("drift", "Drift", SENSOR, unit("Drifts per hour by"), (spec) => span(spec, 0.05)),
  kind("freeze", "Freeze", SENSOR, null),
  kind("noise", "Noise", SENSOR, unit("Standard deviation"), (spec) => span(spec, 0.01), true),
  kind("spike", "Spikes", SENSOR, unit("Single readings wrong by"), (spec) => span(spec, 0.2)),
  kind("open_circuit", "Open circuit", SENSOR, side, () => -1),
  kind("out_of_range", "Out of range", SENSOR, side, () => 1),
  kind("stuck", "Valve stuck", VALVE, null),
  kind(
    "stiction",
    "Valve stiction",
    VALVE,
    unit("Moves only by more than"),
    (spec) => span(spec, 0.05),
    true,
  ),
  kind("leak", "Valve leak", VALVE, unit("Never below"), (spec) => spec.low + span(spec, 0.1), true),
  kind("loss", "Loss of supply", ["input", "disturbance"], unit("Falls to"), (spec) => least(spec), true),
];

function kind(
  id: KindId,
  title: string,
  roles: readonly Role[],
  size: FaultKind["size"],
  usual: FaultKind["usual"] = () => 0,
  ramps = false,
): FaultKind {
  return { id, title, roles, size, usual, ramps };
}

/** The value of the range that is nearest to nothing. */
function least({ low, high }: TagSpec): number {
  return Math.min(Math.max(0, low), high);
}

export function kindTitle(id: string): string {
  return KINDS.find((each) => each.id === id)?.title ?? id.replaceAll("_", " ");
}
