import type { HunkData, HunkTokens } from 'react-diff-view';
import { markEdits, tokenize } from 'react-diff-view';
import { refractor, type Syntax } from 'refractor/core';
import { loadPatiently } from '../patient-lazy.ts';
import { languageOf, languages } from './languages.ts';

/** Whether the words of a file can be coloured at once, or need not be. */
export function isLearnt(path: string): boolean {
  const language = languageOf(path);
  return language === undefined || refractor.registered(language);
}

/** Makes a language known whose words are to be coloured; where it cannot be loaded they stay as they are. */
export async function learn(path: string): Promise<void> {
  const language = languageOf(path);
  if (language === undefined) return;
  try {
    const { default: syntax } = await loadPatiently<{ readonly default: Syntax }>(languages[language]);
    refractor.register(syntax);
  } catch {
    // Colours are a help, not a need.
  }
}

const mostCharacters = 200_000;

/** Marks what changed within a line, and colours the words of a language that is learnt. */
export function highlight(hunks: HunkData[], path: string, before: string): HunkTokens | null {
  const enhancers = [markEdits(hunks, { type: 'block' })];
  const language = languageOf(path);
  try {
    if (language === undefined || !refractor.registered(language) || before.length > mostCharacters)
      return tokenize(hunks, { enhancers });
    const old = { highlight: (text: string, name: string) => refractor.highlight(text, name).children };
    return tokenize(hunks, {
      highlight: true,
      // The library was written for an older refractor, which gave the children alone.
      refractor: old,
      language,
      oldSource: before,
      enhancers,
    });
  } catch {
    // Colours are a help, not a need.
    return null;
  }
}
