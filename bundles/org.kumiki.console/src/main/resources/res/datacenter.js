// Puts the page together.

import { say } from './text.js';
import { Page } from './page.js';
import { Overview } from './overview.js';
import { Actions } from './actions.js';
import { Panel } from './panel.js';

const OFTEN = 600; // while something moves

const page = new Page('kumiki-datacenter', {
  first: { state: 'live', text: '', page: 1, hostState: 'all', hostText: '', hostPage: 1, group: '', decision: '' },
  normalize: (datacenter, view) => {
    view.page = datacenter.instances.page;
    view.hostPage = datacenter.hosts.page;
  },
  show: (datacenter, view) => {
    overview.show(datacenter, view);
    return panel.refresh();
  },
  live: datacenter => say('live', datacenter.zone, datacenter.version.toLocaleString()),
  every: datacenter => datacenter?.summary.moving ? OFTEN : null
});
const { root } = page;
const overview = new Overview(root);
const actions = new Actions(root, () => page.look());
const panel = new Panel(root, actions);

root.addEventListener('click', event => {
  const target = event.target.closest('[data-set], [data-act], a, tr, li');
  if (!target || target.disabled) return;
  const row = target.closest('tr, li');
  const item = row?.kumikiItem;
  if (target.dataset.set) {
    const set = target.dataset.set;
    const firstPage = set === 'state' ? { page: 1 } : set === 'hostState' ? { hostPage: 1 } : {};
    page.turnTo({ ...firstPage, [set]: target.dataset.to });
  } else if (target.dataset.act === 'console') {
    panel.openInstance(item.id, 'console');
  } else if (target.dataset.act === 'guest') {
    panel.openInstance(target.kumikiItem.id);
  } else if (target.dataset.act === 'decision') {
    panel.openDecision(item.note.number);
  } else if (target.dataset.act && target.closest('#rehearsals')) {
    actions.onPolicy(target.dataset.act, row ? { id: item.policy } : overview.rehearsals.asked());
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

page.search('#instance-text', 'text', 'page');
page.search('#host-text', 'hostText', 'hostPage');

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
  page.turnTo({ hostPage: 1, ...question });
});
window.addEventListener('resize', () => page.last && overview.show(page.last, page.view));

page.start();
if (page.view.decision) { // another page has led here; once is enough
  panel.openDecision(page.view.decision);
  page.view.decision = '';
}
