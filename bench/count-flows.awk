# The peer of `denyscope import`: splits each line at its blanks and counts the same key in memory.
/ IN=/ {
  iface = out = src = dst = proto = port = ""
  node = $2
  prefix = $5
  for (i = 6; i <= NF; i++) {
    n = index($i, "=")
    if (n == 0) {
      if (iface == "" && out == "") prefix = prefix " " $i
      continue
    }
    key = substr($i, 1, n - 1)
    value = substr($i, n + 1)
    if (key == "IN") iface = value
    else if (key == "OUT") out = value
    else if (key == "SRC") src = value
    else if (key == "DST") dst = value
    else if (key == "PROTO") proto = value
    else if (key == "DPT") port = value
  }
  count[src " " dst " " tolower(proto) " " port " " iface " " out " " node]++
}
END { for (key in count) print key, count[key] }
