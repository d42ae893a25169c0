// A state, its fields and a stage for tests that look at some of their parts.

import { DEFAULTS } from "./state.js";

/** @import { Field, Role, RunStatus, Stage, State } from "../../assets/js/contract.js" */

/** @type {(changes?: Partial<State>) => State} */
export const aState = (changes = {}) => ({
  ...DEFAULTS,
  upsample_dim: 64,
  lab_tensor: "[[1, 2]]",
  ...changes,
});

/** @type {(size: [number, number, number], changes?: Partial<Stage>) => Stage} */
export const aStage = ([height, width, channels], changes = {}) => ({
  name: "upsample1/conv2d_transpose",
  op: "conv2d_transpose",
  formula: "",
  block: "upsample1",
  detail: "",
  short: "conv2d",
  words: { code: "conv2d", params: {} },
  sources: [],
  layout: "mosaic",
  leads: {},
  shape: [1, height, width, channels],
  guessed: false,
  input_shape: [1, height, width, channels],
  parameters: 0,
  macs: 0,
  bytes: 0,
  low: { shape: [channels], data: new Float32Array(channels) },
  high: { shape: [channels], data: new Float32Array(channels).fill(1) },
  flat: { shape: [channels], data: new Uint8Array(channels) },
  map_shape: [height, width, channels],
  codes: {
    shape: [height, width, channels],
    data: new Uint8Array(height * width * channels),
  },
  thumbnail_step: 1,
  original: null,
  signed: false,
  many_flat: false,
  constant: 0,
  dead: 0,
  nan: 0,
  inf: 0,
  unknown: false,
  takes: "",
  endings: [],
  without: null,
  ...changes,
});

/** @type {(name: string, rest: Partial<Field>) => Field} */
export const aField = (name, rest) => ({
  name,
  default: 0,
  kind: "int",
  low: 0,
  high: 100,
  slider: null,
  choices: [],
  roles: [],
  section: null,
  ...rest,
});

// Fields of which only the roles count.
/** @type {(roles: Record<string, Role[]>) => Record<string, Field>} */
export const someFields = (roles) =>
  Object.fromEntries(
    Object.entries(roles).map(([name, own]) => [name, aField(name, { roles: own })]),
  );

/** @type {(speeds: number[], changes?: Partial<RunStatus>) => RunStatus} */
export const aRun = (speeds, changes = {}) => ({
  id: "a",
  state: "running",
  reason: "",
  failure: null,
  place: 0,
  settings: {
    upsample_dim: 8,
    kernel_size: 3,
    batch_size: 8,
    learning_rate: 0.001,
    steps: 1000,
    seed: 0,
  },
  fields: aState(),
  structure: {},
  seconds: 0,
  most_seconds: 1200,
  points: speeds.map((speed, at) => {
    return { step: at + 1, speed, generator: 0, discriminator: 0, realness: 0 };
  }),
  won: false,
  moments: [],
  ...changes,
});
