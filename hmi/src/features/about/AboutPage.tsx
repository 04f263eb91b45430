/** What this is, which version answers, and where its other doors are. */
import { useTitle } from "../../app/useTitle";
import { engineUrl } from "../../lib/engine";
import { useSystem } from "../../lib/queries";
import { CopyText } from "../faceplate/CopyText";

export function AboutPage() {
  useTitle("About");
  const { data } = useSystem();
  return (
    <div className="column">
      <h1>About</h1>
      <section className="panel prose" aria-label="About this engine">
        <p>
          The Process Dynamics Engine simulates dynamic processes and offers them like a plant: over OPC UA,
          over REST and WebSocket, and on these pages.
        </p>
        <dl className="facts">
          <div>
            <dt>Version</dt>
            <dd>{data?.version ?? "unknown: the engine does not answer"}</dd>
          </div>
          <div>
            <dt>OPC UA</dt>
            <dd>
              {data?.opcua_endpoint ? (
                <CopyText text={data.opcua_endpoint} what="OPC UA endpoint" />
              ) : (
                "unknown"
              )}
            </dd>
          </div>
          <div>
            <dt>REST</dt>
            <dd>
              <a href={engineUrl("docs")}>API documentation</a>
            </dd>
          </div>
          {data?.grafana_url && (
            <div>
              <dt>Grafana</dt>
              <dd>
                <a href={data.grafana_url}>{data.grafana_url}</a>
              </dd>
            </div>
          )}
        </dl>
        <h2>Marks on these pages</h2>
        <dl className="facts">
          <div>
            <dt>---</dt>
            <dd>The quality is bad: there is no number to show.</dd>
          </div>
          <div>
            <dt>? and hatch</dt>
            <dd>Uncertain or stale: the number may no longer be true.</dd>
          </div>
          <div>
            <dt>1 in a red square</dt>
            <dd>A high-high or low-low limit is crossed.</dd>
          </div>
          <div>
            <dt>2 in an amber triangle</dt>
            <dd>A high or low limit is crossed.</dd>
          </div>
          <div>
            <dt>Diamond</dt>
            <dd>The setpoint: filled in auto, outlined in manual.</dd>
          </div>
          <div>
            <dt>Dashed box</dt>
            <dd>A nominal value: nothing runs.</dd>
          </div>
        </dl>
        <p className="muted">For training, research and tests. Not for safety functions.</p>
      </section>
    </div>
  );
}
