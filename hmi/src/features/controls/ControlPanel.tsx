/** The panels beside the drawing: inputs, loops and internal values. */
import { tagTitle } from "../../tags/model";
import { useTag } from "../../tags/useTag";
import type { LoopSpec, PageSpec } from "../graphics/pageSpec";
import { InternalValue } from "./InternalValue";
import { LoopPanel } from "./LoopPanel";
import { TagControl } from "./TagControl";

export function ControlPanel({ page }: { page: PageSpec }) {
  return (
    <>
      <section className="panel" aria-label="Inputs">
        <h2>Inputs</h2>
        {page.inputs.map((tag) => {
          const loop = page.loops.find((candidate) => candidate.manipulated === tag);
          return loop ? (
            <LoopedControl key={tag} tag={tag} loop={loop} />
          ) : (
            <TagControl key={tag} tag={tag} />
          );
        })}
      </section>
      {page.loops.length > 0 && (
        <section className="panel" aria-label="Loops">
          <h2>Loops</h2>
          {page.loops.map((loop) => (
            <LoopPanel key={loop.controlled} loop={loop} />
          ))}
        </section>
      )}
      {page.internals.length > 0 && (
        <section className="panel" aria-label="Internal values">
          <h2>Internal values</h2>
          {page.internals.map((tag) => (
            <InternalValue key={tag} tag={tag} />
          ))}
        </section>
      )}
    </>
  );
}

function LoopedControl({ tag, loop }: { tag: string; loop: LoopSpec }) {
  const mode = useTag(`${loop.controlled}_mode`);
  const held = mode.value !== null && mode.text !== "manual";
  return <TagControl tag={tag} heldBy={held ? tagTitle(loop.controlled).toLowerCase() : null} />;
}
