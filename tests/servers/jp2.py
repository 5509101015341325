# SPDX-License-Identifier: GPL-3.0-or-later
"""What an image server needs of a JPEG 2000 file (its size), and a plain grey JPEG of any size."""

import struct


def size_of(data):
    """(width, height) by the image header box (ISO 15444-1, I.5.3.1) or the codestream's SIZ."""
    at = data.find(b"ihdr")
    if data[:12] == b"\0\0\0\x0cjP  \r\n\x87\n" and at > 0:
        height, width = struct.unpack(">II", data[at + 4:at + 12])
        return width, height
    if data[:4] == b"\xff\x4f\xff\x51":
        x1, y1, x0, y0 = struct.unpack(">IIII", data[8:24])
        return x1 - x0, y1 - y0
    if data[:2] == b"\xff\xd8":
        return jpeg_size(data)
    raise ValueError("neither JPEG 2000 nor JPEG")


def jpeg_size(data):
    at = 2
    while at + 9 < len(data):
        marker, length = data[at + 1], struct.unpack(">H", data[at + 2:at + 4])[0]
        if marker in (0xC0, 0xC1, 0xC2):
            height, width = struct.unpack(">HH", data[at + 5:at + 9])
            return width, height
        at += 2 + length
    raise ValueError("a JPEG without a frame")


def grey_jpeg(width, height, level=128, note=b""):
    """A baseline JPEG of one grey: a block costs two bits, so that any size is made at once."""
    def segment(marker, body):
        return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body

    difference = level - 128  # of the first block, in steps of 8 (quantum 8 of a DC eight times the level)
    bits = difference.bit_length() if difference >= 0 else (-difference).bit_length()
    value = difference if difference >= 0 else difference + (1 << bits) - 1
    # Huffman codes: DC 0 -> "0", DC `bits` -> "10"; AC end of block -> "0".
    first = "0" if bits == 0 else "10" + format(value, f"0{bits}b")
    zeros = 1 + 2 * (((width + 7) // 8) * ((height + 7) // 8) - 1)
    pad = -(len(first) + zeros) % 8
    stream = (int(first, 2) << (zeros + pad)) | ((1 << pad) - 1)
    data = stream.to_bytes((len(first) + zeros + pad) // 8, "big")
    data = data.replace(b"\xff", b"\xff\0")
    counts = [1, 1 if bits else 0] + [0] * 14
    dc = bytes([0x00, *counts]) + (bytes([0, bits]) if bits else bytes([0]))
    ac = bytes([0x10, 1] + [0] * 15 + [0])
    return (b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + (segment(0xFE, note) if note else b"")
            + segment(0xDB, bytes([0] + [8] * 64))
            + segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + bytes([1, 0x11, 0]))
            + segment(0xC4, dc) + segment(0xC4, ac)
            + segment(0xDA, bytes([1, 1, 0, 0, 63, 0])) + data + b"\xff\xd9")
