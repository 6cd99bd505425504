// What an operator can do, and the questions asked before.

import { number, say, size } from './text.js';
import { fill, make, setText, show } from './dom.js';
import { get, post, Refusal } from './server.js';

export class Actions {

  /** @param changed called after a change, so that the page looks again at once */
  constructor(root, changed) {
    this.root = root;
    this.changed = changed;
    this.dialog = root.querySelector('#confirm');
  }

  async onInstance(action, instance) {
    const name = instance.name || instance.id;
    try {
      if (action === 'terminate' && !await this.askToTerminate(instance, name)) return;
      if (['stop', 'kill', 'reboot', 'cancel'].includes(action)
        && !await this.ask(say('ask.' + action, name), say(`ask.${action}.lead`), say('act.' + action), { harsh: action === 'kill' })) return;
      await post('/instance', { id: instance.id, action });
      this.toast(say('done.' + action, name));
    } catch (error) {
      this.complain(name, error);
    }
    this.changed();
  }

  async onHost(action, host) {
    try {
      if (action !== 'accept' && !await this.ask(say('ask.' + action, host.id), action === 'drain' ? toMove(host) : say(`ask.${action}.lead`),
        say('act.' + action), { harsh: action === 'remove' })) return;
      await post('/host', { id: host.id, action });
      this.toast(say('done.' + action, host.id));
    } catch (error) {
      this.complain(host.id, error);
    }
    this.changed();
  }

  async onPolicy(action, fields) {
    try {
      if (action !== 'shadow' && !await this.ask(say('ask.' + action, fields.id), say(`ask.${action}.lead`), say('act.' + action))) return;
      const done = await post('/policy', { ...fields, action });
      this.toast(say('done.' + done.action, fields.id));
    } catch (error) {
      this.complain(fields.id, error);
    }
    this.changed();
  }

  /** Names everything that would be destroyed, as it is at this moment. */
  async askToTerminate(instance, name) {
    const { body: detail } = await get('/instance.json', { id: instance.id });
    if (detail.instance.protectedFromTermination) {
      this.toast(say('ask.terminate.protected', name), true);
      return false;
    }
    const lost = [say('ask.terminate.disk', instance.id, detail.instance.host ?? '–')];
    for (const volume of detail.volumes.filter(volume => volume.deleteOnTermination)) {
      lost.push(say('ask.terminate.volume', volume.id, volume.device, size(volume.sizeMiB)));
    }
    if (detail.instance.publicAddress) lost.push(say('ask.terminate.address', detail.instance.publicAddress));
    const kept = detail.volumes.filter(volume => !volume.deleteOnTermination).map(volume => volume.id);
    return this.ask(say('ask.terminate', name), say('ask.terminate.lead'), say('act.terminate'), {
      lost, keep: kept.length ? say('ask.terminate.keep', kept.join(', ')) : '', harsh: true
    });
  }

  ask(title, lead, yes, { lost = [], keep = '', harsh = false } = {}) {
    const dialog = this.dialog;
    setText(dialog.querySelector('h2'), title);
    fill(dialog, 'lead', lead);
    dialog.querySelector('ul').replaceChildren(...lost.map(text => make('li', '', text)));
    show(fill(dialog, 'keep', keep), keep !== '');
    const button = fill(dialog, 'yes', yes);
    button.className = harsh ? 'harsh' : '';
    dialog.returnValue = 'no';
    dialog.showModal();
    return new Promise(resolve => {
      dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
    });
  }

  complain(name, error) {
    this.toast(say('failed', name, error instanceof Refusal ? error.message : say('unreachable')), true);
  }

  toast(text, bad = false) {
    const toast = make('p', bad ? 'toast bad' : 'toast', text);
    this.root.querySelector('#toasts').append(toast);
    setTimeout(() => toast.remove(), bad ? 12000 : 5000);
  }
}

function toMove({ guests }) {
  return guests === 0 ? say('ask.drain.none') : guests === 1 ? say('ask.drain.one') : say('ask.drain.lead', number(guests));
}
