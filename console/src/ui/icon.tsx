const drawings = {
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Zm3.25-1.25 3.5 3.5',
  close: 'm4 4 8 8m0-8-8 8',
  down: 'm4 6 4 4 4-4',
  right: 'm6 4 4 4-4 4',
  sortUp: 'M8 12.5v-9M4.5 7 8 3.5 11.5 7',
  sortDown: 'M8 3.5v9M4.5 9 8 12.5 11.5 9',
  check: 'm3.5 8.5 3 3 6-7',
  outside: 'M6.5 3.5h-3v9h9v-3M9 3h4v4m0-4L7.5 8.5',
  plus: 'M8 3.5v9M3.5 8h9',
  file: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3',
} as const;

export type IconName = keyof typeof drawings;

export const iconNames = Object.keys(drawings) as readonly IconName[];

/** Only ever drawn next to a word, or in a control that has a name. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      style={{ flex: 'none' }}
    >
      <path d={drawings[name]} />
    </svg>
  );
}
