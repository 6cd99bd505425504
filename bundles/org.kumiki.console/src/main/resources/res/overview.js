// Shows the overview: summary, hosts, instances, technologies, decisions, plug-ins.

import { ago, moment, number, say, size, state } from './text.js';
import { clone, fill, fillBar, keep, make, setText, show } from './dom.js';

const LIFE = ['running', 'pending', 'stopping', 'shutting-down', 'stopped', 'terminated'];
const HOST_STATES = ['up', 'draining', 'maintenance', 'off', 'lost'];

export class Overview {

  constructor(root) {
    this.root = root;
  }

  $(selector) {
    return this.root.querySelector(selector);
  }

  show(overview, view) {
    this.summary(overview);
    this.hosts(overview, view);
    this.instances(overview, view);
    this.technologies(overview.technologies);
    this.decisions(overview.decisions);
    this.plugIns(overview.plugIns);
  }

  summary({ summary, decisions }) {
    const hosts = this.$('#tile-hosts');
    const all = sum(Object.values(summary.hosts));
    fill(hosts, 'up', number(summary.hosts.up ?? 0));
    fill(hosts, 'of', say('of', number(all)));
    const others = HOST_STATES.slice(1).filter(name => summary.hosts[name]);
    fill(hosts, 'rest', all === 0 ? say('nothing.yet') : others.length === 0 ? say('hosts.none')
      : others.map(name => number(summary.hosts[name]) + ' ' + state(name)).join(' · '));

    const instances = this.$('#tile-instances');
    fill(instances, 'running', number(summary.instances.running ?? 0));
    const living = LIFE.slice(0, 5).filter(name => summary.instances[name]);
    const stack = instances.querySelector('[data-slot="stack"]');
    keep(stack, living, name => name, name => make('i', 'of-' + name), (part, name) => {
      part.style.flexGrow = summary.instances[name];
      part.title = number(summary.instances[name]) + ' ' + state(name);
    });
    const rest = LIFE.slice(1).filter(name => summary.instances[name]);
    fill(instances, 'rest', rest.length === 0 ? '' : rest.map(name => number(summary.instances[name]) + ' ' + state(name)).join(' · '));

    const { capacity, used } = summary;
    this.share('#tile-cpus', used.cpus, capacity.cpus, say('free.cpus', number(used.cpus), number(capacity.cpus)));
    this.share('#tile-memory', used.memoryMiB, capacity.memoryMiB, say('free.memory', size(used.memoryMiB), size(capacity.memoryMiB)));

    const made = this.$('#tile-decisions');
    fill(made, 'count', number(summary.decisions));
    fill(made, 'rest', decisions.length ? say('last.decision', ago(decisions[0].at)) : say('nothing.yet'));
  }

  share(tile, used, capacity, text) {
    const element = this.$(tile);
    const share = capacity ? used / capacity : 0;
    fill(element, 'percent', Math.round(100 * share) + ' %');
    fillBar(element.querySelector('.bar'), share, text);
    fill(element, 'rest', text);
  }

  hosts({ summary, map, hosts }, view) {
    const section = this.$('#hosts');
    choices(section, ['all', ...HOST_STATES.filter(name => summary.hosts[name] || name === view.hostState)], view.hostState,
      name => name === 'all' ? sum(Object.values(summary.hosts)) : summary.hosts[name] ?? 0, 'hostState');
    this.map(map);
    keep(section.querySelector('tbody'), hosts.rows, host => host.id, () => clone(this.$('#host-row')), (row, host) => {
      fill(row, 'id', host.id);
      fill(row, 'labels', Object.entries(host.labels).map(([key, value]) => key + '=' + value).join('  '));
      stateIn(row, host.state);
      fill(row, 'technology', host.technology);
      this.use(row, 'cpus', host.used.cpus, host.capacity.cpus, number);
      this.use(row, 'memory', host.used.memoryMiB, host.capacity.memoryMiB, size);
      this.use(row, 'disk', host.used.diskMiB, host.capacity.diskMiB, size);
      fill(row, 'guests', number(host.guests));
      show(row.querySelector('[data-act="drain"]'), host.state === 'up');
      show(row.querySelector('[data-act="accept"]'), host.state === 'draining' || host.state === 'maintenance');
    });
    nothing(section, hosts.found, sum(Object.values(summary.hosts)) === 0 ? 'hosts.empty' : 'hosts.fit');
    pages(section, hosts, 'hostPage');
  }

