// Shows the guests that move: from where to where, how far they are, and when they will be there.

import { ago, bytes, moment, number, rate, say, since } from './text.js';
import { clone, fill, keep, show } from './dom.js';
import { stateIn } from './list.js';

/** For how many milliseconds a move that is over goes on being shown. */
const AFTERWARDS = 60000;

export class Moves {

  constructor(root) {
    this.root = root;
    this.section = root.querySelector('#moves');
  }

  show({ summary, moves }) {
    const shown = moves.filter(move => move.state === 'moving' || since(move.since) < AFTERWARDS);
    const hidden = summary.moving - shown.filter(move => move.state === 'moving').length;
    keep(this.section.querySelector('ol'), shown, move => move.id + ' ' + move.began, () => clone(this.root.querySelector('#move-row')), row);
    fill(this.section, 'count', summary.moving === 0 ? '' : say('moves.count', number(summary.moving)));
    show(fill(this.section, 'more', say('more', number(hidden))), hidden > 0);
    show(this.section.querySelector('.nothing'), shown.length === 0);
  }
}

function row(element, move) {
  const moving = move.state === 'moving';
  const percent = move.state === 'completed' ? 100 : move.progress?.percent ?? 0;
  element.dataset.state = move.state;
  fill(element, 'name', move.name || move.id).title = move.id;
  fill(element, 'source', move.source);
  fill(element, 'destination', move.destination);
  stateIn(element, move.state === 'failed' ? 'stayed' : move.state);
  show(element.querySelector('[data-act="cancel"]'), moving);
  const track = element.querySelector('.track');
  track.firstElementChild.style.width = percent + '%';
  track.setAttribute('aria-valuenow', percent);
  fill(element, 'percent', moving ? percent + ' %' : '');
  fill(element, 'how', moving ? how(move.progress) : '');
  fill(element, 'end', moving ? end(move.progress) : ago(move.since));
  fill(element, 'reason', move.reason).title = moment(move.began) + (move.strategy ? '\n' + move.strategy : '');
}

function how(progress) {
  if (!progress || progress.phase === 'setup') return say('phase.setup');
  const parts = [say('phase.' + progress.phase)];
  if (progress.phase === 'precopy') parts.push(say('round', number(progress.round)));
  parts.push(say('sent', bytes(progress.sentBytes)), say('left', bytes(progress.remainingBytes)), say('channel', rate(progress.bytesPerSecond)));
  if (progress.dirtyBytesPerSecond > 0) parts.push(say('dirty', rate(progress.dirtyBytesPerSecond)));
  if (progress.throttle > 0) parts.push(say('throttle', progress.throttle));
  return parts.join(' · ');
}

function end(progress) {
  if (!progress || progress.phase === 'setup') return '';
  if (progress.rest === undefined) return say('end.none');
  const seconds = Math.round(progress.rest / 1000);
  return seconds < 1 ? say('end.now') : seconds < 90 ? say('end.s', number(seconds)) : say('end.m', number(Math.round(seconds / 60)));
}
