/** The switch of a loop between manual and auto. */
import { useHome } from "../../tags/home";
import { StateChoice } from "./StateChoice";

export function ModeSwitch({ tag }: { tag: string }) {
  return (
    <div className="mode" {...useHome(tag)}>
      <StateChoice tag={tag} />
    </div>
  );
}
