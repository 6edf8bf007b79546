import { expect, test } from "vitest";
import { Place } from "./import-place.ts";
import { denyscope, outputOf } from "./program.ts";

const recipe = `apiVersion: extensions/v1beta1
kind: NetworkPolicy
metadata:
  name: access-nginx
spec:
  podSelector:
    matchLabels:
      run: nginx
  ingress:
  - from:
    - podSelector:
        matchLabels:
          run: access
`;
/** As https://cloud.ibm.com/docs/containers?topic=containers-network_policies prints it. */
const log = `apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata:
  name: log-denied-packets
spec:
  types:
  - Ingress
  ingress:
  - action: Log
    destination: {}
    source: {}
  selector: projectcalico.org/orchestrator == 'k8s' && run == 'nginx'
  order: 3000
`;
const inShop = recipe.replace("access-nginx", "access-nginx\n  namespace: shop");

test("the example of the recipe gives the policy of the recipe, letter by letter", async () => {
  using place = new Place();
  const file = place.write("access-nginx.yaml", [recipe]);

  expect(await outputOf(["policy", "log", file])).toBe(log);
  expect(await outputOf(["policy", "log", "-"], { input: recipe })).toBe(log);
});

test("warnings and notes go to standard error, one a line", async () => {
  const { stdout, stderr } = await denyscope(["policy", "log", "-"], { input: recipe });

  expect(stdout).toBe(log);
  expect(stderr).toMatch(/^Warning: "access-nginx" names no namespace, .*-n.*\n(Note: .*\n){2}$/);
});

test("-n names the namespace of policies that have none", async () => {
  const args = ["policy", "log", "-n", "billing", "-"];
  const { stdout, stderr } = await denyscope(args, { input: `${recipe}---\n${inShop}` });

  expect(stdout.match(/^ {2}namespace: .*$/gm)).toEqual([
    "  namespace: billing",
    "  namespace: shop",
  ]);
  expect(stderr).not.toContain("Warning");
});

test("-o json is a list, for calicoctl takes lists", async () => {
  const shown = await outputOf(["policy", "log", "-o", "json", "-"], { input: inShop });

  expect(JSON.parse(shown)).toEqual([
    {
      apiVersion: "projectcalico.org/v3",
      kind: "NetworkPolicy",
      metadata: { name: "log-denied-packets", namespace: "shop" },
      spec: {
        types: ["Ingress"],
        ingress: [{ action: "Log", destination: {}, source: {} }],
        selector: "projectcalico.org/orchestrator == 'k8s' && run == 'nginx'",
        order: 3000,
      },
    },
  ]);
});

test("one wrong file prints nothing, and all that is wrong is said", async () => {
  using place = new Place();
  const good = place.write("good.yaml", [inShop]);
  const wrong = place.write("wrong.yaml", [recipe.replace("ingress", "ingres")]);
  const broken = place.write("broken.yaml", ["kind: ["]);
  const args = ["policy", "log", good, wrong, broken, place.path("missing.yaml"), place.path(".")];
  const { status, stdout, stderr } = await denyscope(args);

  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr.split("\n")).toEqual([
    expect.stringMatching(
      /^Cannot use ".*wrong.yaml", document 1: spec.ingres is no field of the API, .*"ingress"$/,
    ),
    expect.stringMatching(/^Cannot read ".*broken.yaml", document 1: .*, expected YAML or JSON$/),
    expect.stringMatching(/^Cannot read ".*missing.yaml": it does not exist; check its name$/),
    expect.stringMatching(/^Cannot read ".*": it is a directory; name the files in it$/),
    "",
  ]);
});

test.for<[name: string, input: string | Uint8Array, says: RegExp]>([
  ["nothing", "", /no network policy in "-", expected at least one/],
  ["no policies", "kind: Pod\napiVersion: v1\n", /no network policy in "-"/],
  ["bytes that are no text", Uint8Array.of(0xff, 0xfe, 0x00), /Cannot read "-": it is no UTF-8/],
  ["too much", `# ${"x".repeat(17 * 1024 * 1024)}`, /has more than 16777216 bytes/],
])("%s on standard input is refused with one line", async ([, input, says]) => {
  const { status, stdout, stderr } = await denyscope(["policy", "log", "-"], { input });

  expect(stderr).toMatch(says);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
});

test("what a terminal would obey is shown as an escape, wherever it stands", async () => {
  const input = recipe.replace("run: nginx", 'run: "\\e[2J"');
  const { stderr } = await denyscope(["policy", "log", "-"], { input });

  // oxlint-disable-next-line no-control-regex
  expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  expect(stderr).toContain("spec.podSelector.matchLabels.run");
});

test.for<[words: string, says: RegExp]>([
  ["policy log", /missing required argument 'file'/],
  ["policy log -n Shop! x.yaml", /expected at most 253 lower-case/],
  ["policy log -o table x.yaml", /Allowed choices are yaml, json/],
  ["policy lock x.yaml", /unknown command 'lock'/],
])("denyscope %s is wrong usage", async ([words, says]) => {
  const { status, stdout, stderr } = await denyscope(words.split(" "));

  expect(stderr).toMatch(says);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
});
