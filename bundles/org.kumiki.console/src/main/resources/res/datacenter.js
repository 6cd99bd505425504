// Puts the page together, and keeps it up to date: every two seconds it asks whether anything is new.

import { ago, learn, say, setClock } from './text.js';
import { fill, setText, show } from './dom.js';
import { connect, get, Refusal } from './server.js';
import { Overview } from './overview.js';
import { Actions } from './actions.js';
import { Panel } from './panel.js';

const EVERY = 2000;
const OFTEN = 600; // while something moves
const FIRST = { state: 'live', text: '', page: 1, hostState: 'all', hostText: '', hostPage: 1, group: '' };

const host = document.querySelector('#kumiki-datacenter');
const root = host.attachShadow({ mode: 'open' });
root.append(document.querySelector('#kumiki-datacenter-view').content.cloneNode(true));
learn(root.querySelector('#texts'), host.dataset.language);
connect(host.dataset.root);

const overview = new Overview(root);
const actions = new Actions(root, () => look());
const panel = new Panel(root, actions);

const view = { ...FIRST, ...Object.fromEntries(new URLSearchParams(location.hash.slice(1))) };
let last = null; // the overview that is shown
let tag = null; // and its version
let seen = 0; // when the server last answered
let timer = 0;
let turn = 0;

/** Asks what is new. A later call makes an earlier one's answer void. */
async function look() {
  clearTimeout(timer);
  const mine = ++turn;
  try {
    const answer = await get('.json', view, tag);
    if (mine !== turn) return;
    seen = Date.now();
    if (answer) {
      ({ body: last, tag } = answer);
      setClock(last.now);
      view.page = last.instances.page;
      view.hostPage = last.hosts.page;
    }
    overview.show(last, view);
    pulse(true);
    await panel.refresh();
  } catch (error) {
    if (mine !== turn) return;
    if (!(error instanceof Refusal || error instanceof TypeError)) console.error(error);
    pulse(false, error instanceof Refusal ? error.message : say('unreachable'));
  }
  if (mine === turn && !document.hidden) timer = setTimeout(look, last?.summary.moving ? OFTEN : EVERY);
}

function pulse(live, trouble) {
  const element = root.querySelector('#pulse');
  element.classList.toggle('live', live);
  fill(element, 'text', live ? say('live', last.zone, last.version.toLocaleString()) : say('stale'));
  const alarm = root.querySelector('#trouble');
  show(alarm, !live);
  if (!live) setText(alarm, last ? say('away', trouble, ago(last.now)) : trouble);
  root.querySelector('main').classList.toggle('stale', !live && last !== null);
}

/** Looks at another part of the datacenter. The address remembers it. */
function turnTo(change) {
  Object.assign(view, change);
  tag = null;
  const differing = Object.entries(view).filter(([key, value]) => String(value) !== String(FIRST[key]));
  history.replaceState(null, '', differing.length ? '#' + new URLSearchParams(differing) : location.pathname);
  look();
}

root.addEventListener('click', event => {
  const target = event.target.closest('[data-set], [data-act], a, tr, li');
  if (!target || target.disabled) return;
  const row = target.closest('tr, li');
  const item = row?.kumikiItem;
  if (target.dataset.set) {
    const set = target.dataset.set;
    const firstPage = set === 'state' ? { page: 1 } : set === 'hostState' ? { hostPage: 1 } : {};
    turnTo({ ...firstPage, [set]: target.dataset.to });
  } else if (target.dataset.act === 'console') {
    panel.openInstance(item.id, 'console');
  } else if (target.dataset.act === 'guest') {
    panel.openInstance(target.kumikiItem.id);
  } else if (target.dataset.act === 'decision') {
    panel.openDecision(item.note.number);
  } else if (target.dataset.act) {
    if (row.closest('#hosts')) actions.onHost(target.dataset.act, item);
    else actions.onInstance(target.dataset.act, item);
  } else if (target.dataset.slot === 'guests') {
    event.preventDefault();
    search('#instance-text', item.id);
    root.querySelector('#instances').scrollIntoView({ behavior: 'smooth' });
  } else if (item && !getSelection()?.toString()) {
    open(row, item);
  }
});

root.addEventListener('keydown', event => {
  if (event.key === 'Enter' && event.target.matches('tr, li') && event.target.kumikiItem) open(event.target, event.target.kumikiItem);
  if (event.key === 'Escape' && panel.open && !root.querySelector('dialog[open]')) panel.close();
});

function open(row, item) {
  if (row.closest('#instances')) panel.openInstance(item.id);
  else if (row.closest('#decisions')) panel.openDecision(item.number);
}

for (const [selector, text, page] of [['#instance-text', 'text', 'page'], ['#host-text', 'hostText', 'hostPage']]) {
  const field = root.querySelector(selector);
  field.value = view[text];
  let pause = 0;
  field.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(() => turnTo({ [text]: field.value, [page]: 1 }), 200);
  });
}

function search(selector, text) {
  const field = root.querySelector(selector);
  field.value = text;
  field.dispatchEvent(new Event('input'));
}

const { map } = overview.hosts;
const canvas = root.querySelector('#map canvas');
canvas.addEventListener('mousemove', event => map.pointAt(map.at(event.offsetX, event.offsetY)));
canvas.addEventListener('mouseleave', () => map.pointAt(null));
canvas.addEventListener('click', event => {
  const thing = map.at(event.offsetX, event.offsetY);
  if (!thing) return;
  const question = map.question(thing);
  if (question.hostText !== undefined) root.querySelector('#host-text').value = question.hostText;
  turnTo({ hostPage: 1, ...question });
});
window.addEventListener('resize', () => last && overview.show(last, view));
document.addEventListener('visibilitychange', () => document.hidden ? clearTimeout(timer) : look());

look();
