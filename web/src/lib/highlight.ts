// Highlights as text segments: what a template needs to mark words without any HTML in the data.
//
// All offsets are UTF-16 units. Colours are the business of `theme.css` (`.c1` … `.c6`).
import type { Highlight } from '../api/types';

/** How many concepts have a colour of their own; further ones begin again with the first. */
export const N_CONCEPT_COLOURS = 6;

/** A run of text; `concept` is the place of the concept in the query, or null for plain text. */
export interface Segment {
  text: string;
  concept: number | null;
}

/** A word to look for and the concept it stands for. */
export interface Term {
  text: string;
  concept: number;
}

/** Returns the class of a concept's colour. */
export const conceptClass = (concept: number): string => `c${(concept % N_CONCEPT_COLOURS) + 1}`;

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** Moves an offset that falls inside a surrogate pair to the pair's start or end. */
function whole(text: string, offset: number, toEnd: boolean): number {
  const clamped = Math.min(Math.max(Math.trunc(offset), 0), text.length);
  const inside =
    clamped > 0 &&
    isHighSurrogate(text.charCodeAt(clamped - 1)) &&
    isLowSurrogate(text.charCodeAt(clamped));
  return inside ? clamped + (toEnd ? 1 : -1) : clamped;
}

/**
 * Cuts `text` at its highlights. The segments in order give the text back.
 *
 * Where highlights overlap the earlier one wins, of two that start together the longer;
 * ranges outside the text are cut off, so a wrong offset never throws.
 */
export function segments(text: string, highlights: readonly Highlight[]): Segment[] {
  const ordered = highlights.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const found: Segment[] = [];
  let at = 0;
  for (const { start, end, concept } of ordered) {
    const from = Math.max(whole(text, start, false), at);
    const to = whole(text, end, true);
    if (to <= from) continue;
    if (from > at) found.push({ text: text.slice(at, from), concept: null });
    found.push({ text: text.slice(from, to), concept });
    at = to;
  }
  if (at < text.length) found.push({ text: text.slice(at), concept: null });
  return found;
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/**
 * Finds the terms in `text`, longest first, ignoring case.
 *
 * A Latin term must begin a word ("drum" marks "drums", not "eardrum"); a Chinese one may stand anywhere.
 */
export function findTerms(text: string, terms: readonly Term[]): Highlight[] {
  const wanted = terms.filter((term) => term.text.trim() !== '').toSorted((a, b) => b.text.length - a.text.length);
  if (wanted.length === 0) return [];
  const concepts = new Map<string, number>();
  for (const term of wanted) {
    const key = term.text.toLowerCase();
    if (!concepts.has(key)) concepts.set(key, term.concept);
  }
  const pattern = wanted
    .map(({ text: word }) => (/^[\p{Script=Latin}\p{N}]/u.test(word) ? `(?<![\\p{L}\\p{N}])${escape(word)}` : escape(word)))
    .join('|');
  const found: Highlight[] = [];
  for (const match of text.matchAll(new RegExp(pattern, 'giu'))) {
    const concept = concepts.get(match[0].toLowerCase());
    if (concept !== undefined) found.push({ start: match.index, end: match.index + match[0].length, concept });
  }
  return found;
}

/**
 * Collects the written forms of each concept: its own text, and what the server marked in the snippets.
 * So the reader marks the Chinese and the English form of one concept alike, with no second analysis here.
 */
export function writtenForms(
  concepts: readonly { text: string }[],
  snippets: Iterable<{ text: string; highlights: readonly Highlight[] }>,
): Term[] {
  const terms = new Map<string, Term>();
  const add = (text: string, concept: number): void => {
    const word = text.trim();
    const key = word.toLowerCase();
    if (word && !terms.has(key)) terms.set(key, { text: word, concept });
  };
  concepts.forEach(({ text }, concept) => add(text, concept));
  for (const snippet of snippets) {
    for (const { start, end, concept } of snippet.highlights) add(snippet.text.slice(start, end), concept);
  }
  return [...terms.values()];
}
