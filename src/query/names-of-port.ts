import { icmpName } from "../model/icmp-name.ts";
import { portName } from "./port-name.ts";

/** As /etc/services calls the port, or IANA the type. */
export type PortNames = { readonly portName?: string; readonly icmpName?: string };

export function namesOfPort({
  protocol,
  dstPort,
  icmpType,
}: {
  readonly protocol?: string;
  readonly dstPort?: number;
  readonly icmpType?: number;
}): PortNames {
  const port = portName(protocol, dstPort);
  const type = icmpName(protocol, icmpType);
  return {
    ...(port === undefined ? {} : { portName: port }),
    ...(type === undefined ? {} : { icmpName: type }),
  };
}
