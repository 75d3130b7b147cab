"""What was measured, as a table with the bar beside each figure."""


class Table:
    def __init__(self):
        self.rows = []
        self.figures = {}

    def section(self, title):
        self.rows.append((title,))

    def add(self, name, value, note="", bar=None, is_met=None):
        """A figure in words; `is_met` is none where there is no bar."""
        met = "" if is_met is None else ("met" if is_met else "MISSED")
        self.rows.append((name, value, bar or "", met, note))

    def text(self):
        head = ("", "measured", "bar", "", "")
        full = [head, *(row for row in self.rows if len(row) > 1)]
        # The notes come last and need no width.
        widths = [*(max(len(row[i]) for row in full) for i in range(len(head) - 1)), 0]
        lines = []
        for row in [head, *self.rows]:
            if len(row) == 1:
                lines += ["", row[0]]
                continue
            cells = [text.ljust(width) for text, width in zip(row, widths)]
            lines.append(("  " + "  ".join(cells)).rstrip())
        return "\n".join(lines)

    @property
    def missed(self):
        return sum(row[3] == "MISSED" for row in self.rows if len(row) > 1)


def rate(value):
    """A number a second."""
    return f"{value:,.0f}/s"


def milliseconds(microseconds):
    value = microseconds / 1000
    return f"{value:.2f} ms" if value < 10 else f"{value:.1f} ms"
