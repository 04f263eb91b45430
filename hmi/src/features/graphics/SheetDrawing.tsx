/** Draws a model's own graphic from its sheet; as a thumbnail without the instruments. */
import { ProcessCanvas } from "../../components/process/ProcessCanvas";
import type { Graphic } from "./kit";

export function SheetDrawing({ graphic, plain = false }: { graphic: Graphic; plain?: boolean }) {
  const items = plain ? graphic.items.filter((item) => !item.fine) : graphic.items;
  return (
    <ProcessCanvas label={graphic.label} {...(graphic.size ? { size: graphic.size } : {})}>
      {items.map(({ element }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the items of a sheet never change
        <g key={index}>{element}</g>
      ))}
    </ProcessCanvas>
  );
}
