/** Why a keyring did not do what it was asked; `message` is one line without key material. */
export type KeyringFault = 'missing' | 'exists' | 'unreadable' | 'locked' | 'io';

export class KeyringError extends Error {
  override readonly name = 'KeyringError';
  readonly fault: KeyringFault;

  constructor(fault: KeyringFault, message: string) {
    super(message);
    this.fault = fault;
  }
}
