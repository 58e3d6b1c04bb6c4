/**
 * The parts of css-tree 3.2 that are used, each by its own entry: the whole package builds grammars of all properties at
 * its start. Its types name the whole only.
 */
declare module 'css-tree/parser' {
  import { parse } from 'css-tree';

  export default parse;
}

declare module 'css-tree/generator' {
  import { generate } from 'css-tree';

  export default generate;
}

declare module 'css-tree/tokenizer' {
  export { tokenize } from 'css-tree';

  type Kind = 'Ident' | 'Function' | 'Hash' | 'String' | 'Dimension' | 'WhiteSpace' | 'Comment';

  export const tokenTypes: Readonly<Record<Kind, number>>;
}

declare module 'css-tree/utils' {
  export { ident, string } from 'css-tree';
}
