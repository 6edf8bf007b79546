import { type Address, type AddressRange, parseCidr } from "./address.ts";
import { type AddressClass, addressClass } from "./address-class.ts";
import { inRange } from "./address-range.ts";

/** Of many at once, or of each link or machine. Some clouds give reserved addresses to pods. */
const othersClasses: readonly AddressClass[] = ["loopback", "link-local", "broadcast", "multicast"];

/** Sources that have no address yet. */
const unspecified: readonly AddressRange[] = [parseCidr("0.0.0.0/8")!, parseCidr("::")!];

/** Whether one pod can have this address as its own. */
export function canBePods(address: Address): boolean {
  return (
    !othersClasses.includes(addressClass(address)) &&
    !unspecified.some((range) => inRange(address, range))
  );
}
