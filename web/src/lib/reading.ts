// A first guess, while somebody types, at how the engine will read a query. The server has the last word
// and its reading is shown with the results; this one only tells the writer what the box accepts.
import type { Reading } from '../api/types';

const NUMBER = /^(ZL|[A-Z]{2})?\s?\d[\d\s.,/-]{4,}[\dX]?\s?[A-Z]?\d?$/i;
/** Capitals only: a lower-case "and" is an English word. */
const OPERATOR = /(^|[\s)])(AND|OR|NOT|NEAR|SAME)($|[\s(])/;
const FIELD_OR_DISTANCE = /\b[a-z_]+\s*=\s*\S|\(\d*[wn]\)/i;

export function guessReading(text: string): Reading {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return 'number';
  return OPERATOR.test(trimmed) || FIELD_OR_DISTANCE.test(trimmed) ? 'boolean' : 'text';
}
