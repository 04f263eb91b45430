/** Which drawing belongs to a model: its own sheet, or for every other model the generic one. */
import type { ModelSpec } from "../../tags/model";
import { genericTags } from "./generic/layout";
import type { Graphic } from "./kit";
import { type PageSpec, pageOf } from "./pageSpec";
import { boilerTurbine } from "./sheets/boilerTurbine";
import { columnA } from "./sheets/columnA";
import { crystBatch } from "./sheets/crystBatch";
import { cstrExotherm } from "./sheets/cstrExotherm";
import { dcMotor } from "./sheets/dcMotor";
import { drumBoiler } from "./sheets/drumBoiler";
import { ethyleneOxidation } from "./sheets/ethyleneOxidation";
import { evaporator } from "./sheets/evaporator";
import { heatExchanger } from "./sheets/heatExchanger";
import { penicillinFedbatch } from "./sheets/penicillinFedbatch";
import { phNeutralisation } from "./sheets/phNeutralisation";
import { polySemibatch } from "./sheets/polySemibatch";
import { quadrupleTank } from "./sheets/quadrupleTank";
import { shellHof } from "./sheets/shellHof";
import { surgeTank } from "./sheets/surgeTank";
import { tclab } from "./sheets/tclab";
import { tennesseeEastman } from "./sheets/tennesseeEastman";
import { vanDeVusse } from "./sheets/vanDeVusse";
import { williamsOtto } from "./sheets/williamsOtto";
import { woodBerry } from "./sheets/woodBerry";

export const SHEETS: readonly Graphic[] = [
  woodBerry,
  ethyleneOxidation,
  columnA,
  quadrupleTank,
  tennesseeEastman,
  cstrExotherm,
  vanDeVusse,
  phNeutralisation,
  evaporator,
  drumBoiler,
  shellHof,
  williamsOtto,
  tclab,
  polySemibatch,
  crystBatch,
  penicillinFedbatch,
  boilerTurbine,
  heatExchanger,
  dcMotor,
  surgeTank,
];

const BY_MODEL: ReadonlyMap<string, Graphic> = new Map(SHEETS.map((sheet) => [sheet.model, sheet]));

export function shownTags(graphic: Graphic): string[] {
  return graphic.items.flatMap((item) => item.tags);
}

/** The model's own sheet; null when there is none, or when it shows what this engine's model does not have. */
export function sheetOf(model: ModelSpec): Graphic | null {
  const sheet = BY_MODEL.get(model.id);
  return sheet && shownTags(sheet).every((tag) => tag in model.tags) ? sheet : null;
}

const TALL = 500;

/** Whether the drawing needs the height of the screen for itself. */
export function isTall(model: ModelSpec): boolean {
  return (sheetOf(model)?.size?.height ?? 0) > TALL;
}

export function pageFor(model: ModelSpec): PageSpec {
  const sheet = sheetOf(model);
  if (!sheet) return pageOf(model, genericTags(model));
  const drawn = shownTags(sheet).filter((tag) => !model.tags[tag]?.writable);
  return pageOf(model, drawn, sheet.pens);
}
