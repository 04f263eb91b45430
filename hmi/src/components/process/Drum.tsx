/** A horizontal drum with dished ends. */
import type { Place } from "./shape";

interface DrumProps extends Place {
  readonly width: number;
  readonly height: number;
}

export function Drum({ x, y, width, height }: DrumProps) {
  const h = height / 2;
  const straight = width / 2 - h * 0.6;
  return (
    <path
      className="equipment body"
      transform={`translate(${x} ${y})`}
      d={`M${-straight} ${-h}H${straight}a${h * 0.6} ${h} 0 0 1 0 ${height}H${-straight}a${h * 0.6} ${h} 0 0 1 0 ${-height}z`}
    />
  );
}
