/** What a colour may say; every tone also has a word and a shape beside it. */
export type Tone = 'idle' | 'progress' | 'person' | 'bad' | 'done';

export type Shape =
  | 'hollow'
  | 'dotted'
  | 'handing'
  | 'half'
  | 'outside'
  | 'square'
  | 'cross'
  | 'diamond'
  | 'late'
  | 'bars'
  | 'back'
  | 'stop'
  | 'question'
  | 'check'
  | 'merge'
  | 'dash';
