/** Which drawing and which homes of tags belong to a model; a model without them does not compile. */
import type { ComponentType } from "react";
import type { ModelId } from "../../tags/model";
import { EthyleneOxidationDrawing } from "./EthyleneOxidationDrawing";
import { ethyleneOxidationPage } from "./ethyleneOxidationPage";
import type { PageSpec } from "./pageSpec";
import { QuadrupleTankDrawing } from "./QuadrupleTankDrawing";
import { quadrupleTankPage } from "./quadrupleTankPage";
import { WoodBerryDrawing } from "./WoodBerryDrawing";
import { woodBerryPage } from "./woodBerryPage";

export interface Graphics {
  readonly page: PageSpec;
  readonly Drawing: ComponentType;
}

export const GRAPHICS: Readonly<Record<ModelId, Graphics>> = {
  "wood-berry": { page: woodBerryPage, Drawing: WoodBerryDrawing },
  "ethylene-oxidation": { page: ethyleneOxidationPage, Drawing: EthyleneOxidationDrawing },
  "quadruple-tank": { page: quadrupleTankPage, Drawing: QuadrupleTankDrawing },
};
