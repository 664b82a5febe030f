import type { Request, Response } from 'express';
import { queryText, requestBase } from './request.ts';

export interface Page {
  readonly number: number;
  readonly size: number;
  readonly skip: number;
}

const DEFAULT_SIZE = 30;
const LARGEST_SIZE = 100;

/** What cannot be understood falls back to the default, as GitHub does. */
export function pageOf(req: Request): Page {
  const number = positive(queryText(req, 'page')) ?? 1;
  const size = Math.min(positive(queryText(req, 'per_page')) ?? DEFAULT_SIZE, LARGEST_SIZE);
  return { number, size, skip: (number - 1) * size };
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 && value < 1e9 ? value : undefined;
}

export function linkPages(req: Request, res: Response, page: Page, total: number): void {
  const last = Math.max(1, Math.ceil(total / page.size));
  const links: string[] = [];
  const add = (number: number, rel: string) => {
    const url = new URL(req.originalUrl, requestBase(req));
    url.searchParams.set('page', String(number));
    links.push(`<${url.href}>; rel="${rel}"`);
  };
  if (page.number > 1) add(Math.min(page.number - 1, last), 'prev');
  if (page.number < last) {
    add(page.number + 1, 'next');
    add(last, 'last');
  }
  if (page.number > 1) add(1, 'first');
  if (links.length > 0) res.set('Link', links.join(', '));
}

/** Cuts a page out of a list that is at hand as a whole. */
export function pageThrough<T>(req: Request, res: Response, items: readonly T[]): readonly T[] {
  const page = pageOf(req);
  linkPages(req, res, page, items.length);
  return items.slice(page.skip, page.skip + page.size);
}
