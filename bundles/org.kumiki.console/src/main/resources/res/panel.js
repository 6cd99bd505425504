// The panel at the side: an instance's details, its console output, and why it is where it is; or a decision alone.

import { ago, moment, number, say, size, state } from './text.js';
import { clone, fill, keep, make, setText, show } from './dom.js';
import { get, Refusal } from './server.js';

export class Panel {

  constructor(root, actions) {
    this.root = root;
    this.actions = actions;
    this.panel = root.querySelector('#panel');
    this.panel.querySelector('.close').addEventListener('click', () => this.close());
    for (const tab of this.tabs()) tab.addEventListener('click', () => this.choose(tab.dataset.tab));
    this.screen = this.panel.querySelector('.screen');
    this.screen.addEventListener('scroll', () => {
      this.following = this.screen.scrollTop + this.screen.clientHeight >= this.screen.scrollHeight - 30;
    });
  }

  tabs() {
    return [...this.panel.querySelectorAll('[role="tab"]')];
  }

  get open() {
    return !this.panel.hidden;
  }

  async openInstance(id, tab = 'detail') {
    this.subject = { id };
    this.detail = null;
    this.following = true; // of what is written, until somebody scrolls back
    setText(this.screen, '');
    show(this.panel.querySelector('.tabs'), true);
    show(this.panel, true);
    this.choose(tab);
    await this.refresh();
  }

  async openDecision(number) {
    this.subject = { number };
    this.panel.querySelector('.acts').replaceChildren();
    show(this.panel.querySelector('.tabs'), false);
    show(this.panel, true);
    this.choose('why');
    await this.refresh();
  }

  close() {
    show(this.panel, false);
    this.subject = null;
  }

  choose(name) {
    for (const tab of this.tabs()) tab.setAttribute('aria-selected', tab.dataset.tab === name);
    for (const body of this.panel.querySelectorAll('.body')) show(body, body.dataset.body === name);
    this.tab = name;
    if (name === 'console') this.readConsole();
  }

  /** Called again and again while the panel is open. */
  async refresh() {
    const subject = this.subject;
    if (!subject) return;
    try {
      if (subject.number !== undefined) {
        const { body: why } = await get('/decision.json', { number: subject.number });
        if (this.subject === subject) this.showDecision(why);
        return;
      }
      const { body: detail } = await get('/instance.json', { id: subject.id });
      if (this.subject !== subject) return;
      this.detail = detail;
      this.showDetail(detail);
      if (this.tab === 'console') await this.readConsole();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.close();
      this.actions.toast(error.message, true);
    }
  }

  showDetail(detail) {
    const { instance } = detail;
    setText(this.panel.querySelector('#panel-title'), instance.name || instance.id);
    fill(this.panel, 'under', instance.id);
    this.showActions(instance);
    const rows = [
      ['state', say('since', state(instance.state), moment(instance.since)) + (detail.reason ? ' (' + detail.reason + ')' : '')],
      ['size', say('size', instance.type, detail.resources.cpus, size(detail.resources.memoryMiB), size(detail.resources.diskMiB))],
      ['host', instance.host && (instance.destination ? say('from.to', instance.host, instance.destination) : instance.host)
        + (instance.technology ? ' (' + instance.technology + ')' : '')],
      ['labels', Object.entries(detail.labels).map(([key, value]) => key + ' = ' + value).join('\n')], ['hardware', detail.hardware],
      ['public', instance.publicAddress], ['private', instance.privateAddress], ['mac', detail.mac],
      ['image', detail.image + (detail.imageName ? ' ' + detail.imageName : '')], ['key', detail.key],
      ['groups', detail.groups.join(', ')], ['launched', moment(instance.launched)], ['reservation', detail.reservation],
      ['owner', detail.owner], ['protected', instance.protectedFromTermination && say('yes')],
      ['volumes', detail.volumes.map(volume => say(volume.deleteOnTermination ? 'volume.goes' : 'volume.stays', volume.id, volume.device,
        size(volume.sizeMiB))).join('\n')],
      ['tags', Object.entries(detail.tags).map(([key, value]) => key + ' = ' + value).join('\n')]
    ].filter(([, value]) => value);
    this.list(this.panel.querySelector('[data-body="detail"] dl'), rows.map(([key, value]) => [say('field.' + key), value]));
    const why = this.panel.querySelector('[data-body="why"]');
    this.showWishes(detail.wishes);
    show(why.querySelector('.missing'), !detail.why);
    show(why.querySelector('.decision'), Boolean(detail.why));
    if (detail.why) this.showWhy(detail.why);
  }

