import type { Syntax } from 'refractor/core';

/** Each is loaded when a file in it is shown. */
export const languages = {
  bash: () => import('refractor/bash'),
  css: () => import('refractor/css'),
  docker: () => import('refractor/docker'),
  go: () => import('refractor/go'),
  groovy: () => import('refractor/groovy'),
  hcl: () => import('refractor/hcl'),
  ini: () => import('refractor/ini'),
  java: () => import('refractor/java'),
  javascript: () => import('refractor/javascript'),
  json: () => import('refractor/json'),
  kotlin: () => import('refractor/kotlin'),
  makefile: () => import('refractor/makefile'),
  markdown: () => import('refractor/markdown'),
  markup: () => import('refractor/markup'),
  python: () => import('refractor/python'),
  ruby: () => import('refractor/ruby'),
  rust: () => import('refractor/rust'),
  sql: () => import('refractor/sql'),
  toml: () => import('refractor/toml'),
  typescript: () => import('refractor/typescript'),
  yaml: () => import('refractor/yaml'),
} as const satisfies Readonly<Record<string, () => Promise<{ readonly default: Syntax }>>>;

export type Language = keyof typeof languages;

const byEnding: Readonly<Record<string, Language>> = {
  cjs: 'javascript',
  conf: 'ini',
  gradle: 'groovy',
  htm: 'markup',
  html: 'markup',
  js: 'javascript',
  jsx: 'javascript',
  kt: 'kotlin',
  kts: 'kotlin',
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

const byName: Readonly<Record<string, Language>> = {
  dockerfile: 'docker',
  makefile: 'makefile',
  jenkinsfile: 'groovy',
};

/** By the name of the file; none where its words are not coloured. */
export function languageOf(path: string): Language | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const ending = name.slice(name.lastIndexOf('.') + 1);
  return byName[name] ?? byEnding[ending] ?? (isLanguage(ending) ? ending : undefined);
}

function isLanguage(name: string): name is Language {
  return Object.hasOwn(languages, name);
}
