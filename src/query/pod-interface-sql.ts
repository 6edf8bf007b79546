/** SQL for isPodInterface(), for rows that are not read one by one. */
export function podInterfaceSql(column: string, podInterfaces: readonly string[]): string {
  const starts = podInterfaces.map(
    (prefix) => `substr(${column}, 1, ${prefix.length}) = '${prefix.replaceAll("'", "''")}'`,
  );
  return `(${starts.join(" OR ")})`;
}
