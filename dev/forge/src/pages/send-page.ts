import type { Response } from 'express';

export function sendPage(res: Response, markup: string): void {
  res.set('Content-Type', 'text/html; charset=utf-8').end(markup);
}
