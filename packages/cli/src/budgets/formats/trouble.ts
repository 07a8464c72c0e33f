import { type ImageResult, isChecked } from "../check-run.ts";
import { plainText } from "../verdict-text.ts";

/** What kept an image from being read, or from being read to its end. */
export interface Trouble {
  /** An error's code. */
  readonly code: string;
  /** One line, safe to print. */
  readonly message: string;
}

/** Empty when the image was read to its end. */
export function troubleOf(result: ImageResult): readonly Trouble[] {
  const { complete, errors } = isChecked(result) ? result.analysis.image : { complete: false, errors: [result.error] };
  if (complete) return [];
  if (errors.length === 0) return [{ code: "incomplete", message: "the image could not be read to its end." }];
  return errors.map(({ code, message, hint, where }) => {
    const layer = where.layer === undefined ? "" : `layer ${where.layer}: `;
    return { code, message: `${plainText(layer + message)}.${hint === undefined ? "" : ` ${plainText(hint)}`}` };
  });
}
