/** Mail by outcome over time, stacked, drawn by uPlot. */
type Flow = { readonly times: readonly number[]; readonly series: Readonly<Record<string, readonly number[]>> };
type Plot = { setData(data: readonly (readonly number[])[]): void; setSize(size: object): void; destroy(): void };
declare const uPlot: new (options: object, data: readonly (readonly number[])[], target: HTMLElement) => Plot;

const chart = document.querySelector<HTMLElement>('[data-flow]');
const buttons = [...document.querySelectorAll<HTMLButtonElement>('[data-range]')];
const outcomes = ['accepted', 'rejected', 'escalated'] as const;
const refreshMs = 15_000;
let range = 'hour';
let plot: Plot | null = null;

if (chart !== null) {
  for (const button of buttons) {
    button.addEventListener('click', () => {
      range = button.dataset['range'] ?? 'hour';
      for (const one of buttons) one.setAttribute('aria-pressed', String(one === button));
      void draw(chart);
    });
  }
  const redraw = (): void => {
    plot?.destroy();
    plot = null;
    void draw(chart);
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  new ResizeObserver(() => plot?.setSize(sizeOf(chart))).observe(chart);
  setInterval(() => void draw(chart), refreshMs);
  void draw(chart);
}

async function draw(target: HTMLElement): Promise<void> {
  const flow = await load(`${target.dataset['flow'] ?? ''}?range=${range}`);
  if (flow === null) return; // the line above the numbers says that the server is away
  const data = stacked(flow);
  if (plot === null) {
    target.replaceChildren();
    plot = new uPlot(optionsOf(target), data, target);
  } else {
    plot.setData(data);
  }
  const sum = outcomes.map((outcome) => `${(flow.series[outcome] ?? []).reduce((a, b) => a + b, 0)} ${outcome}`);
  target.setAttribute('aria-label', `Mail by outcome, last ${range}: ${sum.join(', ')}`);
  target.removeAttribute('aria-labelledby');
}

async function load(path: string): Promise<Flow | null> {
  try {
    const answer = await fetch(path);
    return answer.ok ? ((await answer.json()) as Flow) : null;
  } catch {
    return null;
  }
}

/** Each series lies on the ones below it; drawn from the top down. */
function stacked({ times, series }: Flow): (readonly number[])[] {
  let below = times.map(() => 0);
  const layers = outcomes.map((outcome) => {
    below = below.map((sum, index) => sum + (series[outcome]?.[index] ?? 0));
    return below;
  });
  return [times, ...layers.toReversed()];
}

function optionsOf(target: HTMLElement): object {
  const color = (name: string): string => resolvedColor(target, name);
  const axis = {
    stroke: color('--chart-text'),
    grid: { stroke: color('--chart-grid'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  };
  const times = { ...axis, values: (_: unknown, ticks: readonly number[]) => ticks.map(tickText), space: 70, size: 28 };
  return {
    ...sizeOf(target),
    legend: { show: false },
    cursor: { y: false, points: { show: false } },
    scales: { y: { range: (_: unknown, __: number, most: number) => [0, Math.max(4, most * 1.1)] } },
    axes: [
      times,
      { ...axis, size: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000] },
    ],
    series: [
      {},
      ...outcomes.toReversed().map((outcome) => ({
        label: outcome,
        stroke: color(`--chart-${outcome}`),
        fill: color(`--chart-${outcome}-fill`),
        width: 1.5,
        points: { show: false },
      })),
    ],
  };
}

/** A canvas knows no variables: an element is asked what they come to in this scheme. */
function resolvedColor(target: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  target.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const hours = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const days = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

function tickText(seconds: number): string {
  return (range === 'month' ? days : hours).format(new Date(seconds * 1_000));
}

function sizeOf(target: HTMLElement): { width: number; height: number } {
  return { width: Math.max(200, target.clientWidth), height: 200 };
}
