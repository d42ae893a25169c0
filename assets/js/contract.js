// What the server sends the browser, as types and nothing else; tests/unit/test_contract.py holds
// them to the routes. Each type names the function that makes it.
//
// A property of type `undefined` is never sent: it lets code ask which form it has before it.
// Arrays stand here as wire.js hands them on.

/**
 * A float32 array in row-major order (explorer/views/wire.py).
 * @typedef {object} Floats
 * @property {number[]} shape
 * @property {Float32Array} data
 */

/**
 * @typedef {object} Bytes
 * @property {number[]} shape
 * @property {Uint8Array} data
 */

/**
 * JSON has no number for what is not finite (`json_number`).
 * @typedef {number | "NaN" | "Infinity" | "-Infinity"} JsonNumber
 */

/** @typedef {[number, number]} Pair */

/** @typedef {[number, number, number, number]} Quad */

/**
 * What fills the placeholders of a text.
 * @typedef {Record<string, string | number>} Params
 */

/**
 * A key of a section of the locale files, and what fills it in.
 * @typedef {object} Sentence
 * @property {string} code
 * @property {Params} params
 */

/**
 * `ExplorerError.as_dict`: a mistake that its reader can mend.
 * @typedef {object} ServerError
 * @property {string} code
 * @property {string | null} field the control at fault, if one is
 * @property {Params} params
 * @property {string} message in English
 * @property {Partial<State>} offer values that were found to do instead, none where none were
 */

/**
 * What any route answers instead (`answered`); `others` are more mistakes of the same input.
 * @typedef {object} Refusal
 * @property {ServerError} error
 * @property {ServerError[]} others
 */

/**
 * In place of a part of a view that cannot be made.
 * @typedef {object} RefusedPart
 * @property {ServerError} error
 */

// ------------------------------------------------------------------------------------ the state

/**
 * Every field of a view, by name (`State.as_dict`); what is checked is in its field's own type.
 * The fields themselves, here and below, are taken from the schema (tests/support/state_in_js.py).
 * @typedef {import("./state.js").State} State
 */

/** @typedef {State["pad_mode"]} PadMode */

/** @typedef {keyof State} FieldName */

/**
 * The fields that make a generator's structure (`form_values`).
 * @typedef {import("./state.js").Structure} Structure
 */

/**
 * What a field is to those who do not know it by name (`Role`).
 * @typedef {"shape" | "draw" | "structure" | "size" | "view" | "selection" | "place" | "fold"
 *   | "asked" | "lab" | "dragged" | "long" | "unseen" | "listed"} Role
 */

/**
 * One of /explorer/fields and /explorer/train/fields: what a form needs to know of it (`Field`).
 * @typedef {object} Field
 * @property {string} name
 * @property {number | boolean | string} default
 * @property {"int" | "float" | "bool" | "choice" | "text" | "pads"} kind
 * @property {number | null} low
 * @property {number | null} high
 * @property {{ low: number, high: number, step: number } | null} slider
 * @property {string[]} choices
 * @property {Role[]} roles
 * @property {string | null} section of the form
 */

// --------------------------------------------------------------------------------------- a view

/**
 * /explorer/parts
 * @typedef {object} PartsAnswer
 * @property {string} code the version of what makes views
 * @property {Part[]} parts
 * @property {{ name: string, link: string }[]} examples
 */

/**
 * One part of a view (`describe_parts`).
 * @typedef {object} Part
 * @property {string} name
 * @property {FieldName[]} fields that it depends on
 * @property {Partial<Record<FieldName, string[]>>[]} where it is shown; everywhere if empty
 * @property {boolean} lasts whether it stays the same
 */

/** @typedef {{ state: State, [name: string]: unknown }} Head of a view, which all others go with */

/**
 * /explorer/view (`draw_page`): parts of a view; all together they are one.
 * @typedef {object} ViewAnswer
 * @property {{ head: Head } & Record<string, Record<string, unknown>>} parts
 * @property {ServerError[]} messages what was wrong with the link that led here
 * @property {string[]} coarse parts whose large maps came as codes
 * @property {boolean} fleeting whether other weights stand in the place of those that are gone
 */

