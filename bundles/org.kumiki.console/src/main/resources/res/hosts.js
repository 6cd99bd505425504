// Shows the hosts as a picture: each a tile with its guests in it, and those that move on their way from tile to tile.

import { ago, moment, number, say, since, size, state } from './text.js';
import { clone, draw, fill, fillBar, keep, make, show } from './dom.js';
import { choices, nothing, pages, stateIn, sum } from './list.js';
import { HostMap } from './map.js';
import { trend } from './trend.js';

export const HOST_STATES = ['up', 'draining', 'maintenance', 'off', 'lost'];

/** With more guests than these, a tile has no room for their names. */
const NAMED = 12;

/** For how many milliseconds one wants to know why a host is up. */
const RECENT = 600000;

export class Hosts {

  constructor(root) {
    this.root = root;
    this.section = root.querySelector('#hosts');
    this.picture = this.section.querySelector('.picture');
    this.paths = this.picture.querySelector('.paths');
    this.travellers = this.picture.querySelector('.travellers');
    this.map = new HostMap(root);
  }

  show({ summary, map, hosts, moves }, view) {
    const all = sum(Object.values(summary.hosts));
    const counts = { all, moving: summary.busy, ...summary.hosts };
    choices(this.section, ['all', ...HOST_STATES.filter(name => summary.hosts[name] || name === view.hostState),
      ...summary.busy || view.hostState === 'moving' ? ['moving'] : []], view.hostState, name => counts[name] ?? 0, 'hostState');
    this.map.show(map, moves, view);
    const progress = new Map(moves.filter(move => move.state === 'moving').map(move => [move.id, move.progress]));
    keep(this.section.querySelector('.tiles'), hosts.rows, host => host.id, () => clone(this.root.querySelector('#host-tile')),
      (tile, host) => this.tile(tile, host, progress));
    nothing(this.section, hosts.found, all === 0 ? 'hosts.empty' : 'hosts.fit');
    pages(this.section, hosts, 'hostPage');
    this.drawPaths(progress);
  }

  tile(tile, host, progress) {
    tile.dataset.state = host.state;
    fill(tile, 'id', host.id);
    stateIn(tile, host.state);
    fill(tile, 'guests', say(host.guests === 1 ? 'guests.one' : 'guests', number(host.guests)));
    fill(tile, 'about', [host.technology, ...Object.entries(host.labels).map(([key, value]) => key + '=' + value)].join('  '));
    for (const button of tile.querySelectorAll('.acts [data-act]')) this.offer(button, host);
    const guests = tile.querySelector('.guests');
    guests.classList.toggle('crowded', host.blocks.length > NAMED);
    keep(guests, host.blocks, block => block.id, () => clone(this.root.querySelector('#guest-block')),
      (element, block) => guest(element, block, progress.get(block.id)));
    const hidden = host.guests - host.blocks.filter(block => !block.from).length;
    fill(tile, 'more', hidden > 0 ? say('more', number(hidden)) : '');
    show(fill(tile, 'empty', say('empty.' + host.state)), host.blocks.length === 0);
    fill(tile, 'cpu', host.cpu === undefined ? '–' : host.cpu + ' %');
    trend(tile.querySelector('.trend'), across(host.trend ?? []));
    use(tile, 'cpus', host.used.cpus, host.capacity.cpus, number);
    use(tile, 'memory', host.used.memoryMiB, host.capacity.memoryMiB, size);
    use(tile, 'disk', host.used.diskMiB, host.capacity.diskMiB, size);
    const note = tile.querySelector('.note');
    show(note, Boolean(host.note) && (host.state !== 'up' || since(host.note.at) < RECENT));
    if (host.note) {
      fill(note, 'at', ago(host.note.at));
      fill(note, 'reason', host.note.reason).title = host.note.brain + '\n' + moment(host.note.at);
    }
  }

  /** What a host cannot be asked is not shown; only switching off is, since one wants to know why that cannot be. */
  offer(button, host) {
    const act = button.dataset.act;
    const can = host.can.includes(act);
    const explained = act === 'off' && (host.state === 'up' || host.state === 'draining');
    show(button, can || explained);
    button.disabled = !can;
    button.title = can ? '' : say('off.not');
  }

