/** The mark of a crossed limit: colour, shape, digit and letters, so that no one of them matters alone. */
import type { Violation } from "../../tags/limits";

const SHAPES = { 1: "M-8 -8H8V8H-8z", 2: "M0 -9 10 8H-10z" } as const;

/** Centred on its place within an SVG; `beside` puts the letters right of the shape. */
export function AlarmMark({ violation, x = 0, y = 0 }: { violation: Violation; x?: number; y?: number }) {
  return (
    <g
      transform={`translate(${x} ${y})`}
      className={`alarm p${violation.priority}`}
      data-alarm={violation.mark}
    >
      <path d={SHAPES[violation.priority]} />
      <text y={violation.priority === 1 ? 4 : 6} textAnchor="middle" className="alarm-digit">
        {violation.priority}
      </text>
      <text x="13" y="4" className="alarm-letters">
        {violation.mark}
      </text>
    </g>
  );
}
