// Shows which policies were given a role, how each does beside the other, and where their plans differ.

import { ago, moment, number, say } from './text.js';
import { clone, fill, keep, make, setText, show } from './dom.js';
import { step } from './plans.js';

export class Rehearsals {

  constructor(root) {
    this.root = root;
    this.section = root.querySelector('#rehearsals');
  }

  show(rehearsals, plugIns) {
    const names = [...new Set(plugIns.filter(one => one.kind === 'policy').map(one => one.name))].sort();
    this.choices('id', names);
    this.choices('other', ['', ...names]);
    keep(this.section.querySelector('ol'), rehearsals, one => one.policy, () => clone(this.root.querySelector('#rehearsal-row')),
      (element, one) => this.rehearsal(element, one));
    show(this.section.querySelector('.nothing'), rehearsals.length === 0);
    show(this.section.querySelector('form'), names.length > 0);
  }

  choices(name, values) {
    keep(this.section.querySelector(`select[name="${name}"]`), values, value => value, value => {
      const option = make('option');
      option.value = value;
      return option;
    }, (option, value) => setText(option, value === '' ? say('rehearsal.beside') : value));
  }

  rehearsal(element, one) {
    fill(element, 'policy', one.policy);
    fill(element, 'role', say('role.' + one.role)).dataset.state = one.role;
    fill(element, 'about', [one.inPlaceOf && say('rehearsal.place', one.inPlaceOf), one.hosts > 0 && say('rehearsal.hosts', number(one.hosts)),
      one.moves > 0 && say('rehearsal.moves', number(one.moves)), one.bounds, one.promoteAt > 0 && say('rehearsal.until', moment(one.promoteAt))]
      .filter(text => text).join(' · '));
    fill(element, 'since', ago(one.since)).title = moment(one.since) + ', ' + one.by;
    fill(element, 'reason', one.reason);
    fill(element, 'objection', one.objection);
    fill(element, 'text', one.text);
    show(element.querySelector('[data-act="promote"]'), one.role !== 'active');
    keep(element.querySelector('.plots'), one.plots, plot => plot.kind, () => clone(this.root.querySelector('#plot')), plotted);
    keep(element.querySelector('.steps'), one.steps, row => row.number, () => clone(this.root.querySelector('#step-row')), step);
    show(fill(element, 'more', say('more.steps', number(one.more))), one.more > 0);
  }

  /** What the form says. */
  asked() {
    return Object.fromEntries([...this.section.querySelectorAll('form [name]')].map(field => [field.name, field.value.trim()]));
  }
}

function plotted(element, plot) {
  fill(element, 'what', say('plot.' + plot.kind));
  fill(element, 'now', plot.now);
  fill(element, 'other', plot.otherNow && say('plot.other', plot.otherNow));
  fill(element, 'top', plot.top);
  element.querySelector('path.candidate').setAttribute('d', plot.candidate);
  element.querySelector('path.other').setAttribute('d', plot.other);
}
