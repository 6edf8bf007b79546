/** Told what becomes of commits: metrics and health are attached here. */
export interface CommitEvents {
  /** A commit is on disk, so long after it was asked for; so many more are under way. */
  committed(seconds: number, waiting: number): void;
  commitFailed(reason: string): void;
}
