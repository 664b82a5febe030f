/** Ids as the server forms them; one of another form is known to be unknown without asking. */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const hex = /^[0-9a-f]{32}$/;

/** Whether the text can be the id of a run, a delivery or a preview at all. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}

export function isDeadLetterId(text: string): boolean {
  return hex.test(text);
}
