/** The home of an internal value: name, number and unit in one line. */
import { tagTitle } from "../../tags/model";
import { usePlant } from "../../tags/plant";
import { useTag } from "../../tags/useTag";

export function InternalValue({ tag }: { tag: string }) {
  const { openFaceplate } = usePlant();
  const view = useTag(tag);
  return (
    <div className={`internal ${view.kind}${view.stale ? " stale" : ""}`} data-tag={tag}>
      <button
        type="button"
        className="tag-name"
        onClick={() => openFaceplate(tag)}
        title={view.spec.description}
      >
        {tagTitle(tag)}
      </button>
      <span className="value">
        {(view.kind === "uncertain" || view.stale) && "? "}
        {view.text} <span className="muted">{view.spec.unit}</span>
      </span>
    </div>
  );
}
