/** Every form of a threat against people. Lawyers, regulators, reviews and leaving are a customer's right and none of them. */
import type { RuleText } from './rule.ts';
import { threatRulesEn } from './threat-rules-en.ts';
import { threatRulesFr } from './threat-rules-fr.ts';

export const threatRules: readonly RuleText[] = [...threatRulesEn, ...threatRulesFr];
