# SPDX-License-Identifier: GPL-3.0-or-later
"""What was measured, as JSON after every turn (so that a run that dies leaves what it has) and as Markdown."""
import json
import os
import statistics


class Results:
    """One part's results in FOLDER/NAME.json. `settings` is what must be equal for two turns to be compared."""

    def __init__(self, folder, name, facts, settings, resume=False):
        self.path = os.path.join(folder, f"{name}.json")
        os.makedirs(folder, exist_ok=True)
        self.data = {"what": name, **facts, "settings": settings, "turns": []}
        if resume and os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as file:
                old = json.load(file)
            if old.get("settings") != json.loads(json.dumps(settings)):
                raise SystemExit(f"{self.path} was measured with other programs or settings; begin anew without --resume")
            self.data["turns"] = old["turns"]
            self.data["quality"] = old.get("quality")
        self.save()

    def has(self, **key):
        return any(all(turn.get(k) == v for k, v in key.items()) for turn in self.data["turns"])

    def add(self, turn):
        self.data["turns"].append(turn)
        self.save()

    def save(self):
        write(self.path, json.dumps(self.data, indent=1, ensure_ascii=False) + "\n")

    def save_markdown(self, text):
        write(self.path[:-len(".json")] + ".md", text)


def write(path, text):
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


def spread(values, digits=2, per=1.0):
    """"3.54 (3.50-3.61)": median, least and greatest."""
    values = [v / per for v in values if v is not None]
    if not values:
        return "-"
    text = f"{statistics.median(values):.{digits}f}"
    if len(values) > 1:
        text += f" ({min(values):.{digits}f}–{max(values):.{digits}f})"
    return text


def middle(values):
    values = [v for v in values if v is not None]
    return statistics.median(values) if values else None


def ratio(one, other, digits=2):
    """Of two medians."""
    one, other = middle(one), middle(other)
    return "-" if one is None or other is None or other < 1e-6 else f"{one / other:.{digits}f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
