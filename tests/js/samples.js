// A state, its fields and a stage for tests that look at some of their parts.

/** @import { Field, Role, RunStatus, Stage, State } from "../../assets/js/contract.js" */

/** @type {(changes?: Partial<State>) => State} */
export const aState = (changes = {}) => ({
  noise_dim: 128,
  upsample_dim: 64,
  kernel_size: 5,
  C: 3,
  actv: "relu",
  training: false,
  base_height: 4,
  base_width: 8,
  upsample_blocks: 3,
  stride: 2,
  output_kernel: 7,
  paddings: "0,0,3,3,3,3,0,0",
  pad_mode: "REFLECT",
  bn_position: "after",
  kernel_initializer: "glorot_uniform",
  z_seed: 0,
  batch_size: 1,
  z_scale: 1,
  z_data: "",
  z_edits: "",
  weights_seed: 0,
  weights: "untrained",
  carry: "carried",
  reuse: true,
  device: "auto",
  page: "maps",
  stage: "upsample1/conv2d_transpose",
  item: 0,
  channel: -1,
  z_dim: 0,
  pad_channel: 0,
  other_mode: "none",
  output_channel: 0,
  range: "stage",
  frozen_low: -1,
  frozen_high: 1,
  colormap: "auto",
  rgb_mapping: "auto",
  red: 0,
  green: 1,
  blue: 2,
  cell: "",
  trail: "",
  source_channel: -1,
  origins: false,
  kernels: false,
  block: 3,
  lab_source: "example",
  lab_stage: "upsample3/batch_normalization",
  lab_tensor: "[[1, 2]]",
  lab_paddings: "0,0,2,2,2,2,0,1",
  lab_mode: "REFLECT",
  lab_constant: 0,
  lab_item: 0,
  lab_channel: 0,
  expected: "",
  expected_stage: "conv_out/conv2d",
  ...changes,
});

/** @type {(size: [number, number, number], changes?: Partial<Stage>) => Stage} */
export const aStage = ([height, width, channels], changes = {}) => ({
  name: "upsample1/conv2d_transpose",
  op: "conv2d_transpose",
  formula: "",
  block: "upsample1",
  detail: "",
  is_map: true,
  leads: {},
  overlaps: false,
  shape: [1, height, width, channels],
  input_shape: [1, height, width, channels],
  parameters: 0,
  macs: 0,
  bytes: 0,
  low: { shape: [channels], data: new Float32Array(channels) },
  high: { shape: [channels], data: new Float32Array(channels).fill(1) },
  flat: { shape: [channels], data: new Uint8Array(channels) },
  codes: {
    shape: [height, width, channels],
    data: new Uint8Array(height * width * channels),
  },
  original: null,
  signed: false,
  many_flat: false,
  constant: 0,
  dead: 0,
  nan: 0,
  inf: 0,
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
