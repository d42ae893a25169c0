// What is drawn in each place of Gradio's, by its name in explorer/ui/page.py and ui/pages/.

import { AlertsPlace } from "./alerts.js";
import { Blank } from "./blank.js";
import { Diagnostics } from "./diagnostics.js";
import { Gifts } from "./gifts.js";
import { Header } from "./header.js";
import { LabPlace } from "./lab/lab.js";
import { Latent } from "./latent.js";
import { StageBeside } from "./maps/beside.js";
import { StageTitle } from "./maps/title.js";
import { StageTold } from "./maps/told.js";
import { MapsPage } from "./pages/maps.js";
import { OutputPage } from "./pages/output.js";
import { OverlapPage } from "./pages/overlap.js";
import { PaddingPage } from "./pages/padding.js";
import { ShapesPage } from "./pages/shapes.js";
import { TrainPage } from "./pages/train.js";
import { Pipeline } from "./pipeline.js";
import { Skip } from "./skip.js";
import { StageChanges } from "./stage_changes.js";
import { Losses } from "./train/losses.js";
import { Moments } from "./train/moments.js";
import { WeightsNotice } from "./weights_notice.js";

/** @import { Given, Part } from "./main.js" */

// A page's part is given views of its own page alone.
export const PLACES = /** @type {Record<string, new (given: Given) => Part>} */ (
  /** @type {unknown} */ ({
    skip: Skip,
    header: Header,
    pipeline: Pipeline,
    weights_notice: WeightsNotice,
    diagnostics: Diagnostics,
    alerts: AlertsPlace,
    latent: Latent,
    gifts: Gifts,
    stage_changes: StageChanges,
    lab: LabPlace,
    "maps/title": StageTitle,
    "maps/told": StageTold,
    "maps/numbers": StageBeside,
    blank: Blank,
    "pages/maps": MapsPage,
    "pages/output": OutputPage,
    "pages/overlap": OverlapPage,
    "pages/padding": PaddingPage,
    "pages/shapes": ShapesPage,
    "pages/train": TrainPage,
    "train/moments": Moments,
    "train/losses": Losses,
  })
);
