/** Every page: keys, the menu on narrow screens, local times. */
const go = new Map(
  [...document.querySelectorAll<HTMLAnchorElement>('a[data-key]')].map((a) => [a.dataset['key'], a.href]),
);
const help = document.querySelector<HTMLDialogElement>('#keys');
const search = document.querySelector<HTMLInputElement>('#search');
/** When g was pressed, counted from the load of the page as event times are. */
let wentAt = Number.NEGATIVE_INFINITY;

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape' && leave(event.target)) return;
  if (isTyping(event.target)) return;
  if (event.key === '?' && help !== null) {
    help.showModal();
  } else if (event.key === '/' && search !== null) {
    search.focus();
    search.select();
  } else if (event.key === 'g') {
    wentAt = event.timeStamp;
    return;
  } else if (event.timeStamp - wentAt < 1_500 && go.has(event.key)) {
    location.assign(go.get(event.key) ?? '/');
  } else if (event.key === 'j' || event.key === 'k') {
    moveRow(event.key === 'j' ? 1 : -1);
  } else if (!press(event.key)) {
    return;
  }
  wentAt = Number.NEGATIVE_INFINITY;
  event.preventDefault();
});

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}

/** What a key has led to is left again, so that the next key is one of the page. */
function leave(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement) || !(isTyping(target) || target.hasAttribute('data-confirm'))) return false;
  target.blur();
  return true;
}

/**
 * What a page names for a key: fields are entered, the rest is followed; but what decides something is only shown as
 * chosen, and Enter does it: a key that slips decides nothing.
 */
function press(key: string): boolean {
  const target = document.querySelector<HTMLElement>(`[data-hotkey="${CSS.escape(key)}"]`);
  if (target === null) return false;
  if (target.matches('input, textarea, select, [data-confirm]')) target.focus();
  else target.click();
  return true;
}

/** The first links of the rows of the first list are one column for the keyboard. */
function moveRow(step: number): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('main tbody tr')].flatMap(
    (row) => row.querySelector<HTMLAnchorElement>('a') ?? [],
  );
  const at = links.findIndex((link) => link === document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, at < 0 ? 0 : at + step))]?.focus();
}

const menu = document.querySelector<HTMLButtonElement>('.menu-button');
const navigation = document.querySelector('#navigation');
if (menu !== null && navigation !== null) {
  document.documentElement.classList.add('has-menu');
  menu.hidden = false;
  menu.addEventListener('click', () => {
    const isOpen = menu.getAttribute('aria-expanded') !== 'true';
    menu.setAttribute('aria-expanded', String(isOpen));
    navigation.classList.toggle('open', isOpen);
  });
}

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

function localTimes(root: ParentNode): void {
  for (const time of root.querySelectorAll('time')) time.title = `here: ${clock.format(new Date(time.dateTime))}`;
}

localTimes(document);
document.addEventListener('postern:changed', (event) => {
  if (event.target instanceof Element) localTimes(event.target);
});
