// Where a small map's cells stand: as large as they fit, in whole pixels where they can be.

const MOST_CELL = 64; // pixels
const LETTER = 8.5; // width of a letter of a 14px number
const NUMBER_HEIGHT = 18; // and the room for one
const AXIS_LEFT = 40,
  AXIS_TOP = 18;
const LOW_CELL = 26; // cells from this width on are lower than wide
const LOW_STRETCHED = 14; // the lowest cell where they need not be square

/**
 * @typedef {object} Layout in pixels
 * @property {number} left of the first cell
 * @property {number} top of the first cell
 * @property {number} cellWidth
 * @property {number} cellHeight
 * @property {number} width of all
 * @property {number} height of all
 */

/**
 * @typedef {object} Wish
 * @property {number} rows
 * @property {number} columns
 * @property {boolean} rowNames whether there are any
 * @property {boolean} columnNames
 * @property {number} room width for all
 * @property {number} maxHeight of all cells
 * @property {number} least width of a cell that is wide enough to be read, 0 for any
 * @property {boolean} stretch whether cells need not be square
 * @property {Cell | null} cell of another map, whose size these have
 */

/** @typedef {Pick<Layout, "cellWidth" | "cellHeight">} Cell */

/** @type {(wish: Wish) => Layout} */
export function layOut(wish) {
  const { rows, columns } = wish,
    left = wish.rowNames ? AXIS_LEFT : 0,
    top = wish.columnNames ? AXIS_TOP : 0;
  const { cellWidth, cellHeight } = wish.cell ?? largestCell(wish, left);
  return {
    left,
    top,
    cellWidth,
    cellHeight,
    width: Math.max(1, columns * cellWidth + left),
    height: Math.max(1, rows * cellHeight + top),
  };
}

// As large as the room and the height allow.
/** @type {(wish: Wish, left: number) => Cell} */
function largestCell({ rows, columns, room, maxHeight, least, stretch }, left) {
  const width = (room - left) / Math.max(1, columns),
    height = maxHeight / Math.max(1, rows);
  const cell = Math.max(least, Math.min(MOST_CELL, width, stretch ? Infinity : height));
  // whole pixels, or a pattern of their own appears
  const cellWidth = cell >= 1 ? Math.floor(cell) : cell;
  const cellHeight = stretch
    ? Math.max(LOW_STRETCHED, Math.min(cellWidth, height))
    : lowered(cell, cellWidth);
  return { cellWidth, cellHeight };
}

/** @type {(cell: number, width: number) => number} */
const lowered = (cell, width) =>
  Math.min(width, cell >= LOW_CELL ? Math.max(LOW_CELL, Math.floor(cell * 0.62)) : width);

// The width that the longest of the texts takes in a cell.
/** @param {string[]} texts */
export const textWidth = (texts) => LETTER * Math.max(...texts.map(({ length }) => length)) + 4;

// The width of a text's ground, where lines run below it.
/** @param {string} text */
export const groundWidth = (text) => LETTER * text.length + 2;

// How wide a cell must be for these texts to be read.
/** @param {string[]} texts */
export const leastWidth = (texts) => Math.ceil(Math.max(textWidth(texts), NUMBER_HEIGHT));

// Whether each text has room in its cell.
/** @type {(texts: string[], layout: Layout) => boolean} */
export const fit = (texts, { cellWidth, cellHeight }) =>
  cellWidth >= textWidth(texts) && cellHeight >= NUMBER_HEIGHT;

// The cell at a place on the canvas, if there is one.
/**
 * @param {{ rows: number, columns: number }} size
 * @param {Layout} layout
 * @param {{ x: number, y: number }} place
 * @returns {[row: number, column: number] | null}
 */
export function cellAt({ rows, columns }, { left, top, cellWidth, cellHeight }, { x, y }) {
  const column = Math.floor((x - left) / cellWidth),
    row = Math.floor((y - top) / cellHeight);
  return row >= 0 && column >= 0 && row < rows && column < columns ? [row, column] : null;
}
