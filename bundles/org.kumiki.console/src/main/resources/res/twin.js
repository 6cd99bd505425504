// Asks the twin what would come of the datacenter, and shows both sides beside each other.

import { moment, number, say } from './text.js';
import { fill, fillBar, make, setText, show } from './dom.js';
import { Page } from './page.js';
import { Forecasts } from './forecasts.js';
import { post } from './server.js';

const page = new Page('kumiki-twin', {
  first: {},
  normalize: () => {},
  show: state => {
    showState(state);
    return forecasts.refresh();
  },
  live: state => state.running ? say('twin.running', Math.round(100 * state.done)) : say(state.present ? 'twin.ready' : 'twin.absent')
});
const { root } = page;
const forecasts = new Forecasts(root);
const form = root.querySelector('form');
const failure = root.querySelector('[data-slot="failure"]');

function showState(state) {
  for (const select of form.querySelectorAll('select')) offer(select, select.name === 'type' ? state.types : state.policies);
  form.querySelector('[type="submit"]').disabled = state.running || !state.present;
  form.querySelector('[data-act="cancel"]').disabled = !state.running;
  const bar = root.querySelector('.bar');
  show(bar, state.running);
  fillBar(bar, state.done);
  bar.setAttribute('aria-valuenow', String(Math.round(100 * state.done)));
  if (state.failure || state.running || state.answer) complain(state.failure);
  show(root.querySelector('#answer'), Boolean(state.answer));
  if (state.answer) showAnswer(state.answer);
}

/** What is chosen stays chosen as long as it is there. */
function offer(select, names) {
  const known = [...select.options].slice(1).map(option => option.value);
  if (known.join('\n') === names.join('\n')) return;
  const chosen = select.value;
  while (select.options.length > 1) select.options[1].remove();
  for (const name of names) {
    const option = make('option', '', name);
    option.value = name;
    select.append(option);
  }
  select.value = names.includes(chosen) ? chosen : '';
}

function complain(text) {
  show(failure, Boolean(text));
  setText(failure, text ?? '');
}

function showAnswer(answer) {
  fill(root, 'when', say('twin.when', moment(answer.at), number(answer.hours)));
  for (const [name, total] of Object.entries(answer.totals)) {
    const row = root.querySelector(`[data-total="${name}"]`);
    fill(row, 'asIs', rounded(total.asIs));
    fill(row, 'changed', rounded(total.changed));
  }
  fill(root, 'currency', answer.currency);
  for (const [name, plot] of Object.entries(answer.plots)) {
    const figure = root.querySelector(`[data-plot="${name}"]`);
    figure.querySelector('.as-is').setAttribute('d', plot.asIs);
    figure.querySelector('.changed').setAttribute('d', plot.changed);
    fill(figure, 'most', say('twin.most', rounded(plot.most)));
  }
}

function rounded(value) {
  return number(Math.round(100 * value) / 100);
}

async function send(path, parameters) {
  try {
    await post(path, parameters);
    complain(null);
    await page.look();
  } catch (error) {
    complain(error.message);
  }
}

form.addEventListener('submit', event => {
  event.preventDefault();
  send('/ask', new FormData(form));
});
form.querySelector('[data-act="cancel"]').addEventListener('click', () => send('/cancel', {}));

page.start();
