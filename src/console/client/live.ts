/**
 * Keeps a page up to date over server-sent events, and says so when it no longer is.
 *
 * States: *live* (an event came lately) -> *stale* (none for a while, or the stream broke; the browser or we try again)
 * -> *live*. `out` when the server asks to log in again: nothing more comes by itself.
 */
const status = document.querySelector<HTMLElement>('[data-live]');
const text = status?.querySelector<HTMLElement>('.live-text');
/** The server sends every two seconds. */
const patienceMs = 8_000;
const againMs = 3_000;
let lastAt = Date.now();
let state = '';

if (status !== null && text !== null && text !== undefined) {
  const path = status.dataset['live'] ?? '';
  const show = (next: 'live' | 'stale' | 'out', message: string): void => {
    // A live region: only changes are said.
    if (next === state && next !== 'stale') return;
    state = next;
    status.dataset['state'] = next;
    document.body.classList.toggle('is-stale', next !== 'live');
    if (text.textContent !== message) text.textContent = message;
  };
  const clock = (): string => new Date(lastAt).toLocaleTimeString();
  const alive = (): void => {
    lastAt = Date.now();
    show('live', 'live');
  };
  const connect = (): void => {
    const source = new EventSource(path);
    source.addEventListener('same', alive);
    source.addEventListener('sections', (event: MessageEvent<string>) => {
      alive();
      replaceSections(JSON.parse(event.data));
    });
    source.addEventListener('error', () => {
      show('stale', `connection lost, as of ${clock()}; trying again`);
      if (source.readyState !== EventSource.CLOSED) return;
      source.close();
      setTimeout(() => void again(), againMs);
    });
  };
  // An EventSource does not tell why it was refused.
  const again = async (): Promise<void> => {
    const answer = await fetch('/live/flow').catch(() => null);
    if (answer?.status === 401) {
      show('out', 'your session ended: load the page to log in again');
    } else {
      connect();
    }
  };
  connect();
  setInterval(() => {
    if (state === 'live' && Date.now() - lastAt > patienceMs) show('stale', `no news since ${clock()}; trying again`);
  }, 1_000);
}

/** The markup was made and escaped by our own templates. Who stands on a link stays on it. */
function replaceSections(sections: Record<string, string>): void {
  for (const [id, markup] of Object.entries(sections)) {
    const section = document.getElementById(id);
    if (section === null || section.dataset['markup'] === markup) continue;
    const focused = section.contains(document.activeElement) ? document.activeElement?.getAttribute('href') : null;
    section.innerHTML = markup;
    section.dataset['markup'] = markup;
    if (typeof focused === 'string') section.querySelector<HTMLElement>(`[href="${CSS.escape(focused)}"]`)?.focus();
    section.dispatchEvent(new CustomEvent('postern:changed', { bubbles: true }));
  }
}
