/** A three-way valve that divides one flow in two. */
import type { Place } from "./shape";

export function SplitValve({ x, y }: Place) {
  return (
    <g transform={`translate(${x} ${y})`} className="equipment">
      <path d="M-15 -9V9L0 0zM15 -9V9L0 0zM-9 15H9L0 0z" className="solid" />
    </g>
  );
}