  use(row, name, used, capacity, words) {
    fillBar(row.querySelector(`[data-use="${name}"] .bar`), capacity ? used / capacity : 0);
    fill(row, name, say('free.' + (name === 'cpus' ? 'cpus' : 'memory'), words(used), words(capacity)));
  }

  map(squares) {
    const figure = this.$('#map');
    show(figure, squares.length > 10);
    if (figure.hidden) return;
    this.squares = squares;
    const canvas = figure.querySelector('canvas');
    const width = figure.clientWidth;
    const step = squares.length > 1500 ? 9 : squares.length > 400 ? 12 : 17;
    const columns = Math.max(1, Math.floor((width + 2) / step));
    const height = Math.ceil(squares.length / columns) * step;
    const scale = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      canvas.style.height = height + 'px';
    }
    this.grid = { step, columns };
    const pen = canvas.getContext('2d');
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    squares.forEach((square, index) => {
      pen.fillStyle = shade(square);
      pen.fillRect(index % columns * step, Math.floor(index / columns) * step, step - 2, step - 2);
    });
    this.pointAt(this.pointed ?? null);
  }

  /** Which host is at a place of the map. */
  squareAt(x, y) {
    if (!this.grid) return null;
    const { step, columns } = this.grid;
    const column = Math.floor(x / step);
    return column < columns ? this.squares[Math.floor(y / step) * columns + column] ?? null : null;
  }

  pointAt(square) {
    this.pointed = square;
    fill(this.$('#map'), 'under', square ? say('map.point', square.id, state(square.state), square.full)
      : say('map.all', number(this.squares.length)));
  }

  instances({ summary, instances }, view) {
    const section = this.$('#instances');
    const total = sum(Object.values(summary.instances));
    const counts = { all: total, live: total - (summary.instances.terminated ?? 0), ...summary.instances };
    choices(section, ['live', ...LIFE.filter(name => summary.instances[name] || name === view.state), 'all'], view.state,
      name => counts[name] ?? 0, 'state');
    keep(section.querySelector('tbody'), instances.rows, instance => instance.id, () => clone(this.$('#instance-row')), (row, instance) => {
      const name = fill(row, 'name', instance.name || say('unnamed'));
      name.classList.toggle('faint', !instance.name);
      name.title = instance.name;
      fill(row, 'id', instance.id);
      stateIn(row, instance.state);
      fill(row, 'type', instance.type);
      fill(row, 'host', instance.host ?? '');
      fill(row, 'technology', instance.technology ?? '');
      fill(row, 'public', instance.publicAddress ?? '');
      fill(row, 'private', instance.privateAddress);
      fill(row, 'launched', ago(instance.launched)).title = moment(instance.launched);
      row.classList.toggle('gone', instance.state === 'terminated');
      for (const button of row.querySelectorAll('[data-act]')) {
        const can = instance.can.includes(button.dataset.act);
        button.classList.toggle('cannot', !can);
        button.disabled = !can;
      }
    });
    nothing(section, instances.found, total === 0 ? 'instances.empty' : 'instances.fit');
    pages(section, instances, 'page');
  }

  technologies(placed) {
    for (const cell of this.root.querySelectorAll('#technologies td[data-method]')) {
      const here = placed.filter(one => one.method === cell.dataset.method && one.monitor === cell.parentElement.dataset.monitor);
      let chips = cell.querySelector('.chips');
      if (!chips) chips = cell.insertBefore(make('div', 'chips'), cell.firstChild);
      keep(chips, here, one => one.name + ' ' + one.version, () => clone(this.$('#technology-chip')), (chip, one) => {
        fill(chip, 'name', one.name);
        fill(chip, 'version', one.version);
        fill(chip, 'guests', one.guests === 1 ? say('guests.one') : say('guests', number(one.guests)));
        chip.classList.toggle('idle', one.guests === 0);
        chip.title = [say('hosts.here', number(one.hosts)), one.note, one.features.join(', ')].filter(text => text).join('\n');
      });
      cell.classList.toggle('present', here.length > 0);
    }
  }

  decisions(decisions) {
    const section = this.$('#decisions');
    keep(section.querySelector('ol'), decisions, decision => decision.number, () => clone(this.$('#decision-row')), (row, decision) => {
      fill(row, 'at', ago(decision.at)).title = moment(decision.at);
      fill(row, 'subject', decision.subject + (decision.subjects > 1 ? ' ' + say('more', number(decision.subjects - 1)) : ''));
      fill(row, 'chosen', decision.hosts === 0 ? say('chosen.none')
        : say('chosen', decision.chosen + (decision.hosts > 1 ? ' ' + say('more', number(decision.hosts - 1)) : '')));
      fill(row, 'reason', decision.reason);
      fill(row, 'brain', decision.brain);
    });
    show(section.querySelector('.nothing'), decisions.length === 0);
  }

  plugIns(plugIns) {
    const section = this.$('#plugins');
    keep(section.querySelector('tbody'), plugIns, one => [one.kind, one.name, one.bundle].join(' '), () => clone(this.$('#plugin-row')),
      (row, one) => {
        for (const slot of ['kind', 'name', 'bundle', 'note']) fill(row, slot, one[slot]);
        stateIn(row, one.state);
        fill(row, 'calls', number(one.calls));
        fill(row, 'failures', number(one.failures)).classList.toggle('bad', one.failures > 0);
      });
    show(section.querySelector('table'), plugIns.length > 0);
    show(section.querySelector('.nothing'), plugIns.length === 0);
  }
}

