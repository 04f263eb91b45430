/** A control valve: two triangles with a diaphragm actuator; `opening` (0..1) fills the actuator's stem bar. */
import type { Place } from "./shape";

interface ControlValveProps extends Place {
  readonly opening?: number | null;
  readonly upright?: boolean;
}

export function ControlValve({ x, y, opening = null, upright = false }: ControlValveProps) {
  return (
    <g transform={`translate(${x} ${y})`} className="equipment">
      <path d={upright ? "M-9 -14 9 -14 -9 14 9 14z" : "M-14 -9 -14 9 14 -9 14 9z"} className="solid" />
      <path d={upright ? "M0 0H18" : "M0 0V-18"} />
      <path d={upright ? "M18 -10A10 10 0 0 1 18 10z" : "M-10 -18A10 10 0 0 1 10 -18z"} className="solid" />
      {opening !== null && (
        <rect
          className="stem"
          x={upright ? 20 : -10}
          y={upright ? 10 - 20 * opening : -35}
          width={upright ? 3 : 20 * opening}
          height={upright ? 20 * opening : 3}
        />
      )}
    </g>
  );
}