/**
 * What every page has.
 * @typedef {object} CommonView
 * @property {State} state
 * @property {string} link
 * @property {ServerError[]} messages
 * @property {string} device
 * @property {Record<string, Record<string, unknown>>} controls props of Gradio's, by field
 * @property {ChangedStage[]} changes of single stages
 * @property {string[]} pages that the generator has
 * @property {Weights} weights
 * @property {Stage[]} stages
 * @property {Record<string, Bytes>} unfolded codes of the others of the focused stage's block
 * @property {Floats} picture [height, width, C]: the output, of codes, of the shown item
 * @property {Floats} z [noise_dim], of the shown item
 * @property {"tanh" | "minmax" | "clip"} mapping from output to brightness
 * @property {Sentence[]} diagnostics
 * @property {Totals} totals
 * @property {Partial<State>} output_leads to the output, from its picture
 */

/** @typedef {CommonView & ExplanationPart} ExplainedView a cell's value is told of beside it */
/** @typedef {ExplainedView & MapsPart} MapsView */
/** @typedef {ExplainedView & OutputPart} OutputView */
/** @typedef {ExplainedView & PaddingPart} PaddingView */
/** @typedef {ExplainedView & OverlapPart} OverlapView */
/** @typedef {CommonView & ShapesPart} ShapesView */
/** @typedef {CommonView & TrainPart} TrainView */
/**
 * @typedef {MapsView | OutputView | PaddingView | OverlapView | ShapesView | TrainView} View
 */

/**
 * Weights that are on the server (`weights_view`).
 * @typedef {object} FoundWeights
 * @property {string} source
 * @property {"untrained" | "trained" | "file" | "run" | "graph"} shown
 * @property {"ok" | "carried" | "set_aside"} status
 * @property {State["kernel_initializer"]} initializer of kernels that are drawn
 * @property {Partial<State> & Pick<State, "weights">} fields
 * @property {Partial<Structure>} needs
 * @property {Carrying[]} steps
 * @property {Carrying[]} [details] of changed stages
 * @property {Partial<Structure>} unlike
 * @property {number[]} siblings
 * @property {Partial<Untold>} untold
 * @property {Assumption[]} assumptions what the file of an opened generator leaves open
 * @property {Partial<Record<"alone" | "outdated" | "given", string[]>>} supply layers that are not
 *   known here, by how it stands with their output
 * @property {boolean} draws whether the output is a picture
 */

/**
 * Untrained weights by choice ("ok"), or in the place of those that are gone.
 * @typedef {object} FreshWeights
 * @property {string} source
 * @property {"untrained"} shown
 * @property {"ok" | "gone"} status
 * @property {State["kernel_initializer"]} initializer
 * @property {undefined} [fields]
 * @property {undefined} [needs]
 * @property {Carrying[]} steps of a generator with changes
 * @property {Carrying[]} [details]
 * @property {undefined} [unlike]
 * @property {undefined} [siblings]
 * @property {undefined} [untold]
 * @property {undefined} [assumptions]
 * @property {undefined} [supply]
 * @property {undefined} [draws]
 */

/** @typedef {FoundWeights | FreshWeights} Weights */

/**
 * How something was read that a file leaves open, or has in another way (`Assumption`).
 * @typedef {object} Assumption
 * @property {string} code a key of `assumed`
 * @property {string} stages
 * @property {string} value
 * @property {boolean} told by the file
 */

/**
 * What becomes of the picture, or one thing that was done to carry weights over.
 * @typedef {object} Carrying
 * @property {string} code
 * @property {string} layers
 * @property {number | string} before
 * @property {number | string} after
 * @property {string} causes fields that brought it about, with both values
 */

/**
 * Blocks whose stored statistics tell too little (`untold_statistics`).
 * @typedef {object} Untold
 * @property {string[]} neutral
 * @property {string[]} no_mean
 * @property {string[]} no_variance
 * @property {string[]} near_zero
 */

