/** An operator display made from a model's description alone: inputs, equipment with its loops, outputs. */
import { useElementSize } from "@mantine/hooks";
import { useMemo } from "react";
import { Profile } from "../../../components/instrument/Profile";
import { type ModelSpec, tagTitle } from "../../../tags/model";
import { HeldControl } from "../../controls/HeldControl";
import { GenericMiddle } from "./GenericMiddle";
import { genericLayout, type PlacedKind } from "./layout";
import { OutputCard } from "./OutputCard";

const SPARKLINES = 8;

export function GenericDrawing({ model }: { model: ModelSpec }) {
  const layout = useMemo(() => genericLayout(model), [model]);
  const { ref, width } = useElementSize<HTMLDivElement>();
  return (
    <div className={`generic${layout.dense ? " dense" : ""}`} style={{ minHeight: layout.height }}>
      <div className="generic-inputs">
        {layout.inputs.map(({ tag }) => (
          <HeldControl key={tag} tag={tag} />
        ))}
      </div>
      <div className="generic-middle" ref={ref}>
        <GenericMiddle model={model} layout={layout} width={Math.max(160, width || 320)} />
      </div>
      <div className="generic-outputs">
        {layout.profiles.map((kind) => (
          <ProfileCard key={kind.stem} kind={kind} />
        ))}
        {layout.outputs.map(({ tag }, index) => (
          <OutputCard key={tag} tag={tag} dense={layout.dense} trend={index < SPARKLINES} />
        ))}
      </div>
    </div>
  );
}

function ProfileCard({ kind: { stem, tags, height } }: { kind: PlacedKind }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG group of bars, not a form
    <svg
      className="generic-profile"
      viewBox={`0 0 300 ${height}`}
      style={{ height }}
      role="group"
      aria-label={`Profile of ${tagTitle(stem).toLowerCase()}`}
    >
      <Profile
        x={8}
        y={32}
        width={270}
        height={height - 40}
        tags={tags}
        title={`${tagTitle(stem)} 1 … ${tags.length}`}
      />
    </svg>
  );
}
