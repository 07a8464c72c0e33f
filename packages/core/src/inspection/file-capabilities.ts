/** File capabilities, as Linux keeps them in the attribute `security.capability` (capabilities(7), "File capabilities"). */

export interface FileCapabilities {
  /** Of the permitted set, lowest number first. */
  readonly names: readonly string[];
  readonly effective: boolean;
}

/** By number; those that are newer than this list are `cap_41` and so on. */
const NAMES = (
  "chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service " +
  "net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin " +
  "sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override " +
  "mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore"
).split(" ");

const EFFECTIVE = 1;
/** By revision: bytes, and how many words of 32 capabilities there are. The third adds the owner of a user namespace. */
const REVISIONS: ReadonlyMap<number, { readonly size: number; readonly words: number }> = new Map([
  [1, { size: 12, words: 1 }],
  [2, { size: 20, words: 2 }],
  [3, { size: 24, words: 2 }],
]);

/** @returns undefined for a value that Linux would not take, or that permits nothing */
export function parseCapabilities(value: Uint8Array): FileCapabilities | undefined {
  if (value.length < 4) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const magic = view.getUint32(0, true);
  const revision = REVISIONS.get(magic >>> 24);
  if (!revision || value.length !== revision.size) return undefined;
  const names: string[] = [];
  for (let word = 0; word < revision.words; word++) {
    // Each word of the permitted set is followed by one of the inheritable set.
    const permitted = view.getUint32(4 + word * 8, true);
    for (let bit = 0; bit < 32; bit++) {
      const number = word * 32 + bit;
      if (((permitted >>> bit) & 1) === 1) names.push(`cap_${NAMES[number] ?? number}`);
    }
  }
  return names.length === 0 ? undefined : { names, effective: (magic & EFFECTIVE) !== 0 };
}
