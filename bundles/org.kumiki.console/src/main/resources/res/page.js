// What the pages have in common: a shadow tree, an address that remembers what is looked at, and asking the server whether anything is new.

import { ago, learn, say, setClock } from './text.js';
import { fill, setText, show } from './dom.js';
import { connect, get, Refusal } from './server.js';

const EVERY = 2000;

/**
 * Watches one thing of the server's, and has it shown. Whoever makes one says how:
 * - first: the view that a page begins with; the address holds what differs from it
 * - normalize(body, view): the server may have answered for another page of a list than was asked for
 * - show(body, view): called after each answer, also when nothing is new
 * - live(body): what stands beside the beating dot
 * - every(body): in how many milliseconds to ask again; every two seconds if nothing else is said
 */
export class Page {

  constructor(name, ways) {
    const host = document.querySelector('#' + name);
    this.root = host.attachShadow({ mode: 'open' });
    this.root.append(document.querySelector(`#${name}-view`).content.cloneNode(true));
    learn(this.root.querySelector('#texts'), host.dataset.language);
    connect(host.dataset.root);
    this.ways = ways;
    this.view = { ...ways.first, ...Object.fromEntries(new URLSearchParams(location.hash.slice(1))) };
    this.last = null; // what is shown
    this.tag = null; // and its version
    this.timer = 0;
    this.turn = 0;
  }

  start() {
    document.addEventListener('visibilitychange', () => document.hidden ? clearTimeout(this.timer) : this.look());
    this.look();
  }

  /** Asks what is new. A later call makes an earlier one's answer void. */
  async look() {
    clearTimeout(this.timer);
    const mine = ++this.turn;
    try {
      const answer = await get('.json', this.view, this.tag);
      if (mine !== this.turn) return;
      if (answer) {
        ({ body: this.last, tag: this.tag } = answer);
        setClock(this.last.now);
        this.ways.normalize(this.last, this.view);
      }
      this.pulse(true);
      await this.ways.show(this.last, this.view);
    } catch (error) {
      if (mine !== this.turn) return;
      if (!(error instanceof Refusal || error instanceof TypeError)) console.error(error);
      this.pulse(false, error instanceof Refusal ? error.message : say('unreachable'));
    }
    if (mine === this.turn && !document.hidden) this.timer = setTimeout(() => this.look(), this.ways.every?.(this.last) ?? EVERY);
  }

  pulse(live, trouble) {
    const element = this.root.querySelector('#pulse');
    element.classList.toggle('live', live);
    fill(element, 'text', live ? this.ways.live(this.last) : say('stale'));
    const alarm = this.root.querySelector('#trouble');
    show(alarm, !live);
    if (!live) setText(alarm, this.last ? say('away', trouble, ago(this.last.now)) : trouble);
    this.root.querySelector('main').classList.toggle('stale', !live && this.last !== null);
  }

  /** Looks at something else. The address remembers it. */
  turnTo(change) {
    Object.assign(this.view, change);
    this.tag = null;
    const differing = Object.entries(this.view).filter(([key, value]) => String(value) !== String(this.ways.first[key]));
    history.replaceState(null, '', differing.length ? '#' + new URLSearchParams(differing) : location.pathname);
    this.look();
  }

  /** Lets a field say what a list is searched for. */
  search(selector, text, page) {
    const field = this.root.querySelector(selector);
    field.value = this.view[text];
    let pause = 0;
    field.addEventListener('input', () => {
      clearTimeout(pause);
      pause = setTimeout(() => this.turnTo({ [text]: field.value, [page]: 1 }), 200);
    });
  }
}
