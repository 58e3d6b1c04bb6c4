/**
 * Whoever types into a form learns at once when the server is away: a form that is sent to nobody is lost.
 *
 * States: *there* -> *away* (a question got no answer: it is said, and nothing is sent) -> *back* (said too; the form can go).
 */
const probe = document.querySelector<HTMLLinkElement>('link[rel=icon]')?.href;
const main = document.querySelector('main');
const everyMs = 5_000;
const againMs = 2_000;
const patienceMs = 8_000;
let askedAt = Number.NEGATIVE_INFINITY;
let isAway = false;
let note: HTMLElement | null = null;

if (probe !== undefined && main !== null) {
  const ask = async (): Promise<void> => {
    askedAt = performance.now();
    const signal = AbortSignal.timeout(patienceMs);
    const isThere = await fetch(probe, { method: 'HEAD', cache: 'no-store', signal }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isThere === isAway) say(main, !isThere);
    isAway = !isThere;
    if (isAway) setTimeout(() => void ask(), againMs);
  };
  document.addEventListener('input', (event) => {
    const isTyped = event.target instanceof Element && event.target.closest('form[method=post]') !== null;
    if (isTyped && !isAway && performance.now() - askedAt > everyMs) void ask();
  });
  document.addEventListener('submit', (event) => {
    if (!isAway) return;
    event.preventDefault();
    note?.scrollIntoView({ block: 'nearest' });
  });
}

function say(place: Element, isGone: boolean): void {
  note?.remove(); // a new one is announced
  note = document.createElement('div');
  note.className = `note connection ${isGone ? 'bad' : 'good'}`;
  note.setAttribute('role', isGone ? 'alert' : 'status');
  note.textContent = isGone
    ? 'The server does not answer. Nothing can be sent now; what you typed stays here. Trying again…'
    : 'The server is back. What you typed is still here: send it.';
  place.append(note);
}