export function stateIn(row, name) {
  fill(row, 'state', state(name)).dataset.state = name;
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

function shade({ state: name, full }) {
  if (name === 'up') {
    return full === 0 ? '#ece7dd' : `hsl(28 ${42 + full * 0.16}% ${82 - full * 0.5}%)`;
  }
  return { draining: '#8fa9c4', maintenance: '#b9c2ca', off: '#d9dde1', lost: '#c0392b' }[name] ?? '#d9dde1';
}

/** Says why a table is empty, instead of an empty table. */
function nothing(section, found, text) {
  show(section.querySelector('table'), found > 0);
  const line = section.querySelector('.nothing');
  show(line, found === 0);
  if (found === 0) setText(line, say(text));
}

function choices(section, names, chosen, count, parameter) {
  keep(section.querySelector('.choices'), names, name => name, name => {
    const button = make('button', 'choice');
    button.type = 'button';
    button.dataset.set = parameter;
    button.dataset.to = name;
    button.append(make('span', '', state(name)), make('b'));
    return button;
  }, (button, name) => {
    setText(button.lastElementChild, number(count(name)));
    button.setAttribute('aria-pressed', name === chosen);
  });
}

function pages(section, slice, parameter) {
  const nav = section.querySelector('.pages');
  show(nav, slice.pages > 1);
  if (nav.hidden) return;
  if (!nav.firstChild) {
    const previous = make('button', 'plain', '‹');
    const next = make('button', 'plain', '›');
    previous.title = say('page.previous');
    next.title = say('page.next');
    for (const button of [previous, next]) {
      button.type = 'button';
      button.dataset.set = parameter;
    }
    nav.append(previous, make('span'), next);
  }
  const [previous, where, next] = nav.children;
  previous.dataset.to = slice.page - 1;
  previous.disabled = slice.page <= 1;
  next.dataset.to = slice.page + 1;
  next.disabled = slice.page >= slice.pages;
  const first = (slice.page - 1) * slice.size + 1;
  setText(where, say('pages', number(first), number(first + slice.rows.length - 1), number(slice.found)));
}
