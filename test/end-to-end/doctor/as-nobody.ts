/** The user of the agent's container. */
export const NOBODY = 65_532;

export const asNobody = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
