// Shows what there is in the stores: queues, buckets and domains, a page of each.

import { ago, bytes, moment, number, say, since, state } from './text.js';
import { clone, fill, fillBar, keep, setText, show } from './dom.js';
import { nothing, pages, sum } from './list.js';
import { Page } from './page.js';
import { Samples } from './samples.js';
import { trend } from './trend.js';

/** Which share of the time that messages are kept the oldest may have waited before somebody should look. */
const LONG = 0.1;

const LISTS = { queue: showQueue, bucket: showBucket, domain: showDomain };
const names = Object.keys(LISTS);
const samples = new Samples();

const page = new Page('kumiki-stores', {
  first: Object.fromEntries(names.flatMap(name => [[name + 'Text', ''], [name + 'Sort', 'name'], [name + 'Page', 1]])),
  normalize: (stores, view) => names.forEach(name => { view[name + 'Page'] = stores[name + 's'].slice?.page ?? view[name + 'Page']; }),
  show: (stores, view) => {
    samples.take(rows(stores.queues).filter(queue => queue.waiting !== undefined).map(queue => [key(queue), queue.waiting]));
    for (const name of names) showList(name, stores[name + 's'], view);
    rest('queue', stores.queues, say('shown.waiting', number(total(stores.queues, 'waiting'))));
    rest('bucket', stores.buckets, say('shown.bytes', bytes(total(stores.buckets, 'bytes'))));
    rest('domain', stores.domains, say('shown.items', number(total(stores.domains, 'items'))));
  },
  live: () => say('live.stores')
});
const { root } = page;

function rows(part) {
  return part.slice?.rows ?? [];
}

function key(row) {
  return (row.owner?.id ?? '') + '/' + row.name;
}

function total(part, figure) {
  return sum(rows(part).map(row => row[figure] ?? 0));
}

function rest(name, part, text) {
  const tile = root.querySelector(`.tile[data-list="${name}"]`);
  fill(tile, 'all', part.slice ? number(part.all) : '–');
  fill(tile, 'rest', rows(part).length ? text : '');
}

function showList(name, part, view) {
  const section = root.querySelector(`#${name}s`);
  keep(section.querySelector('tbody'), rows(part), key, () => clone(root.querySelector(`#${name}-row`)), (row, one) => {
    fill(row, 'name', one.name).title = one.name;
    row.classList.toggle('mute', one.trouble !== undefined);
    if (one.trouble) fill(row, 'owner', one.trouble);
    else fill(row, 'owner', !one.owner ? say('owner.none') : one.owner.name ? say('owner', one.owner.name, one.owner.id) : one.owner.id);
    LISTS[name](row, one);
  });
  if (part.slice) {
    nothing(section, part.slice.found, (part.all === 0 ? 'empty.' : 'fit.') + name);
    pages(section, part.slice, name + 'Page');
  } else {
    nothing(section, 0, 'absent.' + name);
    if (part.trouble) setText(section.querySelector('.nothing'), part.trouble);
    show(section.querySelector('.pages'), false);
  }
  show(section.querySelector('input'), part.all > 0);
  const unordered = fill(section, 'unordered', say('unordered', number(part.unordered)));
  show(unordered, part.unordered > 0);
  for (const button of section.querySelectorAll('.sort')) {
    const heading = button.parentElement;
    if (button.dataset.to !== view[button.dataset.set]) heading.removeAttribute('aria-sort');
    else heading.setAttribute('aria-sort', button.dataset.to === 'name' ? 'ascending' : 'descending');
  }
}

function count(row, slot, value) {
  const element = fill(row, slot, value === undefined ? '' : number(value));
  element.classList.toggle('faint', value === 0);
}

function when(row, slot, time) {
  fill(row, slot, time === undefined ? '' : ago(time)).title = time === undefined ? '' : moment(time);
}

function showQueue(row, queue) {
  const kind = queue.fifo ? 'fifo' : 'standard';
  fill(row, 'kind', say(kind)).dataset.state = kind;
  for (const slot of ['waiting', 'inFlight', 'delayed']) count(row, slot, queue[slot]);
  fill(row, 'bytes', queue.bytes === undefined ? '' : bytes(queue.bytes)).classList.toggle('faint', queue.bytes === 0);
  const drawing = row.querySelector('.trend');
  trend(drawing, samples.points(key(queue)));
  drawing.setAttribute('aria-label', say('most', number(samples.most(key(queue)))));

  const old = queue.oldest !== undefined && since(queue.oldest) > LONG * queue.retention;
  const dead = queue.dead?.messages > 0;
  when(row, 'oldest', queue.oldest);
  const oldest = row.querySelector('[data-slot="oldest"]');
  oldest.classList.toggle('alarm', old);
  if (old) oldest.title = say('old') + '\n' + oldest.title;
  fill(row, 'dead', queue.dead?.name ?? '').title = queue.dead ? queue.dead.owner + '/' + queue.dead.name : '';
  fill(row, 'deadCount', !queue.dead ? '' : queue.dead.trouble ?? (dead ? say('dead.count', number(queue.dead.messages)) : say('dead.empty')))
    .classList.toggle('alarm', dead);
  row.classList.toggle('look', old || dead);
}

function showBucket(row, bucket) {
  count(row, 'objects', bucket.objects);
  fill(row, 'bytes', bucket.bytes === undefined ? '' : bytes(bucket.bytes)).classList.toggle('faint', bucket.bytes === 0);
  const limits = [];
  if (bucket.mostBytes !== undefined) limits.push({ share: bucket.bytes / bucket.mostBytes, text: say('quota.bytes', bytes(bucket.mostBytes)) });
  if (bucket.mostObjects !== undefined) limits.push({ share: bucket.objects / bucket.mostObjects, text: say('quota.objects', number(bucket.mostObjects)) });
  const text = limits.map(limit => limit.text).join(' · ');
  const bar = row.querySelector('.bar');
  show(bar, limits.length > 0);
  fillBar(bar, Math.max(0, ...limits.map(limit => limit.share || 0)), text);
  fill(row, 'quota', text);
  const versions = fill(row, 'versions', bucket.versions ? state(bucket.versions) : '');
  versions.dataset.state = bucket.versions ?? '';
  show(versions, bucket.versions !== undefined);
  show(row.querySelector('[data-slot="locked"]'), bucket.locked);
  when(row, 'created', bucket.created);
}

function showDomain(row, domain) {
  for (const slot of ['items', 'attributes', 'values']) count(row, slot, domain[slot]);
  fill(row, 'bytes', domain.bytes === undefined ? '' : bytes(domain.bytes)).classList.toggle('faint', domain.bytes === 0);
  when(row, 'created', domain.created);
}

root.addEventListener('click', event => {
  const target = event.target.closest('[data-set]');
  if (!target || target.disabled) return;
  const set = target.dataset.set;
  const firstPage = set.endsWith('Sort') ? { [set.replace('Sort', 'Page')]: 1 } : {};
  page.turnTo({ ...firstPage, [set]: target.dataset.to });
});
for (const name of names) page.search(`#${name}-text`, name + 'Text', name + 'Page');

page.start();
