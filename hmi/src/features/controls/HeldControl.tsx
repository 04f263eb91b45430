/** An input's control that tells which loop moves it while that loop is not in manual. */
import { type LoopSpec, tagTitle } from "../../tags/model";
import { usePlant } from "../../tags/plant";
import { useTag } from "../../tags/useTag";
import { TagControl } from "./TagControl";

export function HeldControl({ tag }: { tag: string }) {
  const { model } = usePlant();
  const loop = model.loops.find((candidate) => candidate.manipulated === tag);
  return loop ? <LoopedControl tag={tag} loop={loop} /> : <TagControl tag={tag} />;
}

function LoopedControl({ tag, loop }: { tag: string; loop: LoopSpec }) {
  const mode = useTag(`${loop.controlled}_mode`);
  const held = mode.value !== null && mode.text !== "manual";
  return (
    <TagControl tag={tag} heldBy={held ? tagTitle(loop.controlled).toLowerCase() : null} heldIn={mode.text} />
  );
}
