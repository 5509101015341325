# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile scans, made from nothing: files() gives name -> (bytes, what must become of it).

What must become of it: "done", "parked" or "either" (done or parked, but never anything else).
"""
import functools
import struct
import zlib

W, H = 200, 280  # of the honest image that most files are made from


def page(w=W, h=H):
    """Rows of grey samples: paper with lines of words."""
    rows = []
    for y in range(h):
        row = bytearray(b"\xe6" * w)
        if 20 < y < h - 20 and y % 14 < 6:
            for x in range(20, w - 20):
                if (x + y // 14 * 5) % 11 < 8:
                    row[x] = 40
        rows.append(bytes(row))
    return rows


# ---- TIFF ----

SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 11: 4, 12: 8, 13: 4, 16: 8}


def tiff(tags=None, data=None, big=False, little=True, next_ifd=0, strips=None, drop=(), entries=None,
         count_says=None, ifd_first=False, extra=b"", w=W, h=H):
    """A grey TIFF; `tags` {number: (type, [values])} replaces or adds, `drop` leaves out."""
    e = "<" if little else ">"
    off = e + ("Q" if big else "I")
    data = b"".join(page(w, h)) if data is None else data
    head = 16 if big else 8
    strips = strips or [(head, len(data))]
    all_tags = {
        256: (4, [w]), 257: (4, [h]), 258: (3, [8]), 259: (3, [1]), 262: (3, [1]), 277: (3, [1]), 278: (4, [h]),
        273: (16 if big else 4, [s[0] for s in strips]), 279: (16 if big else 4, [s[1] for s in strips]),
        282: (5, [(300, 1)]), 283: (5, [(300, 1)]), 296: (3, [2])}
    all_tags.update(tags or {})
    for d in drop:
        all_tags.pop(d, None)
    room = 8 if big else 4
    ifd_at = head + len(data)
    n = len(all_tags)
    ifd_size = (8 if big else 2) + n * (20 if big else 12) + room
    outside, out = b"", b""
    for tag in sorted(all_tags):
        kind, values = all_tags[tag]
        if isinstance(values, bytes):
            raw, count = values, len(values) // SIZES.get(kind, 1)
        elif kind in (5, 10):
            raw, count = b"".join(struct.pack(e + "II", *v) for v in values), len(values)
        else:
            f = {1: "B", 2: "B", 3: "H", 4: "I", 7: "B", 11: "f", 12: "d", 13: "I", 16: "Q"}.get(kind, "I")
            raw, count = b"".join(struct.pack(e + f, v) for v in values), len(values)
        if entries and tag in entries:
            count = entries[tag]
        if len(raw) <= room:
            field = raw.ljust(room, b"\0")
        else:
            field = struct.pack(off, ifd_at + ifd_size + len(outside))
            outside += raw + b"\0" * (len(raw) % 2)
        out += struct.pack(e + "HH" + ("Q" if big else "I"), tag, kind, count) + field
    n = n if count_says is None else count_says
    ifd = struct.pack(e + ("Q" if big else "H"), n) + out + struct.pack(off, next_ifd if next_ifd != "self" else ifd_at)
    begin = (b"II" if little else b"MM") + (struct.pack(e + "HHHQ", 43, 8, 0, ifd_at) if big else
                                            struct.pack(e + "HI", 42, ifd_at))
    return begin + data + ifd + outside + extra


def multipage(n, w=24, h=32):
    """n small grey images, one behind the other."""
    out, at = b"II" + struct.pack("<HI", 42, 8), 8
    for i in range(n):
        tags = [(256, 4, w), (257, 4, h), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, at + 2 + 9 * 12 + 4),
                (277, 3, 1), (278, 4, h), (279, 4, w * h)]
        ifd = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", t, k, 1, v) for t, k, v in tags)
        end = at + len(ifd) + 4 + w * h
        out += ifd + struct.pack("<I", end if i + 1 < n else 0) + bytes([200 + i % 40]) * (w * h)
        at = end
    return out


def tiffs():
    good = tiff()
    flat = b"".join(page())
    yield "good.tif", good, "done"
    yield "good-bigtiff.tif", tiff(big=True), "done"
    yield "good-bigendian.tif", tiff(little=False), "done"
    for cut in (1, 4, 7, 8, 100, len(good) // 2, len(good) - 60, len(good) - 9, len(good) - 1):
        yield f"cut-{cut}.tif", good[:cut], "parked" if cut < len(good) - 16 else "either"
    yield "cut-bigtiff-12.tif", tiff(big=True)[:12], "parked"
    yield "ifd-loop.tif", tiff(next_ifd="self"), "either"
    a = tiff(next_ifd=8 + len(flat) + 2)
    yield "ifd-into-ifd.tif", a, "either"
    yield "ifd-next-beyond.tif", tiff(next_ifd=0xFFFFFFF0), "either"
    yield "ifd-at-zero.tif", b"II*\0\0\0\0\0" + flat, "parked"
    yield "ifd-at-itself.tif", b"II*\0\x04\0\0\0" + b"\xff" * 64, "parked"
    yield "ifd-65535-entries.tif", tiff(count_says=65535), "parked"
    yield "bigtiff-2e63-entries.tif", tiff(big=True, count_says=1 << 63), "parked"
    yield "bigtiff-offset-size-7.tif", b"II+\0\x07\0\0\0" + tiff(big=True)[8:], "parked"
    yield "width-zero.tif", tiff({256: (4, [0])}), "parked"
    yield "height-zero.tif", tiff({257: (4, [0])}), "parked"
    yield "width-missing.tif", tiff(drop=[256]), "parked"
    yield "width-2e32.tif", tiff({256: (4, [0xFFFFFFFF]), 257: (4, [0xFFFFFFFF])}), "parked"
    yield "width-100000.tif", tiff({256: (4, [100000]), 257: (4, [100000])}), "parked"
    yield "width-is-double-nan.tif", tiff({256: (12, [float("nan")])}), "parked"
    yield "width-is-text.tif", tiff({256: (2, b"wide\0")}), "parked"
    yield "width-twice-count.tif", tiff(entries={256: 0xFFFFFFFF}), "either"
    yield "bits-33.tif", tiff({258: (3, [33])}), "parked"
    yield "bits-mixed.tif", tiff({258: (3, [8, 4, 2]), 277: (3, [3])}), "parked"
    yield "samples-0.tif", tiff({277: (3, [0])}), "either"
    yield "samples-200.tif", tiff({277: (3, [200])}), "parked"
    yield "photometric-1234.tif", tiff({262: (3, [1234])}), "parked"
    yield "palette-missing.tif", tiff({262: (3, [3])}), "either"
    yield "float-nan.tif", tiff({258: (3, [32]), 339: (3, [3])}, data=struct.pack("<f", float("nan")) * (W * H)), "parked"
    yield "signed.tif", tiff({339: (3, [2])}), "parked"
    for c in (0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 32773, 32809, 32946, 34661, 34676, 34712, 34892, 34925, 50000, 50001, 50002, 65535):
        yield f"compression-{c}.tif", tiff({259: (3, [c])}), "either" if c in (8, 32773, 32946, 2, 3, 4) else "parked"
    half = len(flat) // 2
    yield "strips-overlap.tif", tiff({278: (4, [H // 2])}, strips=[(8, half), (8 + half // 2, half)]), "either"
    yield "strips-all-the-same.tif", tiff({278: (4, [1])}, strips=[(8, W)] * H), "either"
    yield "strips-65536-of-one.tif", tiff({278: (4, [1]), 257: (4, [65536])}, strips=[(8, W)] * 65536), "either"
    yield "strips-too-few.tif", tiff({278: (4, [1])}), "parked"
    yield "strips-count-2e32.tif", tiff(entries={273: 0xFFFFFFFF}), "parked"
    yield "strip-offset-minus-1.tif", tiff(strips=[(0xFFFFFFFF, len(flat))]), "parked"
    yield "strip-bytes-minus-1.tif", tiff(strips=[(8, 0xFFFFFFFF)]), "either"
    yield "strip-offset-2e64.tif", tiff(big=True, strips=[((1 << 64) - 8, len(flat))]), "parked"
    yield "strip-bytes-missing.tif", tiff(drop=[279]), "either"
    yield "strip-into-ifd.tif", tiff(strips=[(8 + len(flat), len(flat))]), "parked"
    yield "rows-per-strip-0.tif", tiff({278: (4, [0])}), "either"
    yield "rows-per-strip-2e32.tif", tiff({278: (4, [0xFFFFFFFF])}), "either"
    yield "tile-0x0.tif", tiff({322: (4, [0]), 323: (4, [0]), 324: (4, [8]), 325: (4, [len(flat)])}, drop=[273, 279, 278]), "parked"
    yield "tile-2e31.tif", tiff({322: (4, [1 << 31]), 323: (4, [1 << 31]), 324: (4, [8]), 325: (4, [len(flat)])},
                                drop=[273, 279, 278]), "parked"
    yield "tile-of-16-count-1.tif", tiff({322: (4, [16]), 323: (4, [16]), 324: (4, [8]), 325: (4, [256])},
                                         drop=[273, 279, 278]), "parked"
    yield "planar-7.tif", tiff({284: (3, [7])}), "either"
    yield "fill-order-9.tif", tiff({266: (3, [9])}), "either"
    yield "orientation-255.tif", tiff({274: (3, [255])}), "either"
    yield "orientation-0.tif", tiff({274: (3, [0])}), "either"
    yield "resolution-nan.tif", tiff({282: (11, [float("nan")]), 283: (11, [float("inf")])}), "either"
    yield "resolution-0-0.tif", tiff({282: (5, [(0, 0)]), 283: (5, [(0, 0)])}), "done"
    yield "resolution-huge.tif", tiff({282: (5, [(4294967295, 1)]), 283: (5, [(1, 4294967295)])}), "done"
    packed = zlib.compress(b"\xe6" * (20000 * 20000 // 8), 9)
    yield "deflate-bomb.tif", tiff({259: (3, [8]), 256: (4, [20000]), 257: (4, [20000]), 278: (4, [20000])}, data=packed), "parked"
    yield "deflate-garbage.tif", tiff({259: (3, [8])}, data=b"\x78\x9c" + b"\xff" * 3000), "parked"
    yield "deflate-ends-early.tif", tiff({259: (3, [8])}, data=zlib.compress(flat)[:-200]), "parked"
    yield "deflate-too-little.tif", tiff({259: (3, [8])}, data=zlib.compress(flat[:1000])), "parked"
    yield "lzw-of-nothing.tif", tiff({259: (3, [5])}, data=b"\x80\x01\x01"), "parked"
    yield "packbits-runs-out.tif", tiff({259: (3, [32773])}, data=b"\x7f\x00"), "parked"
    yield "predictor-77.tif", tiff({259: (3, [8]), 317: (3, [77])}, data=zlib.compress(flat)), "parked"
    yield "g4-of-ff.tif", tiff({259: (3, [4]), 258: (3, [1])}, data=b"\xff" * 4000), "either"
    yield "g3-of-zeros.tif", tiff({259: (3, [3]), 258: (3, [1])}, data=b"\0" * 4000), "either"
    yield "jpeg-in-tiff-no-tables.tif", tiff({259: (3, [7]), 262: (3, [6]), 277: (3, [3]), 258: (3, [8, 8, 8])},
                                             data=b"\xff\xd8\xff\xd9"), "parked"
    yield "old-jpeg-nothing.tif", tiff({259: (3, [6]), 513: (4, [8]), 514: (4, [0xFFFFFFF0])}), "parked"
    yield "icc-garbage.tif", tiff({34675: (7, b"\xde\xad" * 300)}), "done"
    yield "icc-claims-2e32.tif", tiff({34675: (7, struct.pack(">I", 0xFFFFFFFF) + b"\0" * 124)}), "done"
    yield "icc-beyond.tif", tiff({34675: (7, b"\0" * 200)}, entries={34675: 0x7FFFFFFF}), "parked"
    yield "icc-9-MB.tif", tiff({34675: (7, b"acsp" * 2_250_000)}), "done"
    yield "icc-endless-tags.tif", tiff({34675: (7, icc(tags=[(b"rXYZ", 128, 0xFFFFFFFF)] * 90))}), "done"
    yield "icc-tags-on-each-other.tif", tiff({34675: (7, icc(tags=[(n, 128, 60) for n in (b"rTRC", b"kTRC", b"wtpt", b"desc")]))}), "done"
    yield "exif-loop.tif", tiff({34665: (4, [8 + len(flat)])}), "done"
    yield "gps-and-exif-beyond.tif", tiff({34665: (4, [0xFFFFFFF0]), 34853: (4, [0xFFFFFFF0])}), "done"
    yield "xmp-with-entities.tif", tiff({700: (7, BILLION_LAUGHS)}), "done"
    yield "text-without-end.tif", tiff({271: (2, b"A" * 300_000), 305: (2, bytes(range(1, 256)) * 100)}), "done"
    yield "tags-not-sorted.tif", swapped_tags(good), "either"
    yield "sub-ifds-loop.tif", tiff({330: (4, [8 + len(flat)] * 40)}), "either"
    yield "pages-40.tif", multipage(40), "either"
    yield "jpeg-as.tif", jpeg(), "either"


def swapped_tags(data):
    ifd = struct.unpack_from("<I", data, 4)[0]
    n = struct.unpack_from("<H", data, ifd)[0]
    tags = [data[ifd + 2 + 12 * i:ifd + 14 + 12 * i] for i in range(n)]
    return data[:ifd + 2] + b"".join(reversed(tags)) + data[ifd + 2 + 12 * n:]


def icc(tags=(), size=None, space=b"GRAY", klass=b"mntr"):
    table = struct.pack(">I", len(tags)) + b"".join(struct.pack(">4sII", *t) for t in tags)
    body = table + b"\0" * 128
    head = struct.pack(">I4sI4s4s4s", size or 128 + len(body), b"test", 0x02400000, klass, space, b"XYZ ")
    head += b"\0" * 12 + b"acsp"
    return head.ljust(128, b"\0") + body


BILLION_LAUGHS = (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">' +
                  b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9)) +
                  b']><x:xmpmeta xmlns:x="adobe:ns:meta/">&j;</x:xmpmeta>')


# ---- PNG ----

def chunk(kind, data, crc=None, size=None):
    c = zlib.crc32(kind + data) if crc is None else crc
    return struct.pack(">I", len(data) if size is None else size) + kind + data + struct.pack(">I", c)


PNG = b"\x89PNG\r\n\x1a\n"


def png(w=W, h=H, bits=8, kind=0, method=0, filters=0, interlace=0, data=None, before=b"", after=b"", end=True):
    raw = b"".join(b"\0" + r for r in page()) if data is None else data
    packed = zlib.compress(raw) if isinstance(raw, bytes) else raw[0]
    return (PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, bits, kind, method, filters, interlace)) + before +
            chunk(b"IDAT", packed) + after + (chunk(b"IEND", b"") if end else b""))


def pngs():
    good = png()
    yield "good.png", good, "done"
    for cut in (5, 8, 20, 33, 37, 45, len(good) // 2, len(good) - 13, len(good) - 12, len(good) - 1):
        yield f"cut-{cut}.png", good[:cut], "parked" if cut < len(good) - 16 else "either"
    yield "zero-size.png", png(w=0, h=0), "parked"
    yield "2e31.png", png(w=0x7FFFFFFF, h=0x7FFFFFFF), "parked"
    yield "negative.png", png(w=0xFFFFFFFF, h=0xFFFFFFFF), "parked"
    yield "bits-3.png", png(bits=3), "parked"
    yield "kind-5.png", png(kind=5), "parked"
    yield "interlace-9.png", png(interlace=9), "parked"
    yield "interlace-claimed.png", png(interlace=1), "parked"
    yield "filter-200.png", png(data=b"".join(b"\xc8" + r for r in page())), "parked"
    yield "crc-of-header-wrong.png", good[:29] + b"\0\0\0\0" + good[33:], "parked"
    yield "crc-of-data-wrong.png", good[:-16] + b"\0\0\0\0" + good[-12:], "parked"
    yield "no-header.png", PNG + good[33:], "parked"
    yield "two-headers.png", good[:33] + good[8:], "parked"
    yield "no-data.png", PNG + good[8:33] + chunk(b"IEND", b""), "parked"
    yield "palette-missing.png", png(kind=3), "parked"
    yield "palette-too-long.png", png(kind=3, before=chunk(b"PLTE", b"\0" * 3 * 300)), "parked"
    yield "palette-index-beyond.png", png(kind=3, before=chunk(b"PLTE", b"\0\1\2")), "either"
    yield "data-too-little.png", png(data=b"\0" * 1000), "parked"
    yield "data-too-much.png", png(data=b"".join(b"\0" + r for r in page()) * 3), "either"
    yield "zlib-garbage.png", png(data=(b"\x78\x9c" + b"\xaa" * 500,)), "parked"
    yield "zlib-dictionary.png", png(data=(b"\x78\xbb\0\0\0\0" + b"\xaa" * 500,)), "parked"
    yield "bomb-20000.png", png(w=20000, h=20000, data=(bomb(20001 * 20000),)), "parked"
    yield "bomb-in-text.png", png(before=chunk(b"zTXt", b"a\0\0" + bomb(1 << 28))), "either"
    yield "bomb-in-profile.png", png(before=chunk(b"iCCP", b"a\0\0" + bomb(1 << 28))), "either"
    yield "bomb-in-itxt.png", png(before=chunk(b"iTXt", b"a\0\1\0\0\0" + bomb(1 << 28))), "either"
    yield "texts-5000.png", png(before=chunk(b"tEXt", b"Comment\0" + b"x" * 200) * 5000), "either"
    yield "chunk-2e31.png", good[:33] + chunk(b"tEXt", b"a\0b", size=0x7FFFFFFF) + good[33:], "parked"
    yield "chunk-unknown-critical.png", good[:33] + chunk(b"QQQQ", b"x") + good[33:], "parked"
    yield "exif-loop.png", png(before=chunk(b"eXIf", exif_loop())), "done"
    yield "density-zero.png", png(before=chunk(b"pHYs", struct.pack(">IIB", 0, 0, 1))), "done"
    yield "density-2e32.png", png(before=chunk(b"pHYs", struct.pack(">IIB", 0xFFFFFFFF, 1, 1))), "done"
    yield "transparency-too-long.png", png(before=chunk(b"tRNS", b"\0" * 1000)), "either"
    yield "animated.png", png(before=chunk(b"acTL", struct.pack(">II", 1 << 30, 0))), "either"
    yield "trailing-garbage.png", good + b"\xaa" * 100_000, "either"


@functools.lru_cache
def bomb(n):
    c = zlib.compressobj(9)
    block = b"\0" * (1 << 20)
    return b"".join(c.compress(block) for _ in range(n >> 20)) + c.flush()


def exif_loop():
    """An Exif block whose directories point at each other."""
    return (b"II*\0\x08\0\0\0" + struct.pack("<H", 2) + struct.pack("<HHII", 0x8769, 4, 1, 8) +
            struct.pack("<HHII", 0x010F, 2, 0xFFFFFFFF, 8) + struct.pack("<I", 8))


# ---- JPEG: a grey baseline encoder that writes the mean of each block ----

ZIGZAG_ONES = bytes([16] * 64)
DC_COUNTS = bytes([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
DC_VALUES = bytes(range(12))
DC_CODES = {0: (2, 0), 1: (3, 2), 2: (3, 3), 3: (3, 4), 4: (3, 5), 5: (3, 6), 6: (4, 14), 7: (5, 30), 8: (6, 62),
            9: (7, 126), 10: (8, 254), 11: (9, 510)}


def segment(marker, data, size=None):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2 if size is None else size) + data


def jpeg(w=W, h=H, sof=0xC0, bits=8, components=1, sampling=0x11, quant=None, dc=None, ac=None, scan=None, before=b"",
         after_tables=b"", entropy=None, tail=b"\xff\xd9", quant_at=0):
    quant = segment(0xDB, b"\0" + ZIGZAG_ONES) if quant is None else quant
    dc = segment(0xC4, b"\0" + DC_COUNTS + DC_VALUES) if dc is None else dc
    ac = segment(0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\0") if ac is None else ac  # only "end of block"
    frame = segment(sof, struct.pack(">BHHB", bits, h, w, components) +
                    b"".join(bytes([i + 1, sampling, quant_at]) for i in range(components)))
    scan = (segment(0xDA, bytes([components]) + b"".join(bytes([i + 1, 0]) for i in range(components)) + b"\0\x3f\0")
            if scan is None else scan)
    return (b"\xff\xd8" + before + quant + frame + dc + ac + after_tables + scan +
            (entropy_of(components) if entropy is None else entropy) + tail)


def entropy_of(components=1):
    rows, bits, last = page(), [], [0] * components
    for y in range(0, H, 8):
        for x in range(0, W, 8):
            block = [rows[min(H - 1, y + j)][x:x + 8] for j in range(8)]
            mean = sum(map(sum, block)) // sum(map(len, block))
            for c in range(components):
                d = ((mean if c == 0 else 128) - 128) * 8 // 16 - last[c]
                last[c] += d
                size = abs(d).bit_length()
                n, code = DC_CODES[size]
                bits.append(format(code, f"0{n}b"))
                if size:
                    bits.append(format(d if d > 0 else d + (1 << size) - 1, f"0{size}b"))
                bits.append("0")
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    raw = bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8))
    return raw.replace(b"\xff", b"\xff\0")


def jpegs():
    good = jpeg()
    yield "good.jpg", good, "done"
    for cut in (2, 3, 4, 20, 71, 80, 100, 120, len(good) // 2, len(good) - 3, len(good) - 2, len(good) - 1):
        yield f"cut-{cut}.jpg", good[:cut], "parked" if cut < len(good) - 3 else "either"
    yield "arithmetic.jpg", jpeg(sof=0xC9), "either"
    yield "lossless.jpg", jpeg(sof=0xC3), "parked"
    yield "hierarchical.jpg", jpeg(sof=0xC5), "parked"
    yield "12-bit.jpg", jpeg(sof=0xC1, bits=12), "parked"
    yield "16-bit.jpg", jpeg(bits=16), "parked"
    yield "zero-size.jpg", jpeg(w=0, h=0), "parked"
    yield "height-later.jpg", jpeg(h=0), "parked"
    yield "height-later-said.jpg", jpeg(h=0, entropy=entropy_of() + segment(0xDC, struct.pack(">H", H))), "either"
    yield "65535.jpg", jpeg(w=65535, h=65535), "parked"
    yield "20000-of-nothing.jpg", jpeg(w=20000, h=20000), "parked"
    yield "components-0.jpg", jpeg(components=0, entropy=b"", scan=segment(0xDA, b"\0\0\x3f\0")), "parked"
    yield "components-255.jpg", jpeg(components=255, entropy=b"\0" * 100, scan=segment(0xDA, b"\xff" + b"\1\0" * 255 + b"\0\x3f\0")), "parked"
    yield "components-2.jpg", jpeg(components=2), "either"
    yield "cmyk-plain.jpg", jpeg(components=4), "either"
    yield "adobe-transform-9.jpg", jpeg(components=3, before=segment(0xEE, b"Adobe\0\x64\0\0\0\0\x09")), "either"
    yield "sampling-0.jpg", jpeg(sampling=0), "parked"
    yield "sampling-15.jpg", jpeg(sampling=0xFF), "parked"
    yield "quant-missing.jpg", jpeg(quant=b""), "parked"
    yield "quant-index-3.jpg", jpeg(quant_at=3), "parked"
    yield "quant-zeros.jpg", jpeg(quant=segment(0xDB, b"\0" * 65)), "either"
    yield "quant-16-bit-baseline.jpg", jpeg(quant=segment(0xDB, b"\x10" + b"\x40\0" * 64)), "either"
    yield "quant-index-15.jpg", jpeg(quant=segment(0xDB, b"\x0f" + ZIGZAG_ONES)), "parked"
    yield "quant-short.jpg", jpeg(quant=segment(0xDB, b"\0" + b"\1" * 20)), "either"
    yield "huffman-missing.jpg", jpeg(dc=b"", ac=b""), "either"
    yield "huffman-too-many.jpg", jpeg(dc=segment(0xC4, b"\0" + b"\xff" * 16 + b"\0" * 400)), "parked"
    yield "huffman-not-a-tree.jpg", jpeg(dc=segment(0xC4, b"\0" + bytes([3] + [0] * 15) + b"\0\1\2")), "parked"
    yield "huffman-index-9.jpg", jpeg(dc=segment(0xC4, b"\x09" + DC_COUNTS + DC_VALUES)), "parked"
    yield "huffman-category-200.jpg", jpeg(dc=segment(0xC4, b"\0" + DC_COUNTS + b"\xc8" * 12)), "parked"
    yield "scan-of-component-9.jpg", jpeg(scan=segment(0xDA, b"\1\x09\0\0\x3f\0")), "parked"
    yield "scan-backwards.jpg", jpeg(scan=segment(0xDA, b"\1\1\0\x3f\0\0")), "either"
    yield "no-scan.jpg", jpeg(scan=b"", entropy=b""), "parked"
    yield "no-frame.jpg", b"\xff\xd8" + segment(0xDA, b"\1\1\0\0\x3f\0") + b"\0" * 50 + b"\xff\xd9", "parked"
    yield "two-frames.jpg", good[:-2] + good[2:], "either"
    yield "two-images.jpg", good + good, "either"
    yield "restart-interval-1.jpg", jpeg(after_tables=segment(0xDD, struct.pack(">H", 1))), "parked"
    yield "restart-garbage.jpg", jpeg(entropy=b"\xff\xd0\xff\xd7\xff\xd3" * 300), "parked"
    yield "progressive-thousand-scans.jpg", jpeg(sof=0xC2, entropy=b"", scan=(segment(0xDA, b"\1\1\0\0\0\0") + b"\x55" * 4) * 3000), "parked"
    yield "entropy-of-zeros.jpg", jpeg(entropy=b"\0" * 5000), "either"
    yield "entropy-of-markers.jpg", jpeg(entropy=b"\xff\xfe\0\2" * 5000), "parked"
    yield "segment-size-0.jpg", b"\xff\xd8" + segment(0xE1, b"", size=0) + good[2:], "either"
    yield "segment-size-65535.jpg", b"\xff\xd8" + segment(0xE1, b"Exif\0\0", size=65535) + good[2:], "parked"
    yield "comments-2000.jpg", jpeg(before=segment(0xFE, b"x" * 1000) * 2000), "done"
    yield "fill-bytes.jpg", b"\xff\xd8" + b"\xff" * 100_000 + good[2:], "either"
    yield "exif-loop.jpg", jpeg(before=segment(0xE1, b"Exif\0\0" + exif_loop())), "done"
    yield "exif-beyond.jpg", jpeg(before=segment(0xE1, b"Exif\0\0II*\0\xf0\xff\xff\xff")), "done"
    yield "jfif-density-0.jpg", jpeg(before=segment(0xE0, b"JFIF\0\1\1\1\0\0\0\0\0\0")), "done"
    yield "jfif-thumbnail-beyond.jpg", jpeg(before=segment(0xE0, b"JFIF\0\1\1\1\1\x2c\1\x2c\xff\xff")), "either"
    part = lambda i, n, d: segment(0xE2, b"ICC_PROFILE\0" + bytes([i, n]) + d)
    yield "icc-parts-missing.jpg", jpeg(before=part(1, 200, b"x" * 500)), "done"
    yield "icc-part-0.jpg", jpeg(before=part(0, 0, b"x" * 500)), "done"
    yield "icc-parts-255.jpg", jpeg(before=b"".join(part(i, 255, b"y" * 60000) for i in range(1, 256))), "done"
    yield "icc-twice-part-1.jpg", jpeg(before=part(1, 2, b"x" * 500) * 2), "done"


# ---- JPEG 2000, made from a master copy of the program's own ----

def box(kind, data, size=None):
    return struct.pack(">I4s", len(data) + 8 if size is None else size, kind) + data


def split_jp2(master):
    """(boxes before the codestream, codestream)"""
    at, before = 0, []
    while at < len(master):
        n, kind = struct.unpack_from(">I4s", master, at)
        n = n or len(master) - at
        if kind == b"jp2c":
            return before, master[at + 8:at + n]
        before.append((kind, master[at + 8:at + n]))
        at += n
    raise ValueError("no codestream")


def jp2s(master):
    before, code = split_jp2(master)
    boxes = dict(before)
    signature = box(b"jP  ", b"\r\n\x87\n")
    kind = box(b"ftyp", b"jp2 \0\0\0\0jp2 ")

    def jp2(header=None, code=code, extra=b"", tail=b""):
        return signature + kind + extra + box(b"jp2h", boxes[b"jp2h"] if header is None else header) + box(b"jp2c", code) + tail

    siz = code.index(b"\xff\x51") + 4  # Rsiz

    def siz_with(at, fmt, *values):
        n = siz + at
        raw = struct.pack(fmt, *values)
        return code[:n] + raw + code[n + len(raw):]

    w, h = struct.unpack_from(">II", code, siz + 2)

    def header(bits=7, components=1, colour=17, extra=b"", hw=(h, w)):
        return (box(b"ihdr", struct.pack(">IIHBBBB", hw[0], hw[1], components, bits, 7, 0, 0)) +
                box(b"colr", struct.pack(">BBBI", 1, 0, 0, colour)) + extra)

    yield "good.jp2", jp2(), "done"
    yield "good-raw.j2k", code, "done"
    for cut in (11, 12, 20, 40, 60, 90, 120, 160, len(master) // 2, len(master) - 2):
        yield f"cut-{cut}.jp2", master[:cut], "parked" if cut < len(master) - 2 else "either"
    for cut in (4, 30, 60, len(code) // 2):
        yield f"cut-{cut}.j2k", code[:cut], "parked"
    yield "no-header-box.jp2", signature + kind + box(b"jp2c", code), "either"
    yield "header-empty.jp2", jp2(header=b""), "either"
    yield "header-other-size.jp2", jp2(header=header(hw=(h * 100, w * 100))), "either"
    yield "header-other-components.jp2", jp2(header=header(components=3, colour=16)), "either"
    yield "box-size-1.jp2", signature + kind + box(b"jp2h", b"", size=1), "parked"
    yield "box-size-5.jp2", signature + kind + box(b"free", b"", size=5) + master[32:], "parked"
    yield "boxes-in-boxes.jp2", jp2(header=nested_boxes(2000)), "either"
    yield "boxes-100000.jp2", jp2(extra=box(b"free", b"") * 100_000), "either"
    yield "two-codestreams.jp2", jp2(tail=box(b"jp2c", code)), "either"
    yield "colour-9999.jp2", jp2(header=header(colour=9999)), "either"
    yield "icc-garbage.jp2", jp2(header=box(b"ihdr", struct.pack(">IIHBBBB", h, w, 1, 7, 7, 0, 0)) +
                                 box(b"colr", b"\2\0\0" + b"\xee" * 400)), "either"
    yield "palette-empty.jp2", jp2(header=header(extra=box(b"pclr", struct.pack(">HB", 0, 0)))), "either"
    yield "palette-1024x255.jp2", jp2(header=header(extra=box(b"pclr", struct.pack(">HB", 1024, 255)))), "parked"
    yield "palette-without-map.jp2", jp2(header=header(extra=box(b"pclr", struct.pack(">HBBBB", 1, 3, 7, 7, 7) + b"\1\2\3"))), "either"
    yield "map-beyond.jp2", jp2(header=header(extra=box(b"pclr", struct.pack(">HBBBB", 1, 3, 7, 7, 7) + b"\1\2\3") +
                                              box(b"cmap", struct.pack(">HBB", 77, 1, 200) * 3))), "either"
    yield "channels-beyond.jp2", jp2(header=header(extra=box(b"cdef", struct.pack(">HHHH", 1, 900, 1, 900)))), "either"
    yield "resolution-zero.jp2", jp2(header=header(extra=box(b"res ", box(b"resc", b"\0" * 10)))), "done"
    yield "resolution-huge.jp2", jp2(header=header(extra=box(b"res ", box(b"resc", b"\xff" * 8 + b"\x7f\x7f")))), "done"
    yield "uuid-of-xmp-laughs.jp2", jp2(tail=box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + BILLION_LAUGHS)), "either"
    yield "size-2e32.jp2", jp2(code=siz_with(2, ">II", 0xFFFFFFFF, 0xFFFFFFFF)), "parked"
    yield "size-50000.jp2", jp2(code=siz_with(2, ">II", 50000, 50000)), "parked"
    yield "size-zero.jp2", jp2(code=siz_with(2, ">II", 0, 0)), "parked"
    yield "offset-beyond-size.jp2", jp2(code=siz_with(10, ">II", 0x7FFFFFFF, 0x7FFFFFFF)), "parked"
    yield "tile-zero.jp2", jp2(code=siz_with(18, ">II", 0, 0)), "parked"
    yield "tile-one-pixel.jp2", jp2(code=siz_with(18, ">II", 1, 1)), "parked"
    yield "tile-offset-beyond.jp2", jp2(code=siz_with(26, ">II", 0x7FFFFFFF, 0x7FFFFFFF)), "parked"
    yield "components-0.jp2", jp2(code=siz_with(34, ">H", 0)), "parked"
    yield "components-16384.jp2", jp2(code=siz_with(34, ">H", 16384)), "parked"
    yield "signed.jp2", jp2(code=siz_with(36, ">B", 0x87)), "either"
    yield "bits-38.jp2", jp2(code=siz_with(36, ">B", 37)), "parked"
    yield "bits-16-claimed.jp2", jp2(code=siz_with(36, ">B", 15)), "either"
    yield "subsampling-0.jp2", jp2(code=siz_with(37, ">BB", 0, 0)), "parked"
    yield "subsampling-255.jp2", jp2(code=siz_with(37, ">BB", 255, 255)), "either"
    cod = code.index(b"\xff\x52")
    yield "decompositions-200.jp2", jp2(code=code[:cod + 9] + b"\xc8" + code[cod + 10:]), "parked"
    yield "layers-65535.jp2", jp2(code=code[:cod + 6] + b"\xff\xff" + code[cod + 8:]), "either"
    yield "code-block-2e30.jp2", jp2(code=code[:cod + 10] + b"\x1c\x1c" + code[cod + 12:]), "parked"
    sot = code.index(b"\xff\x90")
    yield "tile-part-too-long.jp2", jp2(code=code[:sot + 6] + b"\xff\xff\xff\xff" + code[sot + 10:]), "parked"
    yield "tile-number-65535.jp2", jp2(code=code[:sot + 4] + b"\xff\xff" + code[sot + 6:]), "parked"
    yield "data-of-ff.jp2", jp2(code=code[:sot + 14] + b"\xff" * (len(code) - sot - 16) + code[-2:]), "either"
    yield "data-of-zeros.jp2", jp2(code=code[:sot + 14] + b"\0" * (len(code) - sot - 16) + code[-2:]), "either"


def nested_boxes(n):
    out = b""
    for _ in range(n):
        out = box(b"jp2h", out)
    return out


# ---- what is something else ----

def others():
    yield "empty.tif", b"", "parked"
    yield "one-byte.tif", b"I", "parked"
    yield "zeros.tif", b"\0" * 100_000, "parked"
    yield "text.tif", b"This is not a picture.\n" * 100, "parked"
    yield "html.jpg", b"<!DOCTYPE html><html><body>404</body></html>", "parked"
    yield "a.pdf.tif", b"%PDF-1.7\n1 0 obj\n", "parked"
    yield "a.gif.png", b"GIF89a" + b"\xff" * 30, "parked"
    yield "a.bmp.tif", b"BM" + b"\0" * 60, "parked"
    yield "a.webp.jpg", b"RIFF\x24\0\0\0WEBPVP8 ", "parked"
    yield "a.heic.jpg", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "parked"
    yield "a.avif.jpg", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", "parked"
    yield "a.jxl.tif", b"\xff\x0a" + b"\0" * 40, "parked"
    yield "a.djvu.tif", b"AT&TFORM\0\0\0\x10DJVUINFO", "parked"
    yield "a.psd.tif", b"8BPS\0\1" + b"\0" * 40, "parked"
    yield "a.zip.tif", b"PK\3\4" + b"\0" * 60, "parked"
    yield "a.7z.tif", b"7z\xbc\xaf\x27\x1c" + b"\0" * 60, "parked"
    yield "a.gz.tif", b"\x1f\x8b\x08\0" + b"\0" * 60, "parked"
    yield "a.elf.tif", b"\x7fELF" + b"\0" * 60, "parked"
    yield "a.svg.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "parked"
    yield "a.dng-like.tif", b"IIRO" + b"\0" * 60, "parked"
    yield "a.jxr.tif", b"II\xbc\x01" + b"\0" * 60, "parked"


def files(master):
    """All of them; `master` is a JPEG 2000 file of the program's own."""
    out = {}
    for made in (tiffs(), pngs(), jpegs(), jp2s(master), others()):
        for name, data, fate in made:
            assert name not in out, name
            out[name] = (data, fate)
    return out
