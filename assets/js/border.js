// The cells that a pad added: all of a picture's maps outside the box that holds the original.

// Rectangles [x, y, width, height] in cells of the picture. `channel(at)`: which channel the map
// at this place of the layout shows.
export function addedRects({ height, width, channels, origin }, original, channel = (at) => at) {
  if (!original) return [];
  const {
    rows: [top, bottom],
    columns: [left, right],
    channels: [first, last],
  } = original;
  const sides = [
    [0, 0, width, top],
    [0, bottom, width, height - bottom],
    [0, top, left, bottom - top],
    [right, top, width - right, bottom - top],
  ];
  return Array.from({ length: channels }, (_, at) => {
    const [x, y] = origin(at),
      inside = channel(at) >= first && channel(at) < last;
    const rects = inside ? sides : [[0, 0, width, height]];
    return rects.map(([dx, dy, ...size]) => [x + dx, y + dy, ...size]);
  })
    .flat()
    .filter(([, , across, down]) => across > 0 && down > 0);
}

// The rectangles as one shape of a heatmap.
export function addedShape(rects, color) {
  const path = rects.map(([x, y, width, height]) => {
    const left = x - 0.5,
      top = y - 0.5;
    return `M${left},${top}H${left + width}V${top + height}H${left}Z`;
  });
  return { type: "path", path: path.join(""), fillcolor: color, line: { width: 0 } };
}

// Whether all of [height, width, channels] is the original's.
export function isWhole({ rows, columns, channels }, shape) {
  return [rows, columns, channels].every(([first, last], at) => last - first === shape[at]);
}
