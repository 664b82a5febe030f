/** Takes one line about what is being done now; a person reads it while waiting. */
export type Log = (message: string) => void;

export const silent: Log = () => {};
