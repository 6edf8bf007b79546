/** Names lead to other files than a moment ago, as while a rotation is under way. */
export class FilesMoved extends Error {
  override name = "FilesMoved";
}
