/** How one setting is documented. The commented `postern.yaml` and the README's table are made from this. */
import { z } from 'zod';

export type SettingText = {
  /** What it does, one or two sentences. */
  readonly text: string;
  /** Unit of the value; absent where there is none. */
  readonly unit?: string;
  /** What is gained and lost by changing it. */
  readonly tradeoff: string;
  /** Environment variable that overrides the file. */
  readonly env?: string;
  /** Never in the file: only from the environment, or from a file that `<env>_FILE` names. */
  readonly secret?: true;
  /** Never in the file, though no secret. */
  readonly envOnly?: true;
  /** Shown instead of the default, where the default depends on the machine. */
  readonly defaultText?: string;
  /** A value to show in the commented file where the default is empty. */
  readonly example?: unknown;
};

export type SectionText = { readonly text: string; readonly shape: Readonly<Record<string, z.ZodType>> };

/** Texts by schema. */
export const settingTexts = new WeakMap<z.ZodType, SettingText>();
export const sectionTexts = new WeakMap<z.ZodType, SectionText>();

/** Attaches its text to a schema. */
export function setting<Schema extends z.ZodType>(schema: Schema, text: SettingText): Schema {
  settingTexts.set(schema, text);
  return schema;
}

/** A group of settings: unknown names are refused; an absent or empty group means its defaults. */
export function section<Shape extends Readonly<Record<string, z.ZodType>>>(shape: Shape, text: string) {
  const schema = z.preprocess((value) => value ?? {}, z.strictObject(shape));
  sectionTexts.set(schema, { text, shape });
  return schema;
}
