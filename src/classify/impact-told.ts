/** Impact that is told but does not count: asked about and not there, of one person, or got round by other means. */
import { anchored } from './passage.ts';
import { pattern } from './pattern.ts';
import { textRule } from './rule.ts';

/** "If nobody could sign in, what would you do?" */
export const supposed = anchored(
  /^(?:if|suppose|si) .{0,80}\b(?:could|would|should|were|pouvai\w+|serai\w+|etai\w+)\b.{0,200}\?$/,
);

/** "Une seule personne ne …", which reads like "personne ne …". */
export const onePerson = textRule({ id: 'reach-one', all: [/\bune (?:seule )?personne (?:ne|n')/] });

/** What else they use. */
export const otherMeans = textRule({
  id: 'way-round-used',
  all: [
    pattern`
      \bbut (?:the |our |with (?:the |an? )?)?(?:\w+ ){0,3}
      (?:passwords?|log-?in|sign-?in|portal|web|app|vpn|link|method|route) (?:still )?
      works for (?:everybody|everyone|all|us|now)\b
      |\b(?:we|they|people) (?:use|work over|go through) (?:the |an? |our )?
      (?:\w+ ){1,4}(?:meanwhile|in the meantime|for now)\b
      |\bso we get by\b
      |\bmais (?:le |la |les |l')(?:\w+ ){0,3}
      (?:mots? de passe|connexion|portail|web|appli\w*|vpn|lien|methode) (?:\w+ )?
      (?:marche|fonctionne)(?:nt)?\b(?! (?:pas|plus|mal))
    `,
  ],
});
