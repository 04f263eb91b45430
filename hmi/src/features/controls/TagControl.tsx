/** The home of a tag that is moved by hand: its value, a slider, an entry, and what became of the last write. */
import { formatShort } from "../../lib/format";
import { tagTitle } from "../../tags/model";
import { usePlant } from "../../tags/plant";
import { useTag } from "../../tags/useTag";
import { TagEntry } from "./TagEntry";
import { TagSlider } from "./TagSlider";
import { useWrite } from "./useWrite";
import { WriteNote } from "./WriteNote";

interface TagControlProps {
  readonly tag: string;
  readonly title?: string;
  readonly slider?: boolean;
  /** Why it cannot be moved now, such as a loop in auto. */
  readonly heldBy?: string | null;
}

export function TagControl({ tag, title, slider = true, heldBy = null }: TagControlProps) {
  const { simId, openFaceplate } = usePlant();
  const view = useTag(tag);
  const { write, send } = useWrite(tag);
  const disabled = simId === null || heldBy !== null;
  const pending = write && write.state !== "refused" ? write.value : null;
  return (
    <div className={`tag-control ${view.kind}${view.stale ? " stale" : ""}`} data-tag={tag}>
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
      <TagEntry view={view} pending={pending} disabled={disabled} send={send} />
      {slider ? (
        <TagSlider view={view} pending={pending} disabled={disabled} send={send} />
      ) : (
        <span className="range-note">
          {formatShort(view.spec.low)} … {formatShort(view.spec.high)}
        </span>
      )}
      {heldBy && <p className="held-note">Moved by the loop of {heldBy} (auto)</p>}
      <WriteNote write={write} shown={`${formatShort(write?.value ?? 0)} ${view.spec.unit}`.trim()} />
    </div>
  );
}
