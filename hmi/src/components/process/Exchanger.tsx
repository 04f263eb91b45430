/** A heat exchanger: a circle with the heating or cooling medium's zigzag. */
import type { Place } from "./shape";

export function Exchanger({ x, y, radius = 26 }: Place & { readonly radius?: number }) {
  const r = radius;
  return (
    <g transform={`translate(${x} ${y})`} className="equipment">
      <circle r={r} className="body" />
      <path
        d={`M${-r - 10} 0H${-r * 0.45}L${-r * 0.15} ${-r * 0.5} ${r * 0.2} ${r * 0.5} ${r * 0.45} 0H${r + 10}`}
      />
    </g>
  );
}
