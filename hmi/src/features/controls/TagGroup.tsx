/** A panel of tags of one kind: folds away, and finds a tag by a part of its name when there are many. */
import { type ReactNode, useState } from "react";
import { tagTitle } from "../../tags/model";

interface TagGroupProps {
  readonly name: string;
  readonly tags: readonly string[];
  readonly show: (tag: string) => ReactNode;
  readonly open: boolean;
}

const MANY = 12;

export function TagGroup({ name, tags, show, open }: TagGroupProps) {
  const [wanted, setWanted] = useState("");
  if (tags.length === 0) return null;
  const fits = (tag: string) => tagTitle(tag).toLowerCase().includes(wanted.trim().toLowerCase());
  return (
    <section className="panel" aria-label={name}>
      <details className="tag-group" open={open}>
        <summary>
          <h2>
            {name} <span className="count">{tags.length}</span>
          </h2>
        </summary>
        {tags.length > MANY && (
          <input
            type="text"
            className="tag-search"
            placeholder="Find …"
            aria-label={`Find among ${name.toLowerCase()}`}
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
          />
        )}
        {tags.filter(fits).map(show)}
      </details>
    </section>
  );
}
