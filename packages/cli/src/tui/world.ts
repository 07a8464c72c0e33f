/** What every question of the view is asked of: the image so far, and the user's settings. */
import type { Units } from "../output/bytes.ts";
import type { Subject } from "./subject.ts";

export interface World {
  readonly subject: Subject;
  readonly units: Units;
  /** Time by which ages are told, in milliseconds since 1970. */
  readonly now: number;
}
