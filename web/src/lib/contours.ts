// Contour lines for the sheet behind the start page: marching squares over a few fixed hills.
//
// An ornament, not a picture of the data: it never carries a number, a label or a colour of the map.

/** A hill: centre, width and height, in the unit square. */
interface Hill {
  x: number;
  y: number;
  width: number;
  height: number;
}

const HILLS: readonly Hill[] = [
  { x: 0.1, y: 0.86, width: 0.14, height: 1 },
  { x: 0.24, y: 1.05, width: 0.15, height: 0.9 },
  { x: 0.9, y: 0.2, width: 0.13, height: 0.95 },
  { x: 1.02, y: 0.42, width: 0.15, height: 0.8 },
  { x: 0.74, y: 0.98, width: 0.13, height: 0.85 },
  { x: 0.93, y: 0.84, width: 0.1, height: 0.6 },
  { x: 0.02, y: 0.14, width: 0.13, height: 0.75 },
];

/** Cells along each side; finer gives rounder lines and a longer path. */
const GRID = 96;

function height(x: number, y: number): number {
  return HILLS.reduce((sum, hill) => {
    const d2 = ((x - hill.x) / hill.width) ** 2 + ((y - hill.y) / (hill.width * 1.5)) ** 2;
    return sum + hill.height * Math.exp(-d2);
  }, 0);
}

/** Returns the SVG path of one contour in a box of `width` by `high`. */
export function contourPath(level: number, width: number, high: number): string {
  const at = (i: number, j: number): number => height(i / GRID, j / GRID) - level;
  const parts: string[] = [];
  const point = (x: number, y: number): string => `${((x / GRID) * width).toFixed(1)} ${((y / GRID) * high).toFixed(1)}`;
  for (let i = 0; i < GRID; i += 1) {
    for (let j = 0; j < GRID; j += 1) {
      const [a, b, c, d] = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)];
      const crossings: string[] = [];
      if (a > 0 !== b > 0) crossings.push(point(i + a / (a - b), j));
      if (b > 0 !== c > 0) crossings.push(point(i + 1, j + b / (b - c)));
      if (d > 0 !== c > 0) crossings.push(point(i + d / (d - c), j + 1));
      if (a > 0 !== d > 0) crossings.push(point(i, j + a / (a - d)));
      for (let k = 0; k + 1 < crossings.length; k += 2) parts.push(`M${crossings[k]}L${crossings[k + 1]}`);
    }
  }
  return parts.join('');
}