  showDecision(why) {
    setText(this.panel.querySelector('#panel-title'), say('why.title', number(why.number)));
    fill(this.panel, 'under', ago(why.at));
    const body = this.panel.querySelector('[data-body="why"]');
    this.showWishes([]);
    show(body.querySelector('.missing'), false);
    show(body.querySelector('.decision'), true);
    this.showWhy(why);
  }

  /** What policies want of an instance that they have looked at. */
  showWishes(wishes) {
    const texts = wishes.map(wish => !wish.to ? say('wish.left', wish.policy, wish.reason)
      : say(wish.advice ? 'wish.advice' : 'wish', wish.policy, wish.to, state(wish.state) + (wish.note ? ': ' + wish.note : ''), wish.reason));
    keep(this.panel.querySelector('.wishes'), texts, text => text, text => make('li', '', text), () => {});
  }

  showWhy(why) {
    const body = this.panel.querySelector('[data-body="why"]');
    this.list(body.querySelector('dl'), [
      [say('why.chosen'), why.subjects.map(({ id: guest, host }) => guest + ' ' + (host ? say('chosen', host) : say('chosen.none'))).join('\n')],
      [say('why.reason'), why.reason],
      [say('why.brain'), why.brain],
      [say('why.at'), moment(why.at) + ', ' + ago(why.at)],
      [say('why.view'), say('why.number', number(why.view))]
    ].filter(([, value]) => value));
    const reasons = why.not.map(not => ({ ...not, names: not.hosts.join('  ')
      + (not.count > not.hosts.length ? '  ' + say('more', number(not.count - not.hosts.length)) : '') }));
    if (why.fitting > 0) reasons.push({ reason: say('why.fitting'), count: why.fitting, names: '' });
    if (reasons.length === 0) reasons.push({ reason: say('why.none'), count: null, names: '' });
    keep(body.querySelector('.not'), reasons, not => not.reason, () => clone(this.root.querySelector('#not-row')), (row, not) => {
      fill(row, 'count', not.count === null ? '' : number(not.count));
      fill(row, 'reason', not.reason);
      fill(row, 'hosts', not.names);
    });
  }

  list(dl, rows) {
    keep(dl, rows, ([term]) => term, () => clone(this.root.querySelector('#detail-row')), (row, [term, value]) => {
      setText(row.firstElementChild, term);
      setText(row.lastElementChild, value);
    });
  }

  showActions(instance) {
    const acts = ['start', 'stop', 'kill', 'reboot', 'cancel', 'terminate'].filter(act => instance.can.includes(act));
    keep(this.panel.querySelector('.acts'), acts, act => act,
      act => {
        const button = make('button', act === 'terminate' ? 'plain harsh' : 'plain', say('act.' + act));
        button.type = 'button';
        button.addEventListener('click', () => this.actions.onInstance(act, this.detail.instance));
        return button;
      }, () => {});
  }

  async readConsole() {
    const subject = this.subject;
    const screen = this.screen;
    try {
      const { body: output } = await get('/console.json', { id: subject.id });
      if (this.subject !== subject) return;
      setText(screen, output.text || say('console.empty'));
      fill(this.panel, 'at', say('console.at', ago(output.at)));
      if (this.following) screen.scrollTop = screen.scrollHeight;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (this.subject === subject) fill(this.panel, 'at', say('console.cannot', error.message));
    }
  }
}
