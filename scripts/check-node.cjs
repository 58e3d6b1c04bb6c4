// Plain old JavaScript on purpose: it must run on any Node, to say which one is needed.
'use strict';
var needed = 24;
if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error('Postern needs Node ' + needed + ' or newer; this is ' + process.version + '. See https://nodejs.org/');
  process.exit(69);
}
