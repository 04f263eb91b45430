/** A jacketed vessel with an agitator; x is its middle, y the top of its shell. */
import type { Place } from "./shape";

interface StirredVesselProps extends Place {
  readonly width: number;
  readonly height: number;
}

const JACKET = 16;
const HEAD = 30;

export function StirredVessel({ x, y, width, height }: StirredVesselProps) {
  const w = width / 2;
  const shell = `M${-w} ${HEAD}a${w} ${HEAD} 0 0 1 ${width} 0V${height - HEAD}a${w} ${HEAD} 0 0 1 ${-width} 0z`;
  const jacket = `M${-w - JACKET} ${HEAD + 30}h${JACKET}V${height - HEAD}a${w} ${HEAD} 0 0 0 ${width} 0V${HEAD + 30}h${JACKET}V${height - HEAD}a${w + JACKET} ${HEAD + JACKET} 0 0 1 ${-width - 2 * JACKET} 0z`;
  return (
    <g transform={`translate(${x} ${y})`} className="equipment">
      <path d={jacket} className="solid" />
      <path d={shell} className="body" />
      <rect x="-15" y="-44" width="30" height="28" rx="3" className="solid" />
      <text y="-25" textAnchor="middle" className="motor-letter">
        M
      </text>
      <path d={`M0 -16V${height - HEAD - 22}`} />
      <path d={`M0 ${height - HEAD - 22}l-42 -13v26l84 -26v26z`} className="solid" />
    </g>
  );
}
