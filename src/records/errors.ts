/** The records cannot be used at all; the message is one line for the operator. */
export class RecordsUnavailable extends Error {
  override readonly name = 'RecordsUnavailable';
}

/** The schema of the records was made by a newer Postern; the message is one line for the operator. */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew';
}
