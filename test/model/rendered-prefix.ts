export type Policy = {
  readonly tier: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
};

/** The prefix that Felix makes of its LogPrefix (felix/rules/policy.go, generateLogPrefix). */
export function rendered(template: string, { tier, kind, namespace, name }: Policy): string {
  const path = namespace === undefined ? name : `${namespace}/${name}`;
  const values: Readonly<Record<string, string>> = { t: tier, k: kind, n: name, p: path };
  return `${template.replaceAll(/%([tknp])/g, (_, letter: string) => values[letter] ?? "")}: `;
}