  /** An arrow for each move whose two ends are in the picture, and on it the guest, as far as it is. */
  drawPaths(progress) {
    const frame = this.picture.getBoundingClientRect();
    const places = new Map();
    for (const block of this.picture.querySelectorAll('.guest[data-move]')) {
      const { id, from } = block.kumikiItem;
      const box = block.getBoundingClientRect();
      places.set(id, { ...places.get(id), [from ? 'end' : 'start']: {
        left: box.left - frame.left, right: box.right - frame.left, top: box.top - frame.top, bottom: box.bottom - frame.top } });
    }
    const arrows = [...places].filter(([, { start, end }]) => start && end).map(([id, { start, end }]) => ({ id, ...way(start, end) }));
    keep(this.paths, arrows, arrow => arrow.id, () => {
      const group = draw('g');
      group.append(draw('path', 'way'), draw('path', 'gone'), draw('path', 'tip'));
      return group;
    }, (group, arrow) => {
      const { d, tip } = arrow;
      const [line, gone, head] = group.children;
      line.setAttribute('d', d);
      gone.setAttribute('d', d);
      head.setAttribute('d', tip);
      const length = line.getTotalLength();
      const share = (progress.get(group.kumikiKey)?.percent ?? 0) / 100;
      gone.style.strokeDasharray = `${share * length} ${length}`;
      arrow.point = line.getPointAtLength(share * length);
    });
    keep(this.travellers, arrows, arrow => arrow.id, () => make('i'), (traveller, { point }) => {
      traveller.style.transform = `translate(${point.x}px, ${point.y}px)`;
    });
  }
}

/** Side by side, it goes over the top; one above the other, straight down or up. */
function way(start, end) {
  const x1 = (start.left + start.right) / 2;
  const x2 = (end.left + end.right) / 2;
  if (Math.abs(start.top - end.top) < 40) {
    const [y1, y2] = [start.top, end.top];
    const lift = 26 + Math.abs(x2 - x1) / 14;
    return {
      d: `M${x1} ${y1}C${x1} ${y1 - lift} ${x2} ${y2 - lift} ${x2} ${y2 - 3}`,
      tip: `M${x2 - 5} ${y2 - 8}L${x2} ${y2 - 1}L${x2 + 5} ${y2 - 8}`
    };
  }
  const down = end.top > start.top;
  const y1 = down ? start.bottom : start.top;
  const y2 = down ? end.top - 3 : end.bottom + 3;
  const back = down ? -5 : 5;
  const bend = (y2 - y1) / 2;
  return {
    d: `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`,
    tip: `M${x2 - 5} ${y2 + back}L${x2} ${y2 + (down ? 2 : -2)}L${x2 + 5} ${y2 + back}`
  };
}

function guest(element, block, progress) {
  const name = block.name || block.id;
  const percent = (progress?.percent ?? 0) + ' %';
  fill(element, 'name', name);
  fill(element, 'where', block.to ? '→ ' + block.to : block.from ? percent : '');
  element.querySelector('.busy').style.width = (block.cpu ?? 0) + '%';
  element.querySelector('.filled').style.width = block.from ? percent : '0';
  if (block.to || block.from) element.dataset.move = block.to ? 'out' : 'in';
  else delete element.dataset.move;
  element.dataset.state = block.state ?? 'running';
  element.title = [name, block.name ? block.id : '', state(block.state ?? 'running'),
    block.to ? say('moves.to', block.to) : block.from ? say('moves.from', block.from) : '',
    block.cpu === undefined ? '' : say('cpu', block.cpu)].filter(text => text).join('\n');
}

function use(tile, name, used, capacity, words) {
  fillBar(tile.querySelector(`[data-use="${name}"] .bar`), capacity ? used / capacity : 0);
  fill(tile, name, say('free.' + (name === 'cpus' ? 'cpus' : 'memory'), words(used), words(capacity)));
}

/** Where thirty samples would stand, the newest at the right; nothing where nothing was measured. */
function across(samples) {
  const step = 100 / 29;
  return samples.map((sample, index) => sample < 0 ? null : { x: 100 - (samples.length - 1 - index) * step, y: sample / 100 });
}
