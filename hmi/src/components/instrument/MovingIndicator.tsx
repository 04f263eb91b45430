/** A moving analog indicator: the value's place in its range, alarm zones, and the setpoint's mark. */
import { scaleLinear } from "d3-scale";
import type { Limits } from "../../tags/model";
import { operatingWindow } from "../../tags/operatingWindow";
import type { TagView } from "../../tags/useTag";
import { SetpointMark } from "./SetpointMark";

interface MovingIndicatorProps {
  readonly view: TagView;
  readonly width: number;
  readonly setpoint?: string | undefined;
}

export const BAR_HEIGHT = 9;

export function MovingIndicator({ view, width, setpoint }: MovingIndicatorProps) {
  const { limits } = view.spec;
  const [low, high] = operatingWindow(view.spec);
  const scale = scaleLinear([low, high], [0, width]).clamp(true);
  const at = view.value === null ? null : scale(view.value);
  return (
    <g className="indicator">
      <rect width={width} height={BAR_HEIGHT} className="indicator-range" />
      {zones(limits, low, high).map(([kind, from, to]) => (
        <rect
          key={`${kind}${from}`}
          x={scale(from)}
          width={Math.max(1.5, scale(to) - scale(from))}
          height={BAR_HEIGHT}
          className={`zone-${kind}`}
        />
      ))}
      {setpoint && <SetpointMark tag={setpoint} scale={scale} />}
      {at !== null && (
        <path
          className={view.violation ? `pointer p${view.violation.priority}` : "pointer"}
          transform={`translate(${at} 0)`}
          d={`M-6 -6H6L0 3z M-1 0H1V${BAR_HEIGHT}H-1z`}
        />
      )}
    </g>
  );
}

type Zone = [kind: "alarm" | "warning", from: number, to: number];

function zones(limits: Limits, low: number, high: number): Zone[] {
  const found: Zone[] = [];
  const { high_high, high: upper, low: lower, low_low } = limits;
  if (upper !== undefined) found.push(["warning", upper, high_high ?? high]);
  if (high_high !== undefined) found.push(["alarm", high_high, high]);
  if (lower !== undefined) found.push(["warning", low_low ?? low, lower]);
  if (low_low !== undefined) found.push(["alarm", low, low_low]);
  return found;
}
