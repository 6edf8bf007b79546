/** Runs a command in mounts of its own, where a file lies over another. */
export function fileOver(file: string, target: string): readonly string[] {
  const script = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';
  return ["unshare", "-m", "sh", "-c", script, "sh", file, target];
}
