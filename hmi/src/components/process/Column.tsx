/** A tray column; x is its middle, y its top. */
import type { Place } from "./shape";

interface ColumnProps extends Place {
  readonly width: number;
  readonly height: number;
  readonly trays: number;
}

const HEAD = 22;

export function Column({ x, y, width, height, trays }: ColumnProps) {
  const left = x - width / 2;
  const spacing = (height - 3 * HEAD) / (trays - 1);
  return (
    <g className="equipment">
      <path
        className="body"
        d={`M${left} ${y + HEAD}a${width / 2} ${HEAD} 0 0 1 ${width} 0V${y + height - HEAD}a${width / 2} ${HEAD} 0 0 1 ${-width} 0z`}
      />
      {Array.from({ length: trays }, (_, tray) => {
        const height = y + 1.5 * HEAD + tray * spacing;
        const fromLeft = tray % 2 === 0;
        return (
          <path
            key={height}
            className="tray"
            d={fromLeft ? `M${left} ${height}h${width - 14}v9` : `M${left + width} ${height}h${14 - width}v9`}
          />
        );
      })}
    </g>
  );
}
