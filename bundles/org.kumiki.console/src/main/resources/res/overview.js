// Shows the overview: summary, instances, technologies, decisions, plug-ins; and has hosts, moves, plans and rehearsals shown.

import { ago, moment, number, say, size, state } from './text.js';
import { clone, fill, fillBar, keep, make, show } from './dom.js';
import { choices, nothing, pages, stateIn, sum } from './list.js';
import { HOST_STATES, Hosts } from './hosts.js';
import { Moves } from './moves.js';
import { Plans } from './plans.js';
import { Rehearsals } from './rehearsals.js';

const LIFE = ['running', 'pending', 'stopping', 'shutting-down', 'stopped', 'terminated'];

export class Overview {

  constructor(root) {
    this.root = root;
    this.hosts = new Hosts(root);
    this.moves = new Moves(root);
    this.plans = new Plans(root);
    this.rehearsals = new Rehearsals(root);
  }

  $(selector) {
    return this.root.querySelector(selector);
  }

  show(overview, view) {
    this.summary(overview);
    this.hosts.show(overview, view);
    this.moves.show(overview);
    this.plans.show(overview.plans);
    this.rehearsals.show(overview.rehearsals, overview.plugIns);
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
      fill(row, 'host', instance.destination ? say('from.to', instance.host, instance.destination) : instance.host ?? '');
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
      fill(row, 'chosen', decision.hosts === 0 ? decision.subject.startsWith('i-') ? say('chosen.none') : ''
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
