// The tree of claims, whatever the references look like.
import { describe, expect, it } from 'vitest';
import { claimTree, MAX_CLAIM_DEPTH } from '../../src/lib/claims';

type References = Record<number, number[]>;

function tree(references: References, independent?: number[]) {
  const claims = Object.entries(references).map(([number, refers_to]) => ({ number: Number(number), text: `claim ${number}`, refers_to }));
  const depends = Object.fromEntries(Object.entries(references).filter(([, list]) => list.length));
  const info = independent && {
    lang: 'zh', independent, depends, categories: {}, findings: [], functional: [], markush: [], ranges: {},
  };
  return claimTree(claims, info).map((node) => `${node.independent ? '*' : ''}${node.number}:${node.depth}`).join(' ');
}

describe('claim tree', () => {
  it.each([
    ['a chain', { 1: [], 2: [1], 3: [2] }, undefined, '*1:0 2:1 3:2'],
    ['the shallowest parent counts', { 1: [], 2: [1], 3: [2], 4: [1, 3] }, undefined, '*1:0 2:1 3:2 4:1'],
    ['two independent claims', { 1: [], 2: [1], 3: [] }, [1, 3], '*1:0 2:1 *3:0'],
    ['the server says independent in spite of a reference', { 1: [], 2: [1] }, [1, 2], '*1:0 *2:0'],
    ['a reference forward', { 1: [2], 2: [] }, undefined, '1:1 *2:0'],
    ['a circle', { 1: [], 2: [3], 3: [2] }, undefined, '*1:0 2:1 3:1'],
    ['a claim that is missing', { 1: [], 2: [9] }, undefined, '*1:0 2:1'],
    ['itself', { 1: [], 2: [2] }, undefined, '*1:0 2:1'],
  ])('%s', (_name, references, independent, expected) => {
    expect(tree(references as References, independent)).toBe(expected);
  });

  it('stops indenting', () => {
    const chain = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [i + 1, i ? [i] : []]));
    expect(tree(chain).split(' ').at(-1)).toBe(`9:${MAX_CLAIM_DEPTH}`);
  });

  it('takes a claim that refers to hundreds without getting slow or deep', () => {
    const dense = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [i + 1, Array.from({ length: i }, (__, j) => j + 1)]));
    expect(tree(dense).split(' ').at(-1)).toBe('400:1');
  });
});
