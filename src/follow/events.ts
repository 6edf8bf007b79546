/** What the follower has to tell; log lines and metrics are attached in one place. */
export interface FollowEvents {
  /** The file is not there, or cannot be read; it is tried again. */
  fileUnreadable(path: string, reason: string): void;
  fileOpened(path: string, offset: number): void;
  /** The path leads to another file now; the one before is read to its end. */
  fileRotated(path: string): void;
  /** A renamed file has been quiet for long enough and is closed. */
  fileDrained(path: string): void;
  /** What was read of the file is not there any more: it was truncated, or rewritten in place. */
  fileTruncated(path: string): void;
  /** A round has ended, with so many bytes that are not read yet. */
  polled(path: string, lagBytes: number): void;
  /** A round has much to read: so many bytes are left. Told about as often as rounds end. */
  behind(path: string, lagBytes: number): void;
}
