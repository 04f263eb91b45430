/** A model's drawing, small and without its instruments, as its picture. */
import { memo } from "react";
import type { ModelSpec } from "../../tags/model";
import { PlantProvider } from "../../tags/plant";
import { GenericThumbnail } from "./generic/GenericThumbnail";
import { sheetOf } from "./registry";
import { SheetDrawing } from "./SheetDrawing";

const ignore = () => undefined;

export const Thumbnail = memo(function Thumbnail({ model }: { model: ModelSpec }) {
  const sheet = sheetOf(model);
  return (
    <div className="thumbnail" inert aria-hidden="true" title={model.name}>
      <PlantProvider model={model} simId={null} openFaceplate={ignore}>
        {sheet ? <SheetDrawing graphic={sheet} plain /> : <GenericThumbnail model={model} />}
      </PlantProvider>
    </div>
  );
});
