// Shows every host as a small square, in groups, and the moves between them: what there are too many tiles for.

import { number, say, state } from './text.js';
import { fill, keep, make, setText, show } from './dom.js';

const TITLE = 17;
const GAP = 14;

export class HostMap {

  constructor(root) {
    this.figure = root.querySelector('#map');
    this.canvas = this.figure.querySelector('canvas');
    this.squares = [];
    this.titles = [];
  }

  show({ by, group, groups, squares }, moves, view) {
    show(this.figure, squares.length > 10);
    if (this.figure.hidden) return;
    keep(this.figure.querySelector('.by'), ['', ...by], name => name, name => {
      const button = make('button', 'choice', name === '' ? say('group.none') : name);
      button.type = 'button';
      button.dataset.set = 'group';
      button.dataset.to = name;
      return button;
    }, (button, name) => button.setAttribute('aria-pressed', name === view.group));
    this.key = group;
    this.squares = squares;
    const width = this.figure.clientWidth;
    const step = squares.length > 1500 ? 9 : squares.length > 400 ? 12 : 17;
    const height = this.place(groups, width, step);
    this.step = step;
    const pen = this.pen(width, height);
    squares.forEach(square => {
      pen.fillStyle = shade(square);
      pen.fillRect(square.x, square.y, step - 2, step - 2);
    });
    pen.font = '11.5px system-ui, sans-serif';
    pen.fillStyle = '#66737f';
    for (const title of this.titles) pen.fillText(title.text, title.x, title.y + 11, title.width);
    this.ways(pen, moves);
    this.pointAt(this.pointed ?? null);
  }

  pen(width, height) {
    const { canvas } = this;
    const scale = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      canvas.style.height = height + 'px';
    }
    const pen = canvas.getContext('2d');
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    return pen;
  }

  /** Gives each square its place, and answers how high the map is. */
  place(groups, width, step) {
    this.titles = [];
    let index = 0;
    if (groups.length <= 1) {
      const columns = Math.max(1, Math.floor((width + 2) / step));
      for (const square of this.squares) {
        Object.assign(square, { x: index % columns * step, y: Math.floor(index / columns) * step });
        index++;
      }
      return Math.ceil(this.squares.length / columns) * step;
    }
    let [x, y, bottom] = [0, 0, 0];
    for (const { name, hosts, guests } of groups) {
      const rows = Math.max(1, Math.round(Math.sqrt(hosts / 5)));
      const columns = Math.min(Math.floor(width / step), Math.max(Math.ceil(64 / step), Math.ceil(hosts / rows)));
      const wide = columns * step;
      if (x > 0 && x + wide > width) [x, y] = [0, bottom + GAP / 2];
      this.titles.push({ x, y, width: wide, name, text: name || '–', hosts, guests });
      for (let count = 0; count < hosts; count++) {
        Object.assign(this.squares[index++], { x: x + count % columns * step, y: y + TITLE + Math.floor(count / columns) * step });
      }
      bottom = Math.max(bottom, y + TITLE + Math.ceil(hosts / columns) * step);
      x += wide + GAP;
    }
    return bottom;
  }

  ways(pen, moves) {
    const places = new Map(this.squares.map(({ id, x, y }) => [id, { x: x + this.step / 2 - 1, y: y + this.step / 2 - 1 }]));
    pen.fillStyle = '#2d5f8b';
    pen.strokeStyle = '#2d5f8b99';
    pen.lineWidth = 1.5;
    for (const { source, destination, state: name, progress } of moves) {
      const [from, to] = [places.get(source), places.get(destination)];
      if (name !== 'moving' || !from || !to) continue;
      const bend = { x: (from.x + to.x) / 2 - (to.y - from.y) / 5,
        y: Math.max(10 - (from.y + to.y) / 2, (from.y + to.y) / 2 - Math.abs(to.x - from.x) / 5) }; // no higher than the map
      pen.beginPath();
      pen.moveTo(from.x, from.y);
      pen.quadraticCurveTo(bend.x, bend.y, to.x, to.y);
      pen.stroke();
      const t = (progress?.percent ?? 0) / 100;
      const at = axis => (1 - t) ** 2 * from[axis] + 2 * t * (1 - t) * bend[axis] + t ** 2 * to[axis];
      pen.beginPath();
      pen.arc(at('x'), at('y'), 4, 0, 7);
      pen.fill();
    }
  }

  /** Which host, or else which group, is at a place of the map. */
  at(x, y) {
    const within = (thing, width, height) => x >= thing.x && x < thing.x + width && y >= thing.y && y < thing.y + height;
    return this.squares.find(square => within(square, this.step, this.step))
      ?? this.titles.find(title => within(title, title.width, TITLE)) ?? null;
  }

  pointAt(thing) {
    this.pointed = thing;
    setText(this.figure.querySelector('[data-slot="under"]'), !thing ? say('map.all', number(this.squares.length))
      : thing.id ? say('map.point', thing.id, state(thing.state), thing.full)
        : say('map.group', thing.text, number(thing.hosts), number(thing.guests)));
  }

  /** What to look for, to see only what is there. */
  question(thing) {
    if (thing.id) return { hostText: thing.id };
    if (this.key === 'state') return { hostState: thing.name };
    return { hostText: this.key === 'technology' || !thing.name ? thing.name : this.key + '=' + thing.name };
  }
}

function shade({ state: name, full }) {
  if (name === 'up') {
    return full === 0 ? '#ece7dd' : `hsl(28 ${42 + full * 0.16}% ${82 - full * 0.5}%)`;
  }
  return { draining: '#8fa9c4', maintenance: '#d9a441', off: '#c9cfd5', lost: '#c0392b' }[name] ?? '#d9dde1';
}
