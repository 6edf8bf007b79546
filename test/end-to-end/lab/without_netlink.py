"""Runs a program that may not open netlink sockets, as systemd's RestrictAddressFamilies= does."""
import ctypes
import os
import sys

AF_NETLINK = 16
EAFNOSUPPORT = 97
ALLOW = 0x7FFF0000
ERRNO = 0x00050000
IS_EQUAL = 4


class Comparison(ctypes.Structure):
    _fields_ = [
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("value", ctypes.c_uint64),
        ("unused", ctypes.c_uint64),
    ]


seccomp = ctypes.CDLL("libseccomp.so.2")
seccomp.seccomp_init.restype = ctypes.c_void_p
context = ctypes.c_void_p(seccomp.seccomp_init(ALLOW))
socket = seccomp.seccomp_syscall_resolve_name(b"socket")
family = Comparison(0, IS_EQUAL, AF_NETLINK, 0)
assert (
    seccomp.seccomp_rule_add_array(context, ERRNO | EAFNOSUPPORT, socket, 1, ctypes.byref(family))
    == 0
)
assert seccomp.seccomp_load(context) == 0
os.execvp(sys.argv[1], sys.argv[1:])
