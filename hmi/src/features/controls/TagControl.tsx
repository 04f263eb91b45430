/** The home of a tag that is moved by hand: its value, a slider, an entry, and what became of the last write. */
import { formatShort } from "../../lib/format";
import { useHome } from "../../tags/home";
import { tagTitle } from "../../tags/model";
import { usePlant } from "../../tags/plant";
import { useTag } from "../../tags/useTag";
import { useDenied } from "../access/rights";
import { StateChoice } from "./StateChoice";
import { TagEntry } from "./TagEntry";
import { TagSlider } from "./TagSlider";
import { useWrite } from "./useWrite";
import { WriteNote } from "./WriteNote";

interface TagControlProps {
  readonly tag: string;
  readonly title?: string;
  readonly slider?: boolean;
  /** Why it takes no value now, such as a loop in auto. */
  readonly held?: string | null;
}

/** A range, such as that of a seed, that no slider can be set within. */
const WIDEST = 1e8;

export function TagControl({ tag, title, slider = true, held = null }: TagControlProps) {
  const { simId, openFaceplate } = usePlant();
  const home = useHome(tag);
  const view = useTag(tag);
  const { write, send } = useWrite(tag);
  const denied = useDenied(view.spec.role);
  const disabled = simId === null || held !== null || denied !== null;
  const pending = write && write.state !== "refused" ? write.value : null;
  const discrete = view.spec.states.length > 0;
  const sliding = slider && view.spec.high - view.spec.low <= WIDEST;
  return (
    <div
      className={`tag-control ${view.kind}${view.stale ? " stale" : ""}`}
      {...home}
      {...(denied ? { title: denied } : {})}
    >
      <button
        type="button"
        className="tag-name"
        onClick={() => openFaceplate(tag)}
        title={view.spec.description}
      >
        {title ?? tagTitle(tag)}
        {(view.kind === "uncertain" || view.stale) && <span className="quality-word"> ?</span>}
        {view.kind === "bad" && <span className="quality-word"> bad</span>}
      </button>
      {discrete ? (
        <StateChoice tag={tag} disabled={disabled} />
      ) : (
        <TagEntry view={view} pending={pending} disabled={disabled} send={send} />
      )}
      {!discrete && sliding && <TagSlider view={view} pending={pending} disabled={disabled} send={send} />}
      {!discrete && !sliding && (
        <span className="range-note">
          {formatShort(view.spec.low)} … {formatShort(view.spec.high)}
        </span>
      )}
      {held && <p className="held-note">{held}</p>}
      {!discrete && (
        <WriteNote write={write} shown={`${formatShort(write?.value ?? 0)} ${view.spec.unit}`.trim()} />
      )}
    </div>
  );
}
