/** Sends the form of the next batch by itself; "Stop here" or leaving the page ends it. */
const form = document.querySelector<HTMLFormElement>('form[data-go-on]');
const pauseMs = 300;
if (form !== null) {
  const timer = setTimeout(() => form.submit(), pauseMs);
  addEventListener('pagehide', () => clearTimeout(timer));
}
