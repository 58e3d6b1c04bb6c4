/** One parameter of a structured MIME field (RFC 2045 §5.1), such as `protocol` of multipart/signed. */

/** The first parameter of this lower-case name, unquoted; null when there is none. Comments and RFC 2231 are not read. */
export function parameterOf(value: string, name: string): string | null {
  const parameter =
    /;\s{0,20}([\w!#$%&'*+.^`{|}~-]{1,80})\s{0,20}=\s{0,20}(?:"((?:[^"\\]|\\.){0,500})"|([^\s;"]{1,500}))/g;
  for (const [, found = '', quoted, plain] of value.slice(0, 8_192).matchAll(parameter)) {
    if (found.toLowerCase() === name) return quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1');
  }
  return null;
}
