/** Why an input takes no value now: an interlock forces it, or a loop moves it. */
import { tagWords } from "../../tags/model";
import { usePlant } from "../../tags/plant";
import { useLive } from "../../tags/useLive";
import { NO_NUMBER, useTag } from "../../tags/useTag";

export function useHeld(tag: string): string | null {
  const { model, simId } = usePlant();
  const loop = model.loops.find((each) => each.manipulated === tag);
  const moving = useTag(`${loop?.controlled ?? ""}_mode`);
  const own = useTag(tag.replace(/_setpoint$/, "_mode"));
  const trip = useLive((state) =>
    model.interlocks.find(
      ({ name, forces }) => forces.includes(tag) && state.values[`${simId}.${name}`]?.value === 1,
    ),
  );
  if (trip) return `Held by ${tagWords(trip.name)}`;
  if (!loop || [NO_NUMBER, "manual"].includes(moving.text)) return null;
  if (tag.endsWith("_setpoint") && own.text !== "cascade") return null;
  return `Moved by the loop of ${tagWords(loop.controlled)} (${moving.text})`;
}
