/** Why a file cannot be opened as a saved report. */
import { LayerscopeError } from "../model/errors.ts";

/** Where in a document something stands: keys and indices from the top. */
export type Place = readonly PropertyKey[];

/** It is another kind of document, or not as the schema has it. */
export function notAReport(name: string, why: string): LayerscopeError {
  return new LayerscopeError("invalid-document", `${name} is not a layerscope report: ${why}`, {
    where: { source: name },
    hint: "A report is what layerscope --json --files IMAGE prints.",
  });
}

/** It has the form of a report, but no image could have given it. */
export function contradiction(name: string, place: Place, why: string): LayerscopeError {
  return new LayerscopeError("invalid-document", `${name} contradicts itself at ${placeText(place)}: ${why}`, {
    where: { source: name },
    hint: "It was changed after it was saved, or an older version saved it. Save it again from the image.",
  });
}

/** Keys may come from the document, and be anything. */
const KEY_LENGTH = 60;

/** `layers[2].entries[5].mode` */
export function placeText(place: Place): string {
  let text = "";
  for (const part of place) {
    if (typeof part === "number") text += `[${part}]`;
    else if (typeof part === "string" && /^[A-Za-z]\w{0,59}$/.test(part)) text += text === "" ? part : `.${part}`;
    else text += `[${JSON.stringify(String(part).slice(0, KEY_LENGTH))}]`;
  }
  return text === "" ? "its top" : text;
}
