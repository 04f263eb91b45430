/** The write of a tag that is under way or was refused, and the function that sends one. */
import { useStore } from "zustand";
import { usePlant } from "../../tags/plant";
import { dismissWrite, writeStore, writeTag } from "../../tags/writes";

export function useWrite(tag: string) {
  const { simId } = usePlant();
  const name = `${simId}.${tag}`;
  const write = useStore(writeStore, (writes) => writes[name]);
  return {
    write,
    send: (value: number) => {
      if (simId) void writeTag(simId, tag, value);
    },
    dismiss: () => dismissWrite(name),
  };
}
