/** What is wrong with the image, and what is odd about it. */
import type { Diagnostic, LayerscopeError } from "@layerscope/core";
import type { Subject } from "../subject.ts";
import type { World } from "../world.ts";
import { isSameKnowledge } from "./image-facts.ts";

export interface ImageMessage {
  readonly severity: Diagnostic["severity"];
  /** Not escaped. */
  readonly text: string;
  /** What the user can do about it. Not escaped. */
  readonly hint: string | undefined;
}

export interface MessagesModel {
  /** The gravest first. */
  readonly messages: readonly ImageMessage[];
}

let last: { readonly subject: Subject; readonly model: MessagesModel } | undefined;

/** The same model as long as no more is known. */
export function messagesModel({ subject }: World): MessagesModel {
  if (last && isSameKnowledge(last.subject, subject)) return last.model;
  const model = { messages: build(subject) };
  last = { subject, model };
  return model;
}

const GRAVEST_FIRST: readonly Diagnostic["severity"][] = ["error", "warning", "info"];

function build({ error, image, layers, inspection, inspectionError }: Subject): readonly ImageMessage[] {
  const errors = image?.errors ?? layers.map((layer) => layer.error).filter((each) => each !== undefined);
  const diagnostics = image?.diagnostics ?? [];
  const untold = new Set(errors);
  const messages = diagnostics.map(({ severity, message }): ImageMessage => {
    const cause = severity === "error" ? [...untold].find((each) => message.includes(each.message)) : undefined;
    if (cause) untold.delete(cause);
    return { severity, text: message, hint: cause?.hint };
  });
  const rest = [error, inspectionError, ...untold].filter((each) => each !== undefined).map(fromError);
  const problems = inspection?.packages.problems ?? [];
  const notes = problems.map((text): ImageMessage => ({ severity: "info", text, hint: undefined }));
  const all = [...rest, ...messages, ...notes];
  return GRAVEST_FIRST.flatMap((severity) => all.filter((message) => message.severity === severity));
}

function fromError({ message, hint, where: { layer } }: LayerscopeError): ImageMessage {
  return { severity: "error", text: layer === undefined ? message : `layer ${layer}: ${message}`, hint };
}
