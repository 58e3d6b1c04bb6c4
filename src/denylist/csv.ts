/** The deny-list as CSV (RFC 4180): read as a whole or not at all, and written so that a spreadsheet runs nothing. */
import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { DenyEntry } from './entry.ts';
import { type DenyField, proposeEntry } from './entry-rules.ts';
import { expiryText, parseExpiry } from './expiry.ts';
import { parseScope, scopeText } from './scope.ts';

const denyColumns = ['kind', 'value', 'reason', 'note', 'scope', 'expires_at', 'created_by'] as const;

export type DenyCsvFault = {
  /** Line of the file, from 1; the header is line 1. A record of several lines counts from its first. */
  readonly line: number;
  /** Null when the line as a whole is at fault. */
  readonly field: DenyField | null;
  readonly message: string;
};

export type DenyCsvResult =
  | { readonly ok: true; readonly entries: readonly DenyEntry[] }
  | { readonly ok: false; readonly faults: readonly DenyCsvFault[] };

type Row = { readonly line: number; readonly cells: readonly string[] };
type RowResult = { readonly line: number; readonly entry: DenyEntry | null; readonly faults: readonly DenyCsvFault[] };

/** Reads a whole file; `now` (epoch milliseconds) becomes the entries' time of creation. */
export function parseDenyCsv(text: string, now: number): DenyCsvResult {
  const table = readTable(text);
  if (!table.ok) return { ok: false, faults: [table.fault] };
  const [header, ...rows] = table.rows;
  const headerFault = headerFaultOf(header);
  if (headerFault !== null) return { ok: false, faults: [headerFault] };
  const results = rows.map((row) => readRow(row, now));
  const faults = [...results.flatMap((result) => result.faults), ...repeatedFaults(results)];
  if (faults.length > 0) return { ok: false, faults: faults.toSorted((a, b) => a.line - b.line) };
  return { ok: true, entries: results.flatMap(({ entry }) => entry ?? []) };
}

/** The file that gives the same entries again, their times of creation aside. */
export function formatDenyCsv(entries: readonly DenyEntry[]): string {
  const rows = entries.map((entry) => [
    entry.kind,
    entry.value,
    entry.reason,
    entry.note,
    scopeText(entry.scope),
    expiryText(entry.expiresAt),
    entry.createdBy,
  ]);
  return stringify([denyColumns, ...rows.map((row) => row.map(guarded))], {
    record_delimiter: 'windows',
    quoted_match: /[\r\n]/,
  });
}

/** One line: `line 3, expires_at: …`. */
export function denyCsvFaultLine({ line, field, message }: DenyCsvFault): string {
  return `line ${line}${field === null ? '' : `, ${field}`}: ${message}`;
}

// A cell that starts like this is a formula to some spreadsheet. An apostrophe in front makes it text; a cell that has
// apostrophes before such a start gets one more, so that taking one away gives back every cell as it was.
const formulaStart = /^'*\s*[=+\-@|%\t\r\n\uff0b\uff0d\uff1d\uff20]/u;

function guarded(cell: string): string {
  return formulaStart.test(cell) ? `'${cell}` : cell;
}

function unguarded(cell: string): string {
  return cell.startsWith("'") && formulaStart.test(cell) ? cell.slice(1) : cell;
}

function readTable(text: string): { ok: true; rows: readonly Row[] } | { ok: false; fault: DenyCsvFault } {
  const rows: Row[] = [];
  let read = 0;
  try {
    // The parser counts CRLF inside quotes as two lines.
    parse(text.replace(/\r\n?/g, '\n'), {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (cells: readonly string[], { lines }) => {
        // `lines` is the line that a record ends on.
        const line = lines - cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
        rows.push({ line, cells: cells.map(unguarded) });
        read = lines;
        return null;
      },
    });
    return { ok: true, rows };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // A quote that is never closed swallows the rest of the file: what counts is where the record began.
    return { ok: false, fault: { line: read + 1, field: null, message: csvMessage(error.code) } };
  }
}

/** Our own words: the library's quote the cell. */
function csvMessage(code: string): string {
  return code === 'CSV_QUOTE_NOT_CLOSED'
    ? 'has a quote that is never closed'
    : 'is not CSV: a quote stands in the wrong place';
}

function headerFaultOf(header: Row | undefined): DenyCsvFault | null {
  const names = header?.cells.map((cell) => cell.trim()) ?? [];
  const isExpected = names.length === denyColumns.length && denyColumns.every((name, index) => names[index] === name);
  return isExpected ? null : { line: 1, field: null, message: `must be the header ${denyColumns.join(',')}` };
}

function readRow({ line, cells }: Row, now: number): RowResult {
  if (cells.length !== denyColumns.length) {
    const message = `has ${cells.length} fields, not ${denyColumns.length}`;
    return { line, entry: null, faults: [{ line, field: null, message }] };
  }
  const [kind = '', value = '', reason = '', note = '', scopeCell = '', expiresCell = '', createdBy = ''] = cells;
  const scope = parseScope(scopeCell.trim());
  const expiry = expiresCell.trim() === '' ? { ok: true as const, at: null } : parseExpiry(expiresCell.trim());
  const proposed = proposeEntry({
    kind,
    value,
    reason,
    note,
    scope: scope ?? { kind: 'global' },
    expiresAt: expiry.ok ? expiry.at : null,
    createdBy,
    createdAt: now,
  });
  const faults: DenyCsvFault[] = [
    ...(proposed.ok ? [] : proposed.faults.map((fault) => ({ line, ...fault }))),
    ...(scope === null
      ? [{ line, field: 'scope', message: 'is none of global, mailbox:<address>, tenant:<id>' } as const]
      : []),
    ...(expiry.ok
      ? []
      : [{ line, field: 'expires_at', message: 'is no ISO 8601 date, nor date and time with zone' } as const]),
  ];
  return { line, entry: proposed.ok && faults.length === 0 ? proposed.entry : null, faults };
}

function repeatedFaults(results: readonly RowResult[]): DenyCsvFault[] {
  const first = new Map<string, number>();
  return results.flatMap(({ line, entry }) => {
    if (entry === null) return [];
    const before = first.get(entry.id);
    if (before !== undefined) {
      return [{ line, field: 'value', message: `stands already in line ${before}, for the same scope` } as const];
    }
    first.set(entry.id, line);
    return [];
  });
}
