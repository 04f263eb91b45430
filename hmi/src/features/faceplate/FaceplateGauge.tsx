/** The moving indicator at full width with its range written below it. */
import { BAR_HEIGHT, MovingIndicator } from "../../components/instrument/MovingIndicator";
import { formatShort } from "../../lib/format";
import { operatingWindow } from "../../tags/operatingWindow";
import type { TagView } from "../../tags/useTag";

const WIDTH = 320;

export function FaceplateGauge({ view }: { view: TagView }) {
  const [low, high] = operatingWindow(view.spec);
  return (
    <svg viewBox={`-10 -10 ${WIDTH + 20} 44`} className="gauge" aria-hidden="true">
      <MovingIndicator view={view} width={WIDTH} />
      <text x="0" y={BAR_HEIGHT + 16} className="gauge-end">
        {formatShort(low)}
      </text>
      <text x={WIDTH} y={BAR_HEIGHT + 16} textAnchor="end" className="gauge-end">
        {formatShort(high)}
      </text>
    </svg>
  );
}
