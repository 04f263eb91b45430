/** The panels beside the drawing: inputs, loops, disturbances, parameters and further values. */
import { useDenied } from "../access/rights";
import type { PageSpec } from "../graphics/pageSpec";
import { HeldControl } from "./HeldControl";
import { InterlockPanel } from "./InterlockPanel";
import { InternalValue } from "./InternalValue";
import { LoopPanel } from "./LoopPanel";
import { TagGroup } from "./TagGroup";

const FEW_LOOPS = 3;
const FEW = 4;

export function ControlPanel({ page }: { page: PageSpec }) {
  const control = (tag: string) => <HeldControl key={tag} tag={tag} />;
  const folded = page.loops.length > FEW_LOOPS;
  const still = useDenied("input");
  const engineers = useDenied("disturbance");
  return (
    <>
      {(still ?? engineers) && (
        <p className="panel denied" role="note">
          {still ?? `Disturbances and parameters: ${engineers}`}
        </p>
      )}
      <TagGroup name="Inputs" tags={page.inputs} show={control} open />
      {page.interlocks.length > 0 && <InterlockPanel tags={page.interlocks} />}
      {page.loops.length > 0 && (
        <section className="panel" aria-label="Loops">
          <h2>Loops</h2>
          {page.loops.map((loop) => (
            <LoopPanel key={`${loop.controlled} ${loop.manipulated}`} loop={loop} folded={folded} />
          ))}
        </section>
      )}
      <TagGroup
        name="Disturbances"
        tags={page.disturbances}
        show={control}
        open={page.disturbances.length <= FEW}
      />
      <TagGroup
        name="Parameters"
        tags={page.parameters}
        show={control}
        open={page.parameters.length <= FEW}
      />
      <TagGroup
        name="Internal values"
        tags={page.values}
        show={(tag) => <InternalValue key={tag} tag={tag} />}
        open={page.values.length <= 2 * FEW}
      />
    </>
  );
}
