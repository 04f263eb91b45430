/** The picture of a model without a sheet: a block with as many arrows as it has inputs and outputs. */
import { Pipe } from "../../../components/process/Pipe";
import { ProcessCanvas } from "../../../components/process/ProcessCanvas";
import { type ModelSpec, tagSpec } from "../../../tags/model";
import { pageOf } from "../pageSpec";

const MOST = 8;
const TOP = 60;
const TALL = 340;

export function GenericThumbnail({ model }: { model: ModelSpec }) {
  const inputs = pageOf(model, []).inputs.length;
  const outputs = Object.keys(model.tags).filter((tag) => tagSpec(model, tag).role === "output").length;
  return (
    <ProcessCanvas label={model.name}>
      <g className="equipment">
        <rect className="body" x="330" y={TOP} width="340" height={TALL} rx="24" />
      </g>
      <path className="thumbnail-curve" d="M380 300h60c40 0 40-130 90-130s30 90 90 70" />
      {arrows(inputs).map((y) => (
        <Pipe key={y} points={`150,${y} 330,${y}`} arrow />
      ))}
      {arrows(outputs).map((y) => (
        <Pipe key={y} points={`670,${y} 850,${y}`} arrow />
      ))}
    </ProcessCanvas>
  );
}

function arrows(count: number): number[] {
  const shown = Math.min(MOST, count);
  return Array.from({ length: shown }, (_, index) => TOP + ((index + 0.5) * TALL) / shown);
}
