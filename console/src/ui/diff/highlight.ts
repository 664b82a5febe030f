import type { HunkData, HunkTokens } from 'react-diff-view';
import { markEdits, tokenize } from 'react-diff-view';
import bash from 'refractor/bash';
import { refractor } from 'refractor/core';
import css from 'refractor/css';
import docker from 'refractor/docker';
import go from 'refractor/go';
import groovy from 'refractor/groovy';
import hcl from 'refractor/hcl';
import ini from 'refractor/ini';
import java from 'refractor/java';
import javascript from 'refractor/javascript';
import json from 'refractor/json';
import kotlin from 'refractor/kotlin';
import makefile from 'refractor/makefile';
import markdown from 'refractor/markdown';
import markup from 'refractor/markup';
import python from 'refractor/python';
import ruby from 'refractor/ruby';
import rust from 'refractor/rust';
import sql from 'refractor/sql';
import toml from 'refractor/toml';
import typescript from 'refractor/typescript';
import yaml from 'refractor/yaml';

for (const language of [
  bash,
  css,
  docker,
  go,
  groovy,
  hcl,
  ini,
  java,
  javascript,
  json,
  kotlin,
  makefile,
  markdown,
  markup,
  python,
  ruby,
  rust,
  sql,
  toml,
  typescript,
  yaml,
]) {
  refractor.register(language);
}

const byEnding: Readonly<Record<string, string>> = {
  cjs: 'javascript',
  conf: 'ini',
  gradle: 'groovy',
  htm: 'markup',
  html: 'markup',
  js: 'javascript',
  jsx: 'javascript',
  kt: 'kotlin',
  md: 'markdown',
  mjs: 'javascript',
  mk: 'makefile',
  properties: 'ini',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  sh: 'bash',
  svg: 'markup',
  tf: 'hcl',
  ts: 'typescript',
  tsx: 'typescript',
  xml: 'markup',
  yml: 'yaml',
};

const byName: Readonly<Record<string, string>> = {
  dockerfile: 'docker',
  makefile: 'makefile',
  jenkinsfile: 'groovy',
};

export function languageOf(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const ending = name.slice(name.lastIndexOf('.') + 1);
  const language = byName[name] ?? byEnding[ending] ?? ending;
  return refractor.registered(language) ? language : undefined;
}

const mostCharacters = 200_000;

/** Marks what changed within a line, and colours the words of a language that is known. */
export function highlight(hunks: HunkData[], path: string, before: string): HunkTokens | null {
  const enhancers = [markEdits(hunks, { type: 'block' })];
  const language = languageOf(path);
  try {
    if (language === undefined || before.length > mostCharacters) return tokenize(hunks, { enhancers });
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
