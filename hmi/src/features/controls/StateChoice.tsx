/** Chooses the state of a discrete tag: side by side when there are few, from a list when there are many. */
import { tagTitle } from "../../tags/model";
import { usePlant } from "../../tags/plant";
import { useTag } from "../../tags/useTag";
import { useDenied } from "../access/rights";
import { useWrite } from "./useWrite";
import { WriteNote } from "./WriteNote";

const SIDE_BY_SIDE = 3;

export function StateChoice({ tag, disabled = false }: { tag: string; disabled?: boolean }) {
  const { simId } = usePlant();
  const { value, spec } = useTag(tag);
  const { write, send } = useWrite(tag);
  const pending = write && write.state !== "refused" ? write.value : null;
  const at = pending ?? (value === null ? null : Math.round(value));
  const denied = useDenied(spec.role);
  const still = disabled || simId === null || denied !== null;
  return (
    <>
      {spec.states.length > SIDE_BY_SIDE ? (
        <select
          aria-label={tagTitle(tag)}
          disabled={still}
          value={at ?? ""}
          onChange={(event) => send(Number(event.target.value))}
        >
          {at === null && <option value="">---</option>}
          {spec.states.map((state, index) => (
            <option key={state} value={index}>
              {state}
            </option>
          ))}
        </select>
      ) : (
        <fieldset className={pending !== null ? "switch pending" : "switch"} disabled={still}>
          <legend>{tagTitle(tag)}</legend>
          {spec.states.map((state, index) => (
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
      )}
      {write?.state === "refused" && <WriteNote write={write} shown="" />}
    </>
  );
}
