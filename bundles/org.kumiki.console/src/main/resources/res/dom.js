// The only ways in which this page changes what is shown. Data becomes text nodes and attributes from a fixed list, never markup.

/** Puts text into the slot of that name. */
export function fill(root, slot, text) {
  const element = root.dataset?.slot === slot ? root : root.querySelector(`[data-slot="${slot}"]`);
  setText(element, text ?? '');
  return element;
}

export function setText(element, text) {
  const string = String(text);
  if (element.textContent !== string) element.textContent = string;
}

export function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

export function make(name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** An element of a drawing. */
export function draw(name, className) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  if (className) element.setAttribute('class', className);
  return element;
}

/** It belongs to the page at once: what is only cloned has no address yet against which its links could be resolved. */
export function clone(template) {
  return document.importNode(template.content.firstElementChild, true);
}

/**
 * Makes a parent's children those of a list, in its order. What is there already is kept, so that nothing loses the focus or the pointer
 * while the page changes under it.
 */
export function keep(parent, items, key, create, update) {
  const known = new Map();
  for (const child of parent.children) known.set(child.kumikiKey, child);
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    let child = known.get(name);
    if (child) {
      known.delete(name);
    } else {
      child = create(item);
      child.kumikiKey = name;
    }
    child.kumikiItem = item;
    update(child, item);
    if (child === place) {
      place = place.nextElementSibling;
    } else {
      parent.insertBefore(child, place);
    }
  }
  for (const child of known.values()) child.remove();
}

/** Fills a bar up to a share from 0 to 1. */
export function fillBar(bar, share, label) {
  const percent = Math.round(1000 * Math.min(1, Math.max(0, share))) / 10;
  bar.firstElementChild.style.width = percent + '%';
  bar.dataset.level = share > 0.92 ? 'high' : share > 0.75 ? 'raised' : 'fine';
  if (label) bar.setAttribute('aria-label', label);
}
