/** What a model is made of: sources, loops and the table of its tags. */
import { engineUrl } from "../../lib/engine";
import { formatNumber, formatShort } from "../../lib/format";
import { type ModelSpec, type TagSpec, tagTitle } from "../../tags/model";

export function ModelFacts({ model }: { model: ModelSpec }) {
  return (
    <>
      <section className="panel prose" aria-label="About this model">
        <h2>About</h2>
        {model.sources.length > 0 && (
          <ul className="sources">
            {model.sources.map((source) => (
              <li key={source}>{source}</li>
            ))}
          </ul>
        )}
        <p>
          <a href={engineUrl(`api/models/${model.id}/documentation`)}>Documentation (Markdown)</a> ·{" "}
          <a href={engineUrl(`api/models/${model.id}/nodeset`)}>OPC UA NodeSet</a> ·{" "}
          <a href={engineUrl(`api/models/${model.id}`)}>Description (JSON)</a> ·{" "}
          <a href={engineUrl("docs")}>API documentation</a>
        </p>
      </section>
      <Texts model={model} />
      <LoopTable model={model} />
      <TagTable model={model} />
    </>
  );
}

function Texts({ model: { exercises, documentation } }: { model: ModelSpec }) {
  return (
    <>
      {exercises.length > 0 && (
        <section className="panel prose" aria-label="Exercises">
          <h2>Exercises</h2>
          <ol className="exercises">
            {exercises.map((exercise) => (
              <li key={exercise}>{exercise}</li>
            ))}
          </ol>
        </section>
      )}
      {documentation && (
        <section className="panel" aria-label="Documentation">
          <details className="tag-group">
            <summary>
              <h2>Equations and figures</h2>
            </summary>
            <pre className="documentation">{documentation}</pre>
          </details>
        </section>
      )}
    </>
  );
}

function LoopTable({ model: { loops } }: { model: ModelSpec }) {
  if (loops.length === 0) return null;
  return (
    <section className="panel" aria-label="Loops of this model">
      <h2>Loops</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Controlled</th>
            <th scope="col">Manipulated</th>
          </tr>
        </thead>
        <tbody>
          {loops.map(({ controlled, manipulated }) => (
            <tr key={`${controlled} ${manipulated}`}>
              <th scope="row">{tagTitle(controlled)}</th>
              <td>{tagTitle(manipulated)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function TagTable({ model: { tags } }: { model: ModelSpec }) {
  const entries = Object.entries(tags);
  return (
    <section className="panel" aria-label="Tags of this model">
      <details className="tag-group">
        <summary>
          <h2>
            Tags <span className="count">{entries.length}</span>
          </h2>
        </summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls sideways, also by keyboard */}
        <section className="table-scroll" tabIndex={0} aria-label="Table of tags">
          <table>
            <thead>
              <tr>
                <th scope="col">Tag</th>
                <th scope="col">Role</th>
                <th scope="col">Range</th>
                <th scope="col">Unit</th>
                <th scope="col">Nominal</th>
                <th scope="col">Instrument</th>
                <th scope="col">What it is</th>
              </tr>
            </thead>
            <tbody>
              {entries.map(([name, spec]) => (
                <TagRow key={name} name={name} spec={spec} />
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </section>
  );
}

function TagRow({ name, spec }: { name: string; spec: TagSpec }) {
  return (
    <tr>
      <th scope="row">
        <code>{name}</code>
      </th>
      <td>{spec.role}</td>
      <td className="number">
        {spec.states.length > 0
          ? spec.states.join(", ")
          : `${formatShort(spec.low)} … ${formatShort(spec.high)}`}
      </td>
      <td>{spec.unit}</td>
      <td className="number">{spec.states[spec.nominal] ?? formatNumber(spec.nominal, spec.digits)}</td>
      <td>{spec.label.replace("_", " ")}</td>
      <td className="tag-text">{spec.description}</td>
    </tr>
  );
}
