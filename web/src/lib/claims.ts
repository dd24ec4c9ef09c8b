// The tree of claims: which one stands alone, and how deep a dependent one is.
import type { Claim, ClaimsInfo } from '../api/types';

/** A claim ready to be drawn. */
export interface ClaimNode {
  number: number;
  text: string;
  independent: boolean;
  /** 0 for an independent claim; a dependent one is one deeper than the shallowest that it refers to. */
  depth: number;
  /** Claims referred to. */
  parents: number[];
}

/** Indentation stops here: deeper chains are rare and would run out of the column. */
export const MAX_CLAIM_DEPTH = 4;

/**
 * Returns the claims with their place in the tree, in the order of the document.
 *
 * The server's reading (`info`) goes before the references that the file declares. A reference to a claim
 * that is missing, or a circle, counts as depth 1.
 */
export function claimTree(claims: readonly Claim[], info: ClaimsInfo | undefined): ClaimNode[] {
  const parentsOf = new Map<number, number[]>();
  for (const claim of claims) {
    parentsOf.set(claim.number, info?.depends[String(claim.number)] ?? (info ? [] : (claim.refers_to ?? [])));
  }
  const independent = info ? new Set(info.independent) : undefined;
  const stands = (number: number): boolean => independent?.has(number) ?? parentsOf.get(number)?.length === 0;

  // Breadth first from the claims that stand alone: linear, and a circle is simply never reached.
  const children = new Map<number, number[]>();
  for (const [number, parents] of parentsOf) {
    for (const parent of parents) {
      const known = children.get(parent);
      if (known) known.push(number);
      else children.set(parent, [number]);
    }
  }
  const depths = new Map<number, number>();
  let level = claims.map((claim) => claim.number).filter((number) => stands(number) || !parentsOf.get(number)?.length);
  for (let depth = 0; level.length > 0; depth += 1) {
    for (const number of level) depths.set(number, depth);
    level = [...new Set(level.flatMap((number) => children.get(number) ?? []))].filter((number) => !depths.has(number));
  }

  return claims.map((claim) => {
    const depth = depths.get(claim.number) ?? 1;
    return {
      number: claim.number,
      text: claim.text,
      independent: stands(claim.number),
      depth: Math.min(depth, MAX_CLAIM_DEPTH),
      parents: parentsOf.get(claim.number) ?? [],
    };
  });
}
