/** The file's name, by which labMissing() knows a lab's rsyslogd from the machine's. */
export const configurationName = "denyscope-lab-rsyslog.conf";

export function rsyslogConfiguration(options: {
  readonly directory: string;
  readonly nodeName: string;
  readonly logPrefix: string;
  readonly logFile: string;
  readonly ready: { readonly mark: string; readonly file: string };
}): string {
  const write = (text: string, file: string): string =>
    `if $msg contains '${text}' then action(type="omfile" file="${file}"` +
    ` template="RSYSLOG_FileFormat" asyncWriting="off" flushOnTXEnd="on")`;
  return [
    // What a program writes to /dev/kmsg, as the ready mark, has another facility.
    'module(load="imklog" permitNonKernelFacility="on" ratelimitInterval="0")',
    `global(workDirectory="${options.directory}" localHostname="${options.nodeName}")`,
    write(options.logPrefix, options.logFile),
    write(options.ready.mark, options.ready.file),
    "",
  ].join("\n");
}
