// What the lists of this page have in common: states, choices, pages, and words where nothing is.

import { number, say, state } from './text.js';
import { fill, keep, make, setText, show } from './dom.js';

export function stateIn(row, name) {
  fill(row, 'state', state(name)).dataset.state = name;
}

export function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/** Says why a list is empty, instead of an empty list. */
export function nothing(section, found, text) {
  const table = section.querySelector('table, ol');
  show(table, found > 0);
  const line = section.querySelector('.nothing');
  show(line, found === 0);
  if (found === 0) setText(line, say(text));
}

export function choices(section, names, chosen, count, parameter) {
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

export function pages(section, slice, parameter) {
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
