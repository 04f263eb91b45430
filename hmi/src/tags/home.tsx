/** Marks where a tag is shown: its one home on a page, or a repetition of it, such as in a faceplate. */
import { createContext, type ReactNode, useContext } from "react";

const Repetition = createContext(false);

export function Repeated({ children }: { children: ReactNode }) {
  return <Repetition value={true}>{children}</Repetition>;
}

export function useRepeated(): boolean {
  return useContext(Repetition);
}

/** The attribute that an element showing this tag carries. */
export function useHome(tag: string): { "data-tag": string } | { "data-repeat": string } {
  return useRepeated() ? { "data-repeat": tag } : { "data-tag": tag };
}
