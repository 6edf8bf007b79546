import { randomFrom } from "../../../bench/syslog-generator.ts";
import {
  type Action,
  type ActionName,
  randomSetup,
  type Sequence,
  type Setup,
} from "./sequence.ts";

const MOTIFS_MAX = 4;

/** Draws from a seed. */
class Dice {
  readonly random: () => number;

  constructor(seed: number) {
    this.random = randomFrom(seed);
  }

  upTo(most: number): number {
    return 1 + Math.floor(this.random() * most);
  }

  isTrue(probability: number): boolean {
    return this.random() < probability;
  }

  of<Value>(...values: readonly Value[]): Value {
    return values[Math.floor(this.random() * values.length)]!;
  }
}

/** Short sequences in which what is hard for a follower is frequent. */
export function randomSequence(seed: number): Sequence {
  const dice = new Dice(seed);
  const drawn = randomSetup(dice.random);
  const isGentle = dice.isTrue(0.5);
  const kinds = isGentle ? gentle : [...gentle, ...destructive, ...destructive];
  // Where few files are kept, one is soon deleted unread.
  const setup: Setup = isGentle && dice.isTrue(0.7) ? { ...drawn, keep: "keep-9" } : drawn;
  const actions = dice.isTrue(0.75) ? opening(dice) : firstStart(dice);
  for (let n = dice.upTo(MOTIFS_MAX); n > 0; n--) {
    actions.push(...dice.of(...kinds)(dice), ...gap(dice));
  }
  return { setup, actions };
}

type Motif = (dice: Dice) => Action[];

function step(name: ActionName, amount = 0): Action {
  return { name, amount };
}

function some(dice: Dice): Action {
  return step("write", dice.isTrue(0.04) ? 20_000 : dice.isTrue(0.2) ? 3000 : dice.upTo(12));
}

function half(dice: Dice): Action {
  return step("half", dice.isTrue(0.3) ? 100 : dice.upTo(99));
}

/** Mostly none: then what follows falls between two polls of the agent. */
function gap(dice: Dice): Action[] {
  if (dice.isTrue(0.55)) return [];
  if (dice.isTrue(0.3)) return [step("wait")];
  return [step("sleep", dice.isTrue(0.5) ? dice.upTo(40) : 50 + dice.upTo(500))];
}

function opening(dice: Dice): Action[] {
  return [some(dice), step("start"), ...(dice.isTrue(0.6) ? [step("wait")] : gap(dice))];
}

/** What happens around the first commit of all. */
function firstStart(dice: Dice): Action[] {
  const rotated = dice.isTrue(0.5) ? [...rotation(dice), some(dice)] : [];
  const killed = [step("sleep", dice.upTo(400)), step("kill"), ...rotation(dice), step("start")];
  return [some(dice), ...rotated, step("start"), ...(dice.isTrue(0.6) ? killed : gap(dice))];
}

/** A rotation with what may happen before the writer knows of it. */
function rotation(dice: Dice): Action[] {
  const before = dice.isTrue(0.3) ? [half(dice)] : [];
  const late = dice.isTrue(0.4) ? [some(dice), ...(dice.isTrue(0.4) ? [half(dice)] : [])] : [];
  const pause = dice.isTrue(0.3) ? [step("sleep", dice.upTo(120))] : [];
  return [...before, step("rotate"), ...pause, ...late, step("hup")];
}

function rotations(dice: Dice, most: number): Action[] {
  const written = () => (dice.isTrue(0.8) ? [some(dice)] : []);
  return Array.from({ length: dice.upTo(most) }, () => [...written(), ...rotation(dice)]).flat();
}

function away(dice: Dice, meanwhile: readonly Action[]): Action[] {
  const [out, back] = dice.of(
    ["kill", "start"] as const,
    ["stop", "start"] as const,
    ["pause", "continue"] as const,
  );
  // A start is not waited for: what follows meets an agent that has read nothing yet.
  return [step(out), ...meanwhile, step(back)];
}

const gentle: readonly Motif[] = [
  (dice) => [some(dice), ...gap(dice), some(dice)],
  (dice) => [half(dice), ...gap(dice), step(dice.of("finish", "write"), dice.upTo(3))],
  (dice) => [some(dice), ...rotation(dice), ...gap(dice), some(dice)],
  (dice) => [some(dice), step("rotate"), step("kill"), some(dice), step("hup"), step("start")],
  (dice) => [
    some(dice),
    step("rotate"),
    step("sleep", dice.upTo(300)),
    step("kill"),
    step("start"),
  ],
  (dice) => [some(dice), ...away(dice, [some(dice), ...rotations(dice, 3)])],
  (dice) => [some(dice), ...away(dice, rotations(dice, 2)), some(dice), ...rotation(dice)],
  (dice) => [some(dice), ...away(dice, [some(dice)]), step("kill"), step("start")],
  (dice) => [...rotations(dice, 3), some(dice)],
  (dice) => [
    half(dice),
    step("rotate"),
    step("sleep", dice.upTo(200)),
    step("finish"),
    step("hup"),
  ],
  (dice) => [half(dice), step("kill"), step("rotate"), step("hup"), some(dice), step("start")],
  (dice) => [step("rotate"), step("hup"), step("rotate"), step("hup"), some(dice)],
  (dice) => [step("sleep", 1200), some(dice), step("sleep", dice.upTo(300)), step("kill")],
];

const destructive: readonly Motif[] = [
  (dice) => [some(dice), step("copytruncate", dice.isTrue(0.5) ? 0 : dice.upTo(5)), some(dice)],
  (dice) => [some(dice), ...away(dice, [some(dice), step("copytruncate"), some(dice)])],
  (dice) => [some(dice), step("truncate"), ...gap(dice), some(dice)],
  (dice) => [some(dice), ...gap(dice), step("regrow", dice.upTo(5)), ...gap(dice)],
  (dice) => [some(dice), ...away(dice, [step("regrow", dice.upTo(5))])],
  (dice) => [some(dice), ...gap(dice), step("recreate", dice.upTo(8)), ...gap(dice)],
  (dice) => [some(dice), ...away(dice, [step("recreate", dice.upTo(30))]), some(dice)],
  (dice) => [some(dice), ...gap(dice), step(dice.of("shorter", "longer")), some(dice)],
  (dice) => [some(dice), ...away(dice, [step(dice.of("shorter", "longer"))])],
  (dice) => [some(dice), ...gap(dice), step("copy"), ...gap(dice), some(dice)],
  (dice) => [some(dice), ...away(dice, [step("copy"), some(dice)])],
  (dice) => [some(dice), ...gap(dice), step("replace", dice.upTo(8)), some(dice)],
  (dice) => [some(dice), ...away(dice, rotations(dice, 6))],
];
