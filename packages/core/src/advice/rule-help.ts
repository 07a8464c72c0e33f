/** The rule's part of docs/rules.md. */
export function ruleHelp(id: string): string {
  return `https://github.com/OWNER/layerscope/blob/main/docs/rules.md#${id}`;
}