/**
 * One stage: its row of the ledger, and the shown item's map, quantized (`stage_maps`).
 * @typedef {object} Stage
 * @property {string} name
 * @property {string} op
 * @property {string} formula
 * @property {number[]} shape
 * @property {boolean} guessed whether its shape follows from one that no file tells
 * @property {number[]} input_shape
 * @property {number | null} parameters null of a layer that is not known, as its macs
 * @property {number | null} macs
 * @property {number | null} bytes null of a shape that is not known, as macs then
 * @property {Floats} low [channels]
 * @property {Floats} high [channels]
 * @property {Bytes} flat [channels], 1 for a channel of one finite value
 * @property {number[]} map_shape [height, width, channels]
 * @property {Bytes | null} codes of its thumbnail, where it stands for its block
 * @property {number} thumbnail_step from one row, or column, that the thumbnail shows to the next
 * @property {string} block that it is a part of
 * @property {string} detail its own numbers, for its card
 * @property {string} short a key of `strip`
 * @property {Sentence} words a key of `ops`
 * @property {string[]} sources stages that it reads
 * @property {"strip" | "vector" | "mosaic"} layout of its values in one picture (`_layout`)
 * @property {Partial<State>} leads to its maps: what goes along where the stage is chosen
 * @property {Box | null} original of a pad: the cells that were not added
 * @property {boolean} signed
 * @property {boolean} many_flat
 * @property {number} constant
 * @property {number} dead
 * @property {number} nan
 * @property {number} inf
 * @property {boolean} unknown whether nobody can tell its values
 * @property {"" | "picture" | "array"} takes what may be given to it
 * @property {string[]} endings of the names of such files
 * @property {string | null} without the field `given` without what is given to it; null of nothing
 */

/**
 * First and last index, the last excluded (`original_box`).
 * @typedef {object} Box
 * @property {Pair} rows
 * @property {Pair} columns
 * @property {Pair} channels
 */

/**
 * @typedef {object} Totals
 * @property {number} parameters
 * @property {number} macs
 * @property {number} bytes
 * @property {boolean} at_least whether parameters and macs are more, as a layer is not known
 * @property {boolean} bytes_at_least whether they are more, as a shape is guessed
 */

/**
 * @typedef {object} Focus
 * @property {string} stage
 * @property {Call} call
 * @property {{ arguments: Changeable[], without: string | null }} changeable without: the field
 *   `changes` without any of the stage, null where it has none
 * @property {Question[]} questions
 * @property {Statistics | null} statistics null of an unknown stage
 */

/**
 * What another page answers (`questions`).
 * @typedef {object} Question
 * @property {string} code a key of `questions`
 * @property {Partial<State>} fields that lead there
 * @property {string | null} part of that page, by name; null for its top
 */

/**
 * The line of the original's code that makes the focused stage (`stage_call`).
 * @typedef {object} Call
 * @property {string} target the variable that its result goes to
 * @property {string} function
 * @property {Argument[]} arguments
 * @property {string} first the argument that is told of until another is pointed at
 * @property {Sentence[]} notes keys of `call`
 */

/**
 * @typedef {object} Argument
 * @property {string} name
 * @property {string} code
 * @property {string} default "" where the value is the default, or there is none
 * @property {Sentence} sentence a key of `arguments`
 * @property {FieldName[]} fields that change it, the most direct one first
 * @property {boolean} shown whether the original writes it
 * @property {MadeCall | null} made the call that makes its value
 * @property {string} changes the argument of `changeable` that it is; "" for none
 */

/**
 * An argument of the focused stage that can be changed (`changeable_view`).
 * @typedef {object} Changeable
 * @property {string} name
 * @property {"choice" | "switch" | "number" | "pair" | "numbers"} entry what its control holds
 * @property {string} value as the link has it
 * @property {string} usual the same without the change
 * @property {string[]} choices none for numbers
 * @property {number} low
 * @property {number} high
 * @property {number[]} tops the highest now, number by number; none where that is `high`
 * @property {boolean} whole
 * @property {boolean} grouped whether its numbers are in pairs
 * @property {string} none how a link has none; "" where it may not be that
 * @property {(number | null)[]} none_as what means the same as none, number by number
 * @property {string} without the field `changes` without a change of it
 * @property {string} others what that field begins with; the value comes last
 */

/**
 * A change that was made (`changes_view`).
 * @typedef {object} ChangedStage
 * @property {string} stage
 * @property {string} argument
 * @property {string} value
 * @property {string} was "" where it was nothing of the stage's own
 * @property {Partial<State>} leads to the stage
 * @property {string} without the field `changes` without this one, and without those
 * @property {{ stage: string, argument: string }[]} along that fit with it alone
 */

