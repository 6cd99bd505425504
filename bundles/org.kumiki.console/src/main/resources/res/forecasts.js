// Shows what was foreseen of starts, stops and moves, and what happened.

import { ago, moment, number, say, state } from './text.js';
import { clone, draw, fill, keep, make, setText, show } from './dom.js';
import { get } from './server.js';

const SIZE = 200;

export class Forecasts {

  constructor(root) {
    this.root = root;
    this.section = root.querySelector('#forecasts');
    this.tag = null;
  }

  async refresh() {
    const answer = await get('/forecasts.json', {}, this.tag);
    if (answer) {
      this.tag = answer.tag;
      this.last = answer.body;
    }
    this.show(this.last);
  }

  show({ kinds, plots, rows }) {
    show(this.section.querySelector('.known'), rows.length > 0);
    const nothing = this.section.querySelector('.nothing');
    show(nothing, rows.length === 0);
    setText(nothing, say('forecasts.none'));
    for (const [name, plot] of Object.entries(plots)) scatter(this.section.querySelector(`[data-scatter="${name}"]`), plot, name);
    keep(this.section.querySelector('.off tbody'), kinds, kind => kind.kind, () => clone(this.root.querySelector('#off-row')), off);
    keep(this.section.querySelector('.newest tbody'), rows, row => row.at + row.kind + row.id, () => clone(this.root.querySelector('#forecast-row')), newest);
  }
}

function scatter(figure, { dots, ticks }, name) {
  for (const path of figure.querySelectorAll('.dots')) path.setAttribute('d', dots[path.classList[1]] ?? '');
  keep(figure.querySelector('.ticks'), ticks, tick => tick.value, () => {
    const group = draw('g', '');
    group.append(draw('path', ''), draw('text', 'across'), draw('text', 'up'));
    return group;
  }, (group, { at, value }) => {
    const [line, across, up] = group.children;
    line.setAttribute('d', `M${at} 0V${SIZE}M0 ${SIZE - at}H${SIZE}`);
    place(across, at, SIZE + 14);
    place(up, -5, SIZE - at + 3);
    for (const text of [across, up]) setText(text, name === 'load' ? percent(value) : tick(value));
  });
}

function place(text, x, y) {
  text.setAttribute('x', x);
  text.setAttribute('y', y);
}

function off(row, kind) {
  fill(row, 'kind', state(kind.kind));
  fill(row, 'all', number(kind.all));
  median(row, 'total', kind.total, 'forecasts.percent');
  median(row, 'downtime', kind.downtime, 'forecasts.percent');
  median(row, 'load', kind.load, 'forecasts.points');
  median(row, 'undisturbed', kind.undisturbed, 'forecasts.points');
}

function median(row, slot, value, unit) {
  fill(row, slot, value ? say(unit, number(rounded(100 * value.error))) : '–').title = value ? String(value.of) : '';
}

function newest(row, forecast) {
  fill(row, 'when', ago(forecast.at)).title = moment(forecast.at);
  fill(row, 'kind', state(forecast.kind)).dataset.kind = forecast.kind;
  fill(row, 'guest', forecast.name || forecast.id);
  fill(row, 'id', forecast.name ? forecast.id : '');
  const took = fill(row, 'took', forecast.took !== undefined ? duration(forecast.took) : say(forecast.failure ? 'forecasts.failed' : 'forecasts.going'));
  took.title = forecast.failure ?? '';
  took.classList.toggle('bad', Boolean(forecast.failure));
  fill(row, 'foreseen', forecast.foreseen === undefined ? say('forecasts.unforeseen') : say('forecasts.foreseen', duration(forecast.foreseen)));
  fill(row, 'stood', forecast.stoodStill === undefined ? '' : duration(forecast.stoodStill));
  fill(row, 'standstill', forecast.standstill === undefined ? '' : say('forecasts.foreseen', duration(forecast.standstill)));
  keep(row.querySelector('.loads'), forecast.loads, load => load.host, () => make('small'), (line, load) => {
    setText(line, load.foreseen === undefined && load.measured === undefined ? load.host : say('forecasts.load', load.host, known(load.measured), known(load.foreseen)));
    line.title = load.reason ?? '';
  });
  const link = fill(row, 'decision', forecast.decision === undefined ? '' : say('forecasts.number', number(forecast.decision)));
  link.hash = 'decision=' + (forecast.decision ?? '');
}

function known(share) {
  return share === undefined ? '–' : percent(share);
}

function percent(share) {
  return say('forecasts.percent', number(rounded(100 * share)));
}

/** A power of ten of seconds. */
function tick(seconds) {
  return seconds < 0.9 ? say('time.ms', number(rounded(1000 * seconds))) : say('time.s', number(Math.round(seconds)));
}

/** Seconds in the unit in which they are between 1 and 1,000, or nearly. */
function duration(seconds) {
  if (seconds < 1) return say('time.ms', number(rounded(1000 * seconds)));
  if (seconds < 100) return say('time.s', number(rounded(seconds)));
  if (seconds < 6000) return say('time.m', number(rounded(seconds / 60)));
  return say('time.h', number(rounded(seconds / 3600)));
}

function rounded(value) {
  return value < 10 ? Math.round(10 * value) / 10 : Math.round(value);
}
