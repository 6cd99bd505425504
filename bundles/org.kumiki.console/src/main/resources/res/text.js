// What the page says: texts in the operator's language, numbers, sizes and times.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const texts = new Map();
let locale = 'en';
let skew = 0;

/** Takes the texts from the template that the server has translated. */
export function learn(template, language) {
  locale = language;
  for (const text of template.content.querySelectorAll('[data-key]')) {
    texts.set(text.dataset.key, text.textContent);
  }
}

export function say(key, ...values) {
  return (texts.get(key) ?? key).replace(/\{(\d)\}/g, (whole, index) => values[index] ?? '');
}

/** A state in words; one that this page has never heard of is shown as it is. */
export function state(name) {
  return texts.get('state.' + name) ?? name;
}

export function number(value) {
  return value.toLocaleString(locale);
}

/** What goes over a channel, which is counted in decimal megabytes. */
export function rate(bytesPerSecond) {
  const megabytes = bytesPerSecond / 1e6;
  return megabytes.toLocaleString(locale, { maximumFractionDigits: megabytes < 10 ? 1 : 0 }) + ' MB/s';
}

export function bytes(amount) {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, amount)) / 10));
  const value = amount / 1024 ** unit;
  return value.toLocaleString(locale, { maximumFractionDigits: value < 10 ? 1 : 0 }) + ' ' + UNITS[unit];
}

export function size(mib) {
  return bytes(mib * 2 ** 20);
}

/** The server's clock counts, not the browser's. */
export function setClock(now) {
  skew = now - Date.now();
}

/** How many milliseconds have passed since. */
export function since(time) {
  return Math.max(0, Date.now() + skew - time);
}

export function ago(time) {
  const seconds = Math.round(since(time) / 1000);
  if (seconds < 3) return say('ago.now');
  if (seconds < 90) return say('ago.s', seconds);
  if (seconds < 5400) return say('ago.m', Math.round(seconds / 60));
  if (seconds < 129600) return say('ago.h', Math.round(seconds / 3600));
  return say('ago.d', Math.round(seconds / 86400));
}

export function moment(time) {
  return new Date(time).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'medium' });
}
