/** A long text in pieces: what belongs together stands close together, and in the whole of it a request would drown. */

/**
 * Runs of whole items of at most `length` characters together; an item that is longer stands alone. With `overlapping`
 * each run begins in the middle of the one before, so that what stands on an edge is seen whole once.
 */
export function windowsOf<T>(
  items: readonly T[],
  lengthOf: (item: T) => number,
  length: number,
  overlapping = false,
): readonly (readonly T[])[] {
  const windows: (readonly T[])[] = [];
  let start = 0;
  while (start < items.length) {
    let end = start;
    let middle = start;
    let sum = 0;
    for (let item = items[end]; item !== undefined; item = items[end]) {
      if (end > start && sum + lengthOf(item) > length) break;
      sum += lengthOf(item);
      end += 1;
      if (sum <= length / 2) middle = end;
    }
    windows.push(items.slice(start, end));
    if (end === items.length) break;
    start = overlapping && middle > start ? middle : end;
  }
  return windows;
}
