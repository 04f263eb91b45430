/** The name of a stream where it enters or leaves the sheet, or of a piece of equipment. */
import type { Place } from "./shape";

interface StreamLabelProps extends Place {
  readonly text: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly equipment?: boolean;
}

export function StreamLabel({ x, y, text, anchor = "start", equipment = false }: StreamLabelProps) {
  return (
    <text x={x} y={y} textAnchor={anchor} className={equipment ? "equipment-label" : "stream-label"}>
      {text}
    </text>
  );
}