/**
 * @typedef {object} MadeCall
 * @property {string} function
 * @property {Argument[]} arguments
 */

/**
 * `describe_map`; the first four are null where nothing is finite.
 * @typedef {object} Statistics
 * @property {number | null} min
 * @property {number | null} max
 * @property {number | null} mean
 * @property {number | null} std
 * @property {number} count
 * @property {number} zeros share of all values
 * @property {number} dead
 * @property {number} constant
 * @property {number} nan
 * @property {number} pos_inf
 * @property {number} neg_inf
 * @property {number[]} histogram
 * @property {number | null} items_differ
 */

/**
 * Pictures by one moment of a run, each [24, height, width, C] (`moment_view`).
 * @typedef {object} Moment
 * @property {Bytes} stored
 * @property {Bytes} batch
 * @property {Bytes | null} last
 */

// -------------------------------------------------------------------------------- feature maps

/**
 * @typedef {object} MapsPart
 * @property {Focus} focus
 * @property {Floats | null} values [height, width, channels]; null of the last stage, and of one
 *   that is unknown
 * @property {Floats} [output] of the last stage
 * @property {Kernel[] | null} kernels
 */

/**
 * @typedef {object} ExplanationPart
 * @property {Explanation | null} explanation
 */

/**
 * One variable of the focused stage (`kernels_view`).
 * @typedef {object} Kernel
 * @property {string} name
 * @property {number[]} shape
 * @property {boolean} signed
 * @property {KernelNumbers} numbers
 * @property {Floats} tiles [rows, columns, tiles]
 */

/** @typedef {Pick<Statistics, "min" | "max" | "mean" | "std" | "zeros" | "nan">} KernelNumbers */

/**
 * Why a cell has its value (`explanation_view`): one of `sum`, `normalized`, `activated` and
 * `moved`, by the kind of stage; none for z.
 * @typedef {object} Explanation
 * @property {string} stage
 * @property {number[]} index in the stage's own array
 * @property {Quad} cell item, row, column, channel
 * @property {JsonNumber} value
 * @property {JsonNumber} total
 * @property {string} source_stage "" for z
 * @property {number[]} source_shape
 * @property {number[]} shape
 * @property {boolean} bad_weight
 * @property {Record<string, Region>} regions by stage
 * @property {WeightedSum} [sum]
 * @property {Canvas} [canvas] of a transposed convolution
 * @property {Normalized} [normalized]
 * @property {Activated} [activated]
 * @property {Moved} [moved]
 * @property {Combined} [combined]
 * @property {LookedUp} [looked_up]
 * @property {"base" | "latent" | ""} origins_of what has shares: base cells and z, z, nothing
 * @property {Origins} [origins] where they were asked for
 */

/**
 * The cells of another stage that a cell is tied to, as the box around them: those that it is made
 * of are before. They are all of it, unless it has parts.
 * @typedef {CellBox & { side: "before" | "after", count: number, parts: CellBox[] }} Region
 */

/**
 * All cells of some items, rows, columns and channels.
 * @typedef {object} CellBox
 * @property {number[]} items
 * @property {Bytes} rows
 * @property {Bytes} columns
 * @property {Bytes} channels
 */

/**
 * Its parts are told as a list of entries or stand in a window (`_sum_view`).
 * @typedef {object} WeightedSum
 * @property {"list" | "window"} kind
 * @property {string} sentence a key of `tracer`
 * @property {boolean} output_first whether the kernel's last axes are [.., output, input]
 * @property {number[]} rows of a window; a list has all in order, and these four empty
 * @property {number[]} columns
 * @property {number[]} tap_rows
 * @property {number[]} tap_columns
 * @property {JsonNumber | null} bias null where there is none
 * @property {JsonNumber} products their sum
 * @property {number} channel whose inputs and taps are shown
 * @property {number} channels
 * @property {number} first_channel of the source, that the first of them is
 * @property {Floats} inputs
 * @property {Floats} kernel
 * @property {Floats} channel_products
 * @property {Floats} by_cell
 * @property {Floats} by_channel
 * @property {number[]} largest of `by_cell`, the largest first
 */

/**
 * What SAME cuts off the canvas of a transposed convolution.
 * @typedef {object} Canvas
 * @property {number} kernel
 * @property {number} stride
 * @property {number} before
 * @property {number} after
 * @property {Pair} input
 * @property {Pair} size
 * @property {Pair} stamped
 */

