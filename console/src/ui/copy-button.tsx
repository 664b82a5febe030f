import { useEffect, useState } from 'react';
import { Button, type ButtonLook } from './button.tsx';

interface CopyButtonProps {
  readonly text: string;
  readonly children: string;
  readonly look?: ButtonLook;
}

export function CopyButton({ text, children, look = 'quiet' }: CopyButtonProps) {
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (said === undefined) return;
    const timer = setTimeout(() => setSaid(undefined), 1_600);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <Button
      look={look}
      size="small"
      onPress={() => void copyText(text).then((copied) => setSaid(copied ? 'Copied' : 'Not copied'))}
    >
      <span aria-live="polite">{said ?? children}</span>
    </Button>
  );
}

/** Whether it could be copied; browsers allow it on localhost and over TLS only. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
