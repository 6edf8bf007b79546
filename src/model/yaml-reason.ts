/** What YAML found wrong: its message goes on with the lines that it is about. */
export function yamlReason({ message }: Error): string {
  const [reason = ""] = message.split("\n");
  return reason.replace(/:$/, "");
}
