import type { ImageConfig } from "../model/image.ts";
import type { Budget, BudgetVerdict } from "./budget.ts";
import type { CheckContext } from "./check-context.ts";
import { decided } from "./verdict.ts";

/**
 * Checks that the image's configuration names a user, and not root.
 *
 * Only the configuration is asked. A name to which the image's /etc/passwd gives the number 0 passes, unless it is `root`
 * itself: what a file says is not known from the layers' lists.
 */
export function checkUser(context: CheckContext, budget: Budget): BudgetVerdict {
  const { config, platform } = context.analysis.image.document;
  const isRoot = (platform ?? config.platform)?.os === "windows" ? isWindowsRoot(config) : isUnixRoot(config);
  const value = isRoot ? 1 : 0;
  const note = config.user
    ? `the configuration names the user ${JSON.stringify(config.user)}`
    : "the configuration names no user";
  return decided(budget, { unit: "count", value, limit: 0, isWithin: !isRoot, notes: isRoot ? [note] : [] });
}

/** `user` or `user:group`; engines read the user as a decimal number where they can, and take root where it is missing. */
function isUnixRoot({ user = "" }: ImageConfig): boolean {
  const [name = ""] = user.split(":", 1);
  return name === "" || name === "root" || /^[+-]?0+$/.test(name);
}

/** Numbers mean nothing there, and names are the same in any case. */
function isWindowsRoot({ user = "" }: ImageConfig): boolean {
  return user === "" || user.toLowerCase() === "containeradministrator";
}