/**
 * @typedef {object} Normalized
 * @property {JsonNumber} x
 * @property {JsonNumber} gamma
 * @property {JsonNumber} beta
 * @property {JsonNumber} mean
 * @property {JsonNumber} variance
 * @property {JsonNumber} epsilon
 * @property {boolean} from_batch
 * @property {number} cells
 * @property {string} statistics the key of the words that say whose they are
 * @property {number} place its channel, or unit
 */

/**
 * @typedef {object} Activated
 * @property {JsonNumber} x
 * @property {string} actv
 * @property {Record<string, unknown>} words the key of its curve, and what fills the words in
 * @property {Floats} curve_x
 * @property {Floats} curve_y
 */

/**
 * Some cells that make it up, the first ones where they are many.
 * @typedef {object} Combined
 * @property {string} how a key of `tracer`
 * @property {number} count of all
 * @property {{ stage: string, index: number[], value: JsonNumber }[]} terms
 */

/**
 * A row of a table, chosen by a whole number.
 * @typedef {object} LookedUp
 * @property {number[]} label index of that number in the source
 * @property {number} row
 * @property {number} column
 * @property {number} rows
 */

/**
 * The source and its cell are null where a pad put a constant.
 * @typedef {object} Moved
 * @property {string} sentence a key of `tracer`
 * @property {boolean} padded whether it stands in a padded map
 * @property {number[] | null} source
 * @property {string[]} mirrored
 */

/**
 * Parts of base cells and of z (`origins_view`).
 * @typedef {object} Origins
 * @property {number} item
 * @property {string | null} base_stage
 * @property {string} z_stage
 * @property {Floats | null} base
 * @property {number[][] | null} base_channels
 * @property {JsonNumber} base_rest
 * @property {Floats} z
 * @property {JsonNumber} z_rest
 * @property {number[]} largest
 */

// --------------------------------------------------------------------------------------- output

/**
 * @typedef {object} OutputPart
 * @property {Floats} output [height, width, C]
 * @property {{ drawn: Sentence, image: Sentence }} output_words keys of `ui`: how it is drawn, and
 *   whether it is an image
 * @property {Samples | null} samples null where there is one item alone
 */

/**
 * The items of a batch, the first ones where they are many (`samples_view`).
 * @typedef {object} Samples
 * @property {number} count of all
 * @property {Sample[]} items
 */

/**
 * @typedef {object} Sample
 * @property {CommonView["mapping"]} mapping
 * @property {Floats} map [height, width, 1 or 3], as small as it is shown
 */

// -------------------------------------------------------------------------------------- padding

/**
 * @typedef {object} PaddingPart
 * @property {Padding} padding
 * @property {Lab | RefusedLab | RefusedPart} lab
 */

/**
 * `padding_view`, with what the part adds (explorer/views/parts/padding.py).
 * @typedef {object} Padding
 * @property {string} stage that pads
 * @property {"added" | "zeros" | "nothing"} how
 * @property {number | null} value that a constant puts, null for nothing
 * @property {string} source_stage whose map is padded
 * @property {string} cells_of the stage whose cells the padded ones are, from `begins` on
 * @property {Pair} begins
 * @property {string | null} output_stage that reads the padded map
 * @property {Unpadded | null} unpadded
 * @property {[Pair, Pair] | null} untouched null where no windows read the padded map
 * @property {[number | null, number | null, number | null, number | null]} limits null for none
 * @property {[number[], number[]] | null} unpadded_reads
 * @property {Quad} shape
 * @property {[Pair, Pair, Pair, Pair]} paddings
 * @property {number} channel
 * @property {number} output_channel
 * @property {PaddedBy} used
 * @property {OtherMode | RefusedMode | null} other that the mode in use is compared with
 * @property {Sentence[]} rules
 * @property {boolean} signed
 */

/**
 * @typedef {object} Unpadded
 * @property {Floats} output
 */

/**
 * One channel before and after a pad of one mode; a source of -1 is a constant.
 * @typedef {object} PaddedBy
 * @property {PadMode} mode
 * @property {number} source_item
 * @property {number} source_channel
 * @property {Floats} source
 * @property {Floats} padded
 * @property {number[]} rows
 * @property {number[]} columns
 * @property {[number[], number[]] | null} reads null where no windows read the padded map
 * @property {number} copies
 * @property {Floats | null} output
 * @property {undefined} [error]
 */

