/** There is no entry under this key. */
export class SpoolMissing extends Error {
  override readonly name = 'SpoolMissing';
}

/** The entry is there, but it is not what was committed: damaged, cut short, exchanged, or sealed under another key. */
export class SpoolCorrupt extends Error {
  override readonly name = 'SpoolCorrupt';
}

/** The storage has no room left. */
export class StorageFull extends Error {
  override readonly name = 'StorageFull';
}
