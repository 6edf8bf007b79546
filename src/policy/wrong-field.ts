/** A document does not say what it should: the message names the field, and what was expected. */
export class WrongField extends Error {
  override name = "WrongField";
}
