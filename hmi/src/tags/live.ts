/** The page's one live connection, outside React so that no re-render or second mount touches the socket. */
import { liveUrl } from "../lib/engine";
import { askWho, refreshAlarms, refreshRecords } from "../lib/queries";
import { LiveConnection } from "./liveConnection";

export const live = new LiveConnection(
  liveUrl,
  (event) => (event.kind === "alarm" ? refreshAlarms() : refreshRecords()),
  askWho,
);
