/** A shell-and-tube exchanger lying on its side; x and y name its middle. */
import type { Place } from "./shape";

interface ShellProps extends Place {
  readonly width: number;
  readonly height: number;
  readonly tubes?: number;
}

export function ShellAndTube({ x, y, width, height, tubes = 4 }: ShellProps) {
  const w = width / 2;
  const h = height / 2;
  const sheet = w - h * 0.7;
  return (
    <g transform={`translate(${x} ${y})`} className="equipment">
      <path
        className="body"
        d={`M${-sheet} ${-h}H${sheet}a${h * 0.7} ${h} 0 0 1 0 ${height}H${-sheet}a${h * 0.7} ${h} 0 0 1 0 ${-height}z`}
      />
      <path d={`M${-sheet} ${-h}V${h}M${sheet} ${-h}V${h}`} />
      {Array.from({ length: tubes }, (_, tube) => {
        const at = -h + ((tube + 1) * height) / (tubes + 1);
        return <path key={at} className="tray" d={`M${-sheet} ${at}H${sheet}`} />;
      })}
    </g>
  );
}
