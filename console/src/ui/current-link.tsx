import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

interface CurrentAnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  /** What the link is to the page, where it is the current one of its kind. */
  readonly current: 'page' | 'step' | undefined;
  readonly ref?: Ref<HTMLAnchorElement>;
}

function CurrentAnchor({ current, children, ...props }: CurrentAnchorProps) {
  return (
    <a {...props} aria-current={current}>
      {children}
    </a>
  );
}

/** A link among others to the same path, such as a tab; who renders it knows better than the path which is current. */
export const CurrentLink = createLink(CurrentAnchor);
