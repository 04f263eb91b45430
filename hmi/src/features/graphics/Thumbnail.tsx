/** A model's own drawing, small and at rest, as its picture. */
import { type ModelId, modelSpec } from "../../tags/model";
import { PlantProvider } from "../../tags/plant";
import { GRAPHICS } from "./registry";

const ignore = () => undefined;

export function Thumbnail({ model }: { model: ModelId }) {
  const { Drawing } = GRAPHICS[model];
  return (
    <div className="thumbnail" inert aria-hidden="true" title={modelSpec(model).name}>
      <PlantProvider modelId={model} simId={null} openFaceplate={ignore}>
        <Drawing />
      </PlantProvider>
    </div>
  );
}
