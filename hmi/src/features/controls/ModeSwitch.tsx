/** The switch of a loop between manual and auto. */
import { tagTitle } from "../../tags/model";
import { usePlant } from "../../tags/plant";
import { useTag } from "../../tags/useTag";
import { useWrite } from "./useWrite";
import { WriteNote } from "./WriteNote";

export function ModeSwitch({ tag }: { tag: string }) {
  const { simId } = usePlant();
  const view = useTag(tag);
  const { write, send } = useWrite(tag);
  const pending = write && write.state !== "refused" ? write.value : null;
  const at = pending ?? (view.value === null ? null : Math.round(view.value));
  return (
    <div className="mode" data-tag={tag}>
      <fieldset className={pending !== null ? "switch pending" : "switch"} disabled={simId === null}>
        <legend>{tagTitle(tag)}</legend>
        {view.spec.states.map((state, index) => (
          <label key={state} className={at === index ? "chosen" : ""}>
            <input
              type="radio"
              name={`${simId}.${tag}`}
              checked={at === index}
              onChange={() => send(index)}
            />
            {state}
          </label>
        ))}
      </fieldset>
      {write?.state === "refused" && <WriteNote write={write} shown="" />}
    </div>
  );
}
