/** The drawing of a model, its own or the generic one. */
import type { ModelSpec } from "../../tags/model";
import { GenericDrawing } from "./generic/GenericDrawing";
import { sheetOf } from "./registry";
import { SheetDrawing } from "./SheetDrawing";

export function ModelDrawing({ model }: { model: ModelSpec }) {
  const sheet = sheetOf(model);
  return sheet ? <SheetDrawing graphic={sheet} /> : <GenericDrawing model={model} />;
}
