/** The homes of the tags of the Wood-Berry column. */
import type { PageOf } from "./pageSpec";

export const woodBerryPage: PageOf<"wood-berry"> = {
  model: "wood-berry",
  drawing: ["distillate_methanol", "bottoms_methanol"],
  inputs: ["reflux_flow", "steam_flow", "feed_flow", "distillate_feed_dead_time", "bottoms_feed_dead_time"],
  loops: [
    { controlled: "distillate_methanol", manipulated: "reflux_flow" },
    { controlled: "bottoms_methanol", manipulated: "steam_flow" },
  ],
  internals: ["distillate_methanol_unclipped", "bottoms_methanol_unclipped"],
  pens: ["distillate_methanol", "bottoms_methanol", "reflux_flow", "steam_flow"],
};
