// Draws how something went.

const tenths = value => Math.round(10 * value) / 10;

/** A line with the area under it; points go from 0 to 100 across and from 0 to 1 up, and where one is null there is a gap. */
export function trend(drawing, points) {
  let line = '';
  let area = '';
  let from = null;
  let last = 0;
  const close = () => {
    if (from !== null) area += `L${last} 24L${from} 24Z`;
    from = null;
  };
  for (const point of points) {
    if (point) {
      last = tenths(point.x);
      const next = `${from === null ? 'M' : 'L'}${last} ${tenths(23 - 22 * point.y)}`;
      line += next;
      area += next;
      from ??= last;
    } else {
      close();
    }
  }
  close();
  drawing.children[0].setAttribute('d', area);
  drawing.children[1].setAttribute('d', line);
}