/** @typedef {PaddedBy & Difference} OtherMode */

/**
 * @typedef {object} Difference
 * @property {Floats | null} difference of the output from that of the mode in use
 */

/**
 * @typedef {object} RefusedMode
 * @property {PadMode} mode
 * @property {ServerError} error
 */

/**
 * `lab_view`: one map before and after, and tiles of all.
 * @typedef {object} Lab
 * @property {(LabAxis & LabSources)[]} axes
 * @property {boolean} signed
 * @property {PadMode} mode
 * @property {number} constant
 * @property {number} item
 * @property {number} channel
 * @property {Floats} source
 * @property {Floats} padded
 * @property {LabTiles} items
 * @property {LabTiles} channels
 * @property {undefined} [error]
 */

/**
 * A pad that cannot be made.
 * @typedef {object} RefusedLab
 * @property {ServerError} error
 * @property {LabAxis[]} axes
 * @property {PadMode} mode
 */

/**
 * @typedef {object} LabAxis
 * @property {string} name
 * @property {boolean} used
 * @property {number} size
 * @property {number | null} limit null for none
 */

/**
 * @typedef {object} LabSources
 * @property {Pair} pads
 * @property {number[]} sources
 */

/**
 * @typedef {object} LabTiles
 * @property {number[]} places
 * @property {Floats} low
 * @property {Floats} high
 * @property {Bytes} codes
 * @property {Floats} first value of each
 */

// -------------------------------------------------------------------------------------- overlap

/**
 * @typedef {object} OverlapPart
 * @property {Overlap} overlap
 * @property {Multiple[]} multiples
 */

/**
 * `overlap_view`
 * @typedef {object} Overlap
 * @property {"whole" | "gaps" | "uniform" | "uneven" | "covered" | "copies" | "lines"
 *   | "blocks"} verdict
 * @property {Compared | null} compare
 * @property {boolean} can_set whether controls set kernel and stride
 * @property {boolean} learned whether the counts are of a kernel's taps
 * @property {[Pair, Pair]} thin
 * @property {"seen" | "unseen" | "unknown"} period
 * @property {string} stage
 * @property {Pair} kernel
 * @property {Pair} stride
 * @property {number[]} rows
 * @property {number[]} columns
 * @property {[number[], number[]]} phases
 * @property {[number[][], number[][]]} taps
 * @property {Pair | null} used
 * @property {Floats} energy
 * @property {Share[]} shares
 */

/**
 * Two neighbouring kernel sizes (`kernels_to_compare`).
 * @typedef {object} Compared
 * @property {number} even
 * @property {number} uneven
 */

/**
 * @typedef {object} Share
 * @property {string} stage
 * @property {number | null} share
 * @property {number | null} chance
 */

/**
 * @typedef {object} Multiple
 * @property {number} kernel
 * @property {number} stride
 * @property {number[]} counts
 * @property {number[]} phases
 */

// --------------------------------------------------------------------------------------- shapes

/**
 * @typedef {object} ShapesPart
 * @property {Ledger} ledger
 * @property {Diagnosis | RefusedPart | null} diagnosis null while nothing is expected
 */

/**
 * @typedef {object} Ledger
 * @property {LedgerRow[]} rows
 * @property {string} markdown
 * @property {string} csv
 */

/**
 * What the ledger adds to a stage (`ledger_row`).
 * @typedef {object} LedgerRow
 * @property {string} name
 * @property {number[] | null} kernel
 * @property {Pair | null} crop
 * @property {Pair | null} reach
 * @property {LayerCall} keras
 * @property {LayerCall} pytorch
 */

/**
 * How a framework writes a stage; no code where it has no equal layer.
 * @typedef {object} LayerCall
 * @property {string} code
 * @property {string} note
 * @property {Params} params
 * @property {string} init what makes its variables start as here, or nothing
 */

