import { isReplaced } from "../is-replaced.ts";
import { listed } from "../listed.ts";
import { passesOn } from "../passes-on.ts";
import type { Policy } from "../policy.ts";
import { type Situation, titlesOf } from "../situation.ts";
import { title } from "../title.ts";

/** Log policies that there are, and that stay when those that are made are applied. */
export function leftBehind(situation: Situation): string[] {
  const { loggers, logs, given } = situation;
  return loggers
    .filter((logger) => !isReplaced(logger, logs) && !passesOn(logger, given))
    .flatMap((logger) => [...isolating(logger, situation), ...doubling(logger, situation)]);
}

/** No policy is left that selects its pods: it denies them everything, and logs that. */
function isolating(logger: Policy, { nearSources, selections }: Situation): string[] {
  const wide = nearSources.of(logger).filter((policy) => selections.covers(policy, logger));
  const alone = logger.types.filter((type) => !wide.some(({ types }) => types.includes(type)));
  if (alone.length === 0) return [];
  return [
    `${title(logger)} selects pods that no given policy is known to select (${listed(alone)}), ` +
      "and isolates them, for it allows nothing: delete it, or give the policy that it goes with",
  ];
}

function doubling(logger: Policy, situation: Situation): string[] {
  const { nearLastRules, selections } = situation;
  const same = nearLastRules
    .of(logger)
    .filter(
      ({ like, type }) =>
        like.tier === logger.tier &&
        logger.types.includes(type) &&
        (selections.covers(like, logger) || selections.covers(logger, like)),
    );
  if (same.length === 0) return [];
  const names = titlesOf(same, situation);
  return [
    `${title(logger)} logs packets that ${listed(names)} ${names.length === 1 ? "logs" : "log"}, ` +
      "too, so that they count twice: delete it",
  ];
}
