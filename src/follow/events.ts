/** What the follower has to tell; log lines and metrics are attached in one place. */
export interface FollowEvents {
  /** The file is not there, or cannot be read; it is tried again. */
  fileUnreadable(path: string, reason: string): void;
  fileOpened(path: string, offset: number): void;
  /** The path leads to another file now; the one before is read to its end. */
  fileRotated(path: string): void;
  /** A renamed file has been quiet for long enough and is closed. */
  fileDrained(path: string): void;
  /** The file became shorter than what was read of it; it is read from its start. */
  fileTruncated(path: string): void;
  /** A round of a log has ended; so much of it is not read yet. */
  polled(path: string, lagBytes: number): void;
}
