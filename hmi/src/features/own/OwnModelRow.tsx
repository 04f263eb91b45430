/** One own model in the list, with the command that takes it away after asking. */
import { Link } from "react-router";
import { ConfirmButton } from "../../app/ConfirmButton";
import { ErrorNote } from "../../app/ErrorNote";
import type { ModelSpec } from "../../tags/model";
import { useRefusal } from "../access/rights";
import { useRemoveModel } from "./useOwnModels";

export function OwnModelRow({ model }: { model: ModelSpec }) {
  const denied = useRefusal("engineer");
  const { mutate, error, isPending } = useRemoveModel();
  return (
    <li data-own={model.id}>
      <span>
        <Link to={`/models/${model.id}`}>{model.name}</Link> <code>{model.id}</code>{" "}
        <span className="muted">{Object.keys(model.tags).length} tags</span>
      </span>
      <ConfirmButton
        title="Delete"
        label={`Delete ${model.name}`}
        question="Delete it?"
        disabled={isPending}
        reason={denied}
        act={() => mutate(model.id)}
      />
      <ErrorNote error={error} />
    </li>
  );
}
