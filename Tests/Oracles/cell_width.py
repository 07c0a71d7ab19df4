"""Which characters the C library draws in no column or in two, by its wcwidth: the table that curses and tmux go by.

Writes ranges, first and last scalar in hexadecimal, one a line. Characters that the library does not know are left out.

    python3 Tests/Oracles/cell_width.py > Tests/Golden/TerminalUI/other-than-one-column.txt

Made with glibc 2.36 (Unicode 15), locale C.UTF-8.
"""
import ctypes
import locale

locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
wcwidth = ctypes.CDLL("libc.so.6").wcwidth

start = None
for value in range(0x20, 0x110001):
    is_other = value < 0x110000 and wcwidth(ctypes.c_wchar(chr(value))) in (0, 2)
    if is_other and start is None:
        start = value
    if not is_other and start is not None:
        print(f"{start:X} {value - 1:X}")
        start = None
