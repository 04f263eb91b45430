/** What the user may do here; the engine decides, the pages tell beforehand. */
import { useMe } from "../../lib/queries";
import type { Me } from "../../lib/schemas";
import type { Role as TagRole } from "../../tags/model";
import { type Owned, usePlant } from "../../tags/plant";

export type Right = Me["rights"][number];

/** The right that moving a tag of this role takes. */
export function rightToWrite(role: TagRole): Right {
  return role === "input" ? "operate" : "engineer";
}

const ROLES: Readonly<Record<Me["role"], string>> = {
  viewer: "a viewer",
  operator: "an operator",
  engineer: "an engineer",
  admin: "an administrator",
};

function who({ name, role }: Me): string {
  return `${name === null ? "whoever has not signed in is" : "you are"} ${ROLES[role]}`;
}

/** Why this user may not do what takes the right, with this simulation if one is named; null when allowed. */
export function refusal(me: Me | undefined, right: Right, simulation?: Owned): string | null {
  if (!me) return null;
  if (!me.rights.includes(right)) return `Needs the right to ${right}: ${who(me)}.`;
  if (!simulation || mayChange(me, simulation)) return null;
  const whose = simulation.owner ? `belongs to ${simulation.owner}` : "is open to engineers only";
  return `${simulation.sim_id} ${whose} and is ${simulation.sharing}: you may look at it, not change it.`;
}

function mayChange(me: Me, simulation: Owned): boolean {
  return simulation.sharing === "open" || decides(me, simulation);
}

/** Whether the user decides who else may see and change a simulation. */
export function decides(me: Me, { owner }: Owned): boolean {
  return me.supervises || (me.name !== null && me.name === owner);
}

export function useRefusal(right: Right, simulation?: Owned): string | null {
  return refusal(useMe(), right, simulation);
}

/** Why this user may not move tags of this role in the plant shown. */
export function useDenied(role: TagRole): string | null {
  const { simId, owned } = usePlant();
  const reason = useRefusal(rightToWrite(role), owned);
  return simId === null ? null : reason;
}
