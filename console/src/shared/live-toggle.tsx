import { ToggleChip } from '../ui/chip.tsx';

interface LiveToggleProps {
  readonly isLive: boolean;
  readonly onChange: (isLive: boolean) => void;
}

/** Whether a list follows what comes, or stays as it is while somebody reads. */
export function LiveToggle({ isLive, onChange }: LiveToggleProps) {
  return (
    <ToggleChip isOn={isLive} onToggle={() => onChange(!isLive)}>
      Live
    </ToggleChip>
  );
}