/**
 * `diagnosis_view`; a size that may be any is null.
 * @typedef {object} Diagnosis
 * @property {string} stage "" for an error that is about none
 * @property {(number | null)[]} expected
 * @property {number[]} actual
 * @property {string | null} first
 * @property {(number | null)[]} first_expected
 * @property {number[]} first_actual
 * @property {Sentence | null} reason
 * @property {Sentence[]} notes
 * @property {boolean} left_out
 * @property {boolean} searched
 * @property {boolean} of_fields whether changes are of fields; else of the numbers of stages
 * @property {Change[]} changes
 * @property {undefined} [error]
 */

/**
 * A change that mends a shape, as form values, with its arithmetic.
 * @typedef {object} Change
 * @property {Partial<Structure & Pick<State, "batch_size" | "changes">>} values
 * @property {Record<string, string> | null} told each change, where the values do not tell it
 * @property {number[]} shape
 * @property {Sums} sums
 * @property {number} padded_share in percent
 * @property {Record<string, string>} then what the question is once it is made, where it changes
 * @property {ServerError | null} refused
 */

/**
 * @typedef {object} Sums
 * @property {string} [rows]
 * @property {string} [columns]
 * @property {string} [units]
 */

// ------------------------------------------------------------------------------------- training

/**
 * @typedef {object} TrainPart
 * @property {Moment | null} moment
 */

/**
 * The settings of a run, as from /explorer/train/fields.
 * @typedef {import("./state.js").RunSettings} RunSettings
 */

/**
 * /explorer/train, and /explorer/train/mine where there is a run: who has the key may act.
 * @typedef {object} OwnRun
 * @property {string} run
 * @property {string} key
 */

/**
 * @typedef {object} NoRun
 * @property {null} run
 * @property {null} key
 */

/**
 * /explorer/train/check
 * @typedef {object} CheckedSettings
 * @property {ServerError[]} errors
 */

/**
 * /explorer/train/{run}/{action}
 * @typedef {object} Acted
 * @property {true} done
 */

/**
 * An event of /explorer/train/{run}/events is this, or a RefusedPart (`LiveRuns.describe`).
 * @typedef {object} RunStatus
 * @property {string} id
 * @property {"waiting" | "running" | "paused" | "done" | "stopped" | "failed"} state
 * @property {"" | "asked" | "time" | "unwatched"} reason
 * @property {ServerError | null} failure
 * @property {number} place in line, 0 for none
 * @property {RunSettings} settings
 * @property {Structure} fields
 * @property {Partial<Structure>} structure what the weights' shapes depend on
 * @property {number} seconds
 * @property {number} most_seconds
 * @property {RunPoint[]} points
 * @property {boolean} won by the discriminator
 * @property {RunMoment[]} moments
 * @property {undefined} [error]
 */

/**
 * Null where it was not finite.
 * @typedef {object} RunPoint
 * @property {number} step
 * @property {number} speed
 * @property {number | null} generator
 * @property {number | null} discriminator
 * @property {number | null} realness
 */

/**
 * @typedef {object} RunMoment
 * @property {number} step
 * @property {number | null} checkerboard
 * @property {number | null} dead
 * @property {number | null} drift
 */

// ---------------------------------------------------------------------------------------- files

/**
 * /explorer/pad_call
 * @typedef {Pick<State, "paddings" | "pad_mode">} ReadPadCall
 */

/**
 * /explorer/z
 * @typedef {object} ReadVector
 * @property {string} z_data
 * @property {number[]} shape
 */

/**
 * /explorer/weights/check: places in the list of files.
 * @typedef {object} ChosenFiles
 * @property {number[]} send
 */

/**
 * /explorer/weights
 * @typedef {object} OpenedAnswer
 * @property {OpenedWeights[]} weights
 */

/**
 * /explorer/given: the field with what was given, the name that this is kept under, and sizes of
 * the input that follow it.
 * @typedef {object} GivenAnswer
 * @property {string} given
 * @property {Partial<Pick<State, "input_height" | "input_width">>} sizes
 * @property {string} source
 */

/**
 * @typedef {object} OpenedWeights
 * @property {string} source
 * @property {Partial<State> & Pick<State, "weights">} fields
 * @property {number} others arrays of the file that are none of the generator's
 * @property {boolean} averages
 * @property {string[]} assumed
 * @property {string} file
 */

/**
 * /explorer/save with check=1
 * @typedef {object} Savable
 * @property {true} ok
 * @property {ServerError | null} told what the file will lack of what was opened
 */

export {};
