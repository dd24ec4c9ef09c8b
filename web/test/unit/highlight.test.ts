// Cutting and finding highlights. Offsets are UTF-16 units, so characters outside the basic plane take two.
import { describe, expect, it } from 'vitest';
import { conceptClass, findTerms, segments, writtenForms } from '../../src/lib/highlight';

const mark = (start: number, end: number, concept = 0) => ({ start, end, concept });
const marked = (text: string, ...marks: ReturnType<typeof mark>[]) =>
  segments(text, marks).map((part) => (part.concept === null ? part.text : `[${part.concept}:${part.text}]`)).join('');

describe('segments', () => {
  it.each([
    ['a text without highlights', '采煤机', [], '采煤机'],
    ['one in the middle', '一种采煤机滚筒', [mark(2, 5)], '一种[0:采煤机]滚筒'],
    ['at both ends', '采煤机滚筒', [mark(0, 3), mark(3, 5, 1)], '[0:采煤机][1:滚筒]'],
    ['unordered input', 'abcd', [mark(2, 3, 1), mark(0, 1)], '[0:a]b[1:c]d'],
    ['overlap: the earlier wins', '液压支架立柱', [mark(0, 4), mark(2, 6, 1)], '[0:液压支架][1:立柱]'],
    ['same start: the longer wins', '储氢罐', [mark(0, 2, 1), mark(0, 3)], '[0:储氢罐]'],
    ['one inside another vanishes', '储氢罐', [mark(0, 3), mark(1, 2, 1)], '[0:储氢罐]'],
    ['outside the text', 'ab', [mark(1, 99), mark(-5, 0, 1), mark(7, 9)], 'a[0:b]'],
    ['empty and reversed ranges', 'ab', [mark(1, 1), mark(2, 0)], 'ab'],
    ['after a character of two units', '𠮷田储氢', [mark(3, 5)], '𠮷田[0:储氢]'],
    ['never inside a character of two units', 'a𠮷b', [mark(2, 3)], 'a[0:𠮷]b'],
  ])('%s', (_name, text, marks, expected) => {
    expect(marked(text, ...marks)).toBe(expected);
  });

  it('give the text back for any offsets', () => {
    const text = '储氢罐 𠮷 hydrogen 📄 tank';
    for (let start = -2; start < text.length + 2; start += 1) {
      for (let end = start; end < text.length + 2; end += 3) {
        const parts = segments(text, [mark(start, end), mark(end - 1, start + 5, 1)]);
        expect(parts.map((part) => part.text).join('')).toBe(text);
      }
    }
  });
});

describe('findTerms', () => {
  const terms = [
    { text: '采煤机', concept: 0 },
    { text: 'drum', concept: 1 },
    { text: '滚筒采煤机', concept: 2 },
    { text: 'C++ (fast)', concept: 3 },
  ];
  const found = (text: string) => marked(text, ...findTerms(text, terms));

  it.each([
    ['in Chinese anywhere', '一种采煤机', '一种[0:采煤机]'],
    ['the longest first', '滚筒采煤机', '[2:滚筒采煤机]'],
    ['at the beginning of a Latin word', 'Drums, eardrum', '[1:Drum]s, eardrum'],
    ['between Chinese and Latin', '设drum处', '设drum处'],
    ['signs of regular expressions literally', 'in C++ (fast) here', 'in C++ (fast) here'.replace('C++ (fast)', '[3:C++ (fast)]')],
  ])('finds %s', (_name, text, expected) => {
    expect(found(text)).toBe(expected);
  });

  it('finds nothing without terms', () => {
    expect(findTerms('采煤机', [{ text: '  ', concept: 0 }])).toEqual([]);
  });
});

describe('writtenForms', () => {
  it('takes the concept and what the server marked, each once', () => {
    const snippets = [
      { text: 'A Shearer and a shearer', highlights: [mark(2, 9), mark(16, 23)] },
      { text: '采煤机', highlights: [mark(0, 3)] },
    ];
    expect(writtenForms([{ text: '采煤机' }], snippets)).toEqual([
      { text: '采煤机', concept: 0 },
      { text: 'Shearer', concept: 0 },
    ]);
  });
});

it('concept colours begin again after the sixth', () => {
  expect([0, 5, 6].map(conceptClass)).toEqual(['c1', 'c6', 'c1']);
});
