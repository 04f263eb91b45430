/** A tag's control that tells what moves the tag while it takes no value by hand. */
import { TagControl } from "./TagControl";
import { useHeld } from "./useHeld";

export function HeldControl({ tag, title }: { tag: string; title?: string }) {
  return <TagControl tag={tag} held={useHeld(tag)} {...(title ? { title } : {})} />;
}
