/** The form of a publication number that people read: stored numbers keep their parts apart (`CN-110083831-A`). */
export function shownNumber(number: string): string {
  const parts = /^([A-Z]{2})-([^-]+)(?:-([A-Z][0-9A-Z]*))?$/.exec(number);
  return parts ? parts.slice(1).join('') : number;
}
