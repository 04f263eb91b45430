/** The trips of a plant: which have tripped, and the command that resets those whose cause has gone. */
import { tagTitle } from "../../tags/model";
import { usePlant } from "../../tags/plant";
import { useTag } from "../../tags/useTag";
import { useDenied } from "../access/rights";
import { RESET } from "../graphics/pageSpec";
import { useWrite } from "./useWrite";
import { WriteNote } from "./WriteNote";

export function InterlockPanel({ tags }: { tags: readonly string[] }) {
  return (
    <section className="panel" aria-label="Interlocks">
      <h2>Interlocks</h2>
      {tags.map((tag) => (tag === RESET ? <Reset key={tag} /> : <Trip key={tag} tag={tag} />))}
    </section>
  );
}

function Trip({ tag }: { tag: string }) {
  const { openFaceplate } = usePlant();
  const { kind, stale, text, violation, spec } = useTag(tag);
  return (
    <div className={`internal ${kind}${stale ? " stale" : ""}`} data-tag={tag}>
      <button type="button" className="tag-name" onClick={() => openFaceplate(tag)} title={spec.description}>
        {tagTitle(tag)}
      </button>
      <span className={violation ? "value tripped" : "value"}>
        {violation && "1 "}
        {text.toUpperCase()}
      </span>
    </div>
  );
}

function Reset() {
  const { simId } = usePlant();
  const { spec } = useTag(RESET);
  const { write, send } = useWrite(RESET);
  const denied = useDenied(spec.role);
  return (
    <div className="internal" data-tag={RESET} title={spec.description}>
      <button
        type="button"
        className="command"
        disabled={simId === null || denied !== null}
        onClick={() => send(1)}
      >
        Reset trips
      </button>
      {write?.state === "refused" && <WriteNote write={write} shown="" />}
    </div>
  );
}
