/** The samples cannot be used here; the message is one line that says why. */
export class SamplesRefused extends Error {
  override readonly name = 'SamplesRefused';
}
