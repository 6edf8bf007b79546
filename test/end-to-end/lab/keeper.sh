#!/bin/sh
# Holds what the lab changes outside its own directory, and puts all of it back when standard input
# ends. That happens when the lab is disposed of, and when the process that uses it is killed.
# flock runs this, so the next lab starts only after everything is as it was.
set -u
namespaces=$1
configuration=$2
pid_file=$3
setting=/proc/sys/net/netfilter/nf_log_all_netns

# What nobody has read yet would be written to this lab's file.
dd if=/proc/kmsg of=/dev/null bs=64k iflag=nonblock 2>/dev/null

before=$(cat "$setting")
echo 1 >"$setting"
rsyslogd -n -i "$pid_file" -f "$configuration" </dev/null >&2 &
echo "$!"

cat >/dev/null

kill "$!" 2>/dev/null
wait "$!"
for name in $(ip netns list | cut -d " " -f 1); do
  case $name in
    "$namespaces"-*)
      ip netns pids "$name" | xargs -r kill -KILL 2>/dev/null
      ip netns delete "$name"
      ;;
  esac
done
echo "$before" >"$setting"
