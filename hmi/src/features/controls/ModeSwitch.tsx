/** The switch of a loop between manual and auto. */
import { StateChoice } from "./StateChoice";

export function ModeSwitch({ tag }: { tag: string }) {
  return (
    <div className="mode" data-tag={tag}>
      <StateChoice tag={tag} />
    </div>
  );
}
