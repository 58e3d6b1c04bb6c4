/** Every frame in which people are insulted. */
import { insultRulesEn } from './insult-rules-en.ts';
import { insultRulesFr } from './insult-rules-fr.ts';
import type { RuleText } from './rule.ts';

export const insultRules: readonly RuleText[] = [...insultRulesEn, ...insultRulesFr];
