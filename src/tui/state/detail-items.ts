import type { FlowDetail } from "../../query/flow-detail.ts";
import { type ChosenValue, flowValue } from "./flow-terms.ts";
import { cellNames } from "./state.ts";

/** What can be chosen in the detail of a flow: its values, its last lines, flows like it. */
export type DetailItem =
  | { readonly kind: "value"; readonly label: string; readonly value: ChosenValue }
  | { readonly kind: "line"; readonly line: string }
  | {
      readonly kind: "related";
      readonly side: "source" | "destination";
      readonly index: number;
      readonly id: number;
    };

/** Related flows of each side that can be chosen. */
const RELATED_SHOWN_MAX = 8;
const LINES_SHOWN_MAX = 5;

export function detailItems(detail: FlowDetail | undefined): DetailItem[] {
  if (detail === undefined) return [];
  const { ever } = detail;
  const { node } = ever;
  const values = cellNames.map((label): DetailItem => {
    return { kind: "value", label, value: flowValue(ever, label) };
  });
  const ofNode: DetailItem[] =
    node === undefined
      ? []
      : [
          {
            kind: "value",
            label: "node",
            value: { text: node, terms: [{ name: "node", value: node, isNegated: false }] },
          },
        ];
  const related = (side: "source" | "destination", flows: FlowDetail["sameSource"]) =>
    flows.slice(0, RELATED_SHOWN_MAX).map(({ id }, index): DetailItem => {
      return { kind: "related", side, index, id };
    });
  return [
    ...values,
    ...ofNode,
    ...detail.lines.slice(0, LINES_SHOWN_MAX).map((line): DetailItem => ({ kind: "line", line })),
    ...related("source", detail.sameSource),
    ...related("destination", detail.sameDestination),
  ];
}
