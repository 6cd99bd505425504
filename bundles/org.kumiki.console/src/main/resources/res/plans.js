// Shows what each policy wants, why, and how far it is.

import { ago, moment, number, say, state } from './text.js';
import { clone, fill, keep, show } from './dom.js';
import { stateIn } from './list.js';

const PROGRESS = ['under-way', 'waiting', 'done', 'refused', 'failed'];

export class Plans {

  constructor(root) {
    this.root = root;
    this.section = root.querySelector('#plans');
  }

  show(plans) {
    keep(this.section.querySelector('ol'), plans, plan => plan.policy, () => clone(this.root.querySelector('#plan-row')),
      (element, plan) => this.plan(element, plan));
    show(this.section.querySelector('.nothing'), plans.length === 0);
  }

  plan(element, plan) {
    element.dataset.mode = plan.advice ? 'advice' : plan.open ? 'open' : 'over';
    fill(element, 'policy', plan.policy).title = plan.brain;
    stateIn(element, plan.advice ? 'advice' : plan.open ? 'under-way' : 'over');
    fill(element, 'at', ago(plan.at)).title = moment(plan.at);
    fill(element, 'reason', plan.reason);
    fill(element, 'counts', PROGRESS.filter(name => plan.counts[name]).map(name => number(plan.counts[name]) + ' ' + state(name)).join(' · '));
    show(element.querySelector('.advice'), plan.advice);
    keep(element.querySelector('.steps'), plan.steps, step => step.number, () => clone(this.root.querySelector('#step-row')), step);
    const hidden = PROGRESS.reduce((total, name) => total + (plan.counts[name] ?? 0), 0) - plan.steps.length;
    show(fill(element, 'more', say('more.steps', number(hidden))), hidden > 0);
    keep(element.querySelector('.stay'), plan.stay, left => left.guest.id, () => clone(this.root.querySelector('#left-row')), (row, left) => {
      fill(row, 'guest', say('stays', left.guest.name || left.guest.id, left.guest.host ?? '–')).title = left.guest.id;
      fill(row, 'reason', left.reason);
    });
    show(fill(element, 'unmoved', say('more', number(plan.left - plan.stay.length))), plan.left > plan.stay.length);
  }
}

/** A step of a plan; of a comparison, who wants it stands where its state would. */
export function step(row, { kind, guests, more, host, reason, state: name, note }) {
  row.dataset.state = name;
  stateIn(row, name);
  const names = guests.map(guest => guest.name || guest.id).join(', ') + (more > 0 ? ' ' + say('more', number(more)) : '');
  const from = guests[0]?.host;
  fill(row, 'what', kind !== 'move' ? say('step.' + kind, host) : !from || from === host ? say('step.move', names, host)
    : say('step.move.from', names, from, host)).title = guests.map(guest => guest.id).join('\n');
  fill(row, 'reason', reason);
  show(fill(row, 'note', note), note !== '');
}
