// Remembers what a page has seen while it is open.

/** For how long, and after which silence a line has a gap, in milliseconds. */
const WINDOW = 300000;
const GAP = 10000;

export class Samples {

  constructor() {
    this.series = new Map();
  }

  /** What is now, by name. Things that have not been seen for long are forgotten. */
  take(values, now = Date.now()) {
    for (const [name, value] of values) {
      if (!this.series.has(name)) this.series.set(name, []);
      this.series.get(name).push({ at: now, value });
    }
    for (const [name, series] of this.series) {
      while (series.length && now - series[0].at > WINDOW) series.shift();
      if (series.length === 0) this.series.delete(name);
    }
  }

  most(name) {
    return Math.max(0, ...(this.series.get(name) ?? []).map(sample => sample.value));
  }

  /** Points from 0 to 100 across, now at the right, and from 0 to 1 up; null where it was not looked. */
  points(name, now = Date.now()) {
    const most = Math.max(1, this.most(name));
    const points = [];
    let last = now;
    for (const { at, value } of this.series.get(name) ?? []) {
      if (at - last > GAP) points.push(null);
      points.push({ x: 100 * (1 - (now - at) / WINDOW), y: value / most });
      last = at;
    }
    return points;
  }
}
