import { afterEach, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

if (typeof window !== 'undefined') {
  const { cleanup, configure } = await import('@testing-library/react');
  // A page loads its script first, and the machine may be busy.
  configure({ asyncUtilTimeout: 10_000 });
  afterEach(() => {
    cleanup();
    localStorage.clear();
  });

  // What jsdom lacks and the console uses: no layout, so nothing ever matches, resizes or scrolls.
  window.matchMedia = (query: string) =>
    ({
      matches: false,
      media: query,
      addEventListener() {},
      removeEventListener() {},
    }) as unknown as MediaQueryList;
  window.scrollTo = () => {};
  Element.prototype.scrollIntoView = () => {};
  globalThis.IntersectionObserver = class {
    observe() {}
    disconnect() {}
  } as unknown as typeof IntersectionObserver;
  globalThis.ResizeObserver = class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  // Used by react-aria for ids, which need no escaping here.
  globalThis.CSS ??= { escape: (text: string) => text } as typeof CSS;
}
