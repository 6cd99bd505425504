// Talks to the server. An expired login shows the login page instead of errors.

let root = '';

export function connect(address) {
  root = address;
}

export class Refusal extends Error {}

async function answer(response) {
  if (response.status === 401) {
    location.reload();
    return new Promise(() => {}); // the page is going
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Refusal(body?.error ?? response.status + ' ' + response.statusText);
  return body;
}

/** Answers the JSON at a path, or null if it is still the one with this tag. */
export async function get(path, parameters, tag) {
  const headers = { Accept: 'application/json' };
  if (tag) headers['If-None-Match'] = tag;
  const response = await fetch(root + path + '?' + new URLSearchParams(parameters), { headers, cache: 'no-store' });
  if (response.status === 304) return null;
  const body = await answer(response);
  return { body, tag: response.headers.get('ETag') };
}

export async function post(path, parameters) {
  const headers = { Accept: 'application/json', 'X-Requested-With': 'kumiki-datacenter' };
  return answer(await fetch(root + path, { method: 'POST', headers, body: new URLSearchParams(parameters) }));
}
