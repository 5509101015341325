# SPDX-License-Identifier: GPL-3.0-or-later
"""On what, when, and with which tools and libraries something was measured."""
import datetime
import hashlib
import json
import os
import re
import shutil
import subprocess

# ImageMagick's own program where there is one: `convert` may be a wrapper.
CONVERT = shutil.which("convert-im6.q16") or shutil.which("convert")
COMPARE = shutil.which("compare-im6.q16") or shutil.which("compare")
TOOLS = (("convert", "imagemagick"), ("compare", "imagemagick"), ("tesseract", "tesseract-ocr"),
         ("opj_compress", "libopenjp2-tools"), ("opj_decompress", "libopenjp2-tools"))


def missing_tools():
    return [f"{tool} (Debian package {package})" for tool, package in TOOLS if shutil.which(tool) is None]


def machine():
    model, memory = "unknown processor", 0
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:
        for line in lines:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo", encoding="ascii") as lines:
        for line in lines:
            if line.startswith("MemTotal"):
                memory = int(line.split()[1]) / 1048576
    return f"{cores()} cores of {model}, {memory:.1f} GiB"


def cores():
    return len(os.sched_getaffinity(0))


def first_line(command, pattern=r"(\S+)"):
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    found = re.search(pattern, done.stdout + done.stderr)
    return found.group(1) if found else "?"


def tool_versions():
    return {"ImageMagick": first_line([CONVERT, "--version"], r"ImageMagick (\S+)"),
            "tesseract": first_line(["tesseract", "--version"], r"tesseract v?(\S+)"),
            "opj_compress": first_line(["opj_compress", "-h"], r"library v(\S+?)\.?\s")}


def libraries_linked(program, said):
    """Where the two costly libraries come from. linka says itself which are its own; ldd alone would show the system's,
    too, for Leptonica loads it."""
    loaded = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    out = {}
    for name, pattern in (("OpenJPEG", r"libopenjp2\.so\S* => (\S+)"), ("Tesseract", r"libtesseract\.so\S* => (\S+)"),
                          ("Leptonica", r"liblept\S*\.so\S* => (\S+)")):
        found = re.search(pattern, loaded)
        own = "tuned" in said.get(name, "") or not found
        out[name] = f"its own, {said.get(name, '?')}" if own else f"the system's {package_of(found.group(1))}"
    return out


def package_of(library):
    for path in (os.path.realpath(library), library, library.replace("/lib/", "/usr/lib/", 1)):
        owner = subprocess.run(["dpkg-query", "-S", path], capture_output=True, text=True, check=False).stdout
        if ":" in owner:
            package = owner.split(": ")[0].split(",")[0]
            version = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True, text=True,
                                     check=False).stdout
            return f"{package.split(':')[0]} {version}"
    return library


def about_linka(program):
    said = json.loads(subprocess.run([program, "version", "--json"], capture_output=True, text=True,
                                     check=True).stdout)
    with open(program, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"version": said["linka"], "libraries": said["libraries"], "linked": libraries_linked(program, said["libraries"]),
            "sha256": digest[:16]}


def facts():
    return {"machine": machine(), "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
            "tools": tool_versions()}


def described(data):
    """The lines that every results page begins with."""
    tools = ", ".join(f"{name} {version}" for name, version in data["tools"].items())
    lines = [f"{data['machine']}; {data['date']}; {tools}.", ""]
    for name, about in data["settings"].get("programs", {}).items():
        linked = "; ".join(f"{library}: {where}" for library, where in about["linked"].items())
        lines.append(f"- {name}: linka {about['version']} ({about['sha256']}). {linked}.")
    return "\n".join(lines) + "\n\n"
