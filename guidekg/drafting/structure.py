"""How the text of a guide is built: lines, headings, labels, sentences and clauses, each with its place.

Offsets are those of the text as it is kept. For matching, characters are folded to one way of
writing them (digits, Latin letters and punctuation of full width to ASCII), one for one.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

_WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLDED = str.maketrans(
    _WIDE
    | {"∶": ":", "\u3000": " ", "\u00a0": " ", "—": "-", "–": "-", "－": "-", "〜": "~"}
    | {"﹝": "〔", "﹞": "〕", "［": "[", "］": "]", "｡": "。", "﹪": "%"}
)
_HAN = "一二三四五六七八九十百"
# The markers of headings and items, from those that commonly stand outermost.
_MARKERS = (
    (
        "numbered",  # by the word that is numbered, which is the level: 专题1, 事项二
        re.compile(
            rf"(?P<level>专题|事项|项目|类别|方向|榜单|任务|赛道|板块|计划|附件|步骤)\s*(?:\d{{1,2}}|[{_HAN}]{{1,2}}|[A-Z])"
            r"(?:[:.、]\s*|\s+)"
        ),
    ),
    ("chapter", re.compile(rf"第[{_HAN}0-9]+[章部]分?\s*")),
    ("article", re.compile(rf"第[{_HAN}0-9]+[条节款步]\s*")),
    ("han", re.compile(rf"[{_HAN}]+、\s*")),
    ("han-in-brackets", re.compile(rf"\([{_HAN}]+\)、?\s*")),
    ("decimal", re.compile(r"\d{1,2}(?:\.\d{1,2})+(?![\d%])[、.\s]?\s*")),
    ("number", re.compile(r"\d{1,2}(?:[.、](?!\d)|\s(?=[\u4e00-\u9fff“]))\s*")),
    ("number-in-brackets", re.compile(r"\(\d{1,2}\)、?\s*")),
    ("number-bracket", re.compile(r"\d{1,2}\)\s*")),
    ("circle", re.compile(r"[①-⑳❶-❿]\s*")),
    ("dot", re.compile(r"(?P<level>[●•·▪■□◆◇★☆※▶►])\s*")),
)
_INLINE = re.compile(r"(?<=[:;。,])\s*(?:\d{1,2}[.、](?!\d)|\(\d{1,2}\)|[①-⑳])\s*")
_LABEL = re.compile(r"【[^【】]{2,16}】:?|[^,。;:、\"]{2,16}?(?:\([^()]{1,20}\))?:(?!//)")
_ANNEX = re.compile(rf"附件?\s*(?:\d{{1,2}}|[{_HAN}]{{1,2}})?:?")
_BRACKETED = re.compile(r"【[^【】]{2,16}】")
# A paragraph may begin with its title, and a full stop.
_TITLED = re.compile(r"[^,。;:、\"\s()\d]{2,8}。(?=\s*\S)")
# Words that a title has not: it would say something.
_SAYS = re.compile(r"[应须由每]|不得|不超过|限报|只能|可以|不予|报送|提交|\d项")
# What such a paragraph may begin with all the same, short as it is: a preference, a permission, a denial.
_STATES = re.compile(
    r"鼓励|优先|允许|禁止|择优|倾斜|取消|[不可免无未必]"
    r"|支持(?!方式|内容|方向|标准|强度|对象|领域|重点|范围|额度)"
)
# A lead whose list has items, not parts with titles of their own.
_LISTS = re.compile("方向|领域|条件|材料|情形|要求|内容|下列|以下")
_PAGE = re.compile(
    r"[-\s]*(?:第\s*)?\d{1,3}\s*(?:页)?(?:\s*[/共]\s*(?:共\s*)?\d{1,3}\s*页?)?[-\s]*"
)
_GAP = re.compile(r"\t+| {3,}")
_OPEN, _CLOSE = "(〔《“[【『", ")〕》”]】』"
# A clause that leans on the next: a condition, a time, an exception, whom it is about.
_LEANS = re.compile(
    r"(?:的|的(?:人员|单位|项目|企业|团队|申请人|负责人)|前|之前|后|之后|时|外|以外|下|期间|之日起|日起|情况下|基础上)$|^(?:同等条件下|原则上|其中|同时|此外|另外|对于[^的]{0,20}|经[^,]{1,20})$"
)
_COUNTED = re.compile(r"\d[\d.]*\s*(?:万元|亿元|元|%|周?岁|项|个(?!月|工作)|件|篇|人|名|家|级)")
_JOINT = re.compile(
    r"(?<=注册)(?:并|、|且|及)(?=具有|具备)|(?<=登记)(?:并|、|且|及)(?=具有|具备)|(?<=法人资格)(?:、|且|并)(?=注册|成立)"
)
# What stands in brackets and asks for something.
_INNER = re.compile(
    r"\(([^()]{4,80}(?:应|须|签订|签署|约定|不得|至少)[^()]{2,60}|(?:应|须|其中|至少)[^()]{4,60})\)"
)
_IF = re.compile(r"^(?:如|若|凡|对|经|自|因|除|由于|属于|涉及|符合)")


def folded(text: str) -> str:
    """Return a text with characters folded to one way of writing, each in its place."""
    return text.translate(_FOLDED)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading or an item's marker: its words without the marker, its level, where both stand."""

    title: str
    level: str
    start: int
    end: int


@dataclass(slots=True)
class Clause:
    """The least piece of text that may say something.

    Attributes:
        start: where it begins, its label and marker left out.
        end: where it ends, without the punctuation.
        words: its folded characters; line breaks within a paragraph left out.
        offsets: where each of these characters stands, and where the last one ends.
        label: what is printed before it with a colon, or heads its column; empty if nothing.
        lead: the sentence with a colon whose list it belongs to; empty if none.
        headings: the headings above it, outermost first.
        sentence: the number of its sentence.
        line: the number of its paragraph.
        item: whether it opens an item of a list.
        row: the first cell of the row of a table that it stands in; empty elsewhere.
        opening: where its marker and label begin.
        after_semicolon: whether its sentence follows another by a semicolon.
        leads: whether it only leads to the list that follows it.
        nested: whether it stands in brackets within another.
    """

    start: int
    end: int
    words: str
    offsets: list[int]
    label: str
    lead: str
    headings: tuple[Heading, ...]
    sentence: int
    line: int
    item: bool = False
    row: str = ""
    opening: int = 0
    after_semicolon: bool = False
    leads: bool = False
    nested: bool = False

    @property
    def labelled(self) -> bool:
        """Whether its label is printed right before it."""
        return bool(self.label) and not self.row and self.opening < self.start

    @property
    def context(self) -> str:
        """What says what the clause is about: headings, lead and label, the nearest last."""
        titles = [heading.title for heading in self.headings]
        return "/".join((*titles, self.lead, self.label)).strip("/")


@dataclass(slots=True)
class Document:
    """A text, with its clauses and its headings.

    ``furniture`` are the headers, footers and numbers of its pages, which stand between its lines;
    ``markers`` the numbers of its headings and items.
    """

    text: str
    furniture: list[tuple[int, int]] = field(default_factory=list)
    markers: list[tuple[int, int]] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)


def structure(text: str) -> Document:
    """Return how a text is built."""
    document = Document(text, list(_furniture(text)))
    plain = folded(text)
    for start, end in document.furniture:  # a sentence may go on behind it
        plain = plain[:start] + "\n" * (end - start) + plain[end:]
    reader = _Reader(document, plain)
    for start, end in _paragraphs(plain):
        reader.read(start, end)
    return document


def _furniture(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines that pages repeat: their numbers, and what stands alike at the edge of several."""
    pages = [page.span() for page in re.finditer(r"[^\f]+", text)]
    edges: Counter[str] = Counter()
    lines: list[tuple[int, int]] = []
    for start, end in pages if len(pages) > 1 else ():
        found = [
            (start + line.start(), start + line.end())
            for line in re.finditer(r"[^\r\n]*\S[^\r\n]*", text[start:end])
        ]
        lines += dict.fromkeys([*found[:1], *found[-1:]])
    edges.update(text[slice(*line)].strip() for line in lines)
    most = max(3, (len(pages) + 1) // 2)
    for line in lines:
        if (
            _PAGE.fullmatch(folded(text[slice(*line)]).strip())
            or edges[text[slice(*line)].strip()] >= most
        ):
            yield line


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the paragraphs; lines that are broken in the middle of a sentence are one.

    That is taken to be so where many lines are about as long as the longest, as in text from a page.
    """
    lines = [match.span() for match in re.finditer(r"[^\r\n\f]+", text) if match[0].strip()]
    lengths = sorted(end - start for start, end in lines)
    width = lengths[int(len(lengths) * 0.9)] if lengths else 0
    full = [end - start for start, end in lines if end - start >= width - 3]
    wrapped = len(lines) > 12 and 20 <= width <= 60 and len(full) > len(lines) * 0.35
    begun: tuple[int, int] | None = None
    for start, end in lines:
        words = text[start:end].strip()
        if begun and wrapped and not _marker(words) and not _LABEL.match(words):
            before = text[begun[0] : begun[1]].rstrip()
            last = len(before.splitlines()[-1]) if before else 0
            if last >= width - 4 and before[-1] not in "。;:!?":
                begun = (begun[0], end)
                continue
        if begun:
            yield begun
        begun = (start, end)
    if begun:
        yield begun


def _marker(words: str) -> tuple[str, int] | None:
    """Return the level and the length of the marker that words begin with."""
    for level, pattern in _MARKERS:
        found = pattern.match(words)
        if found:
            return found.groupdict().get("level") or level, found.end()
    return None


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a sentence: see ``Clause``; ``unit`` is printed once for the cells of a table."""

    opening: int
    item: bool = False
    row: str = ""
    label: str = ""
    unit: str = ""
    nested: bool = False


class _Reader:
    """Reads paragraphs in their order, and keeps what stands above them."""

    def __init__(self, document: Document, plain: str) -> None:
        """Take a document, and its text folded, with line breaks for what only pages have."""
        self._document = document
        self._folded = plain
        self._headings: list[Heading] = []
        self._leads: list[tuple[str, int]] = []  # with how many headings stood above
        self._sentence = self._line = 0
        self._columns: list[str] = []

    def read(self, start: int, end: int) -> None:
        """Add the clauses of a paragraph."""
        self._line += 1
        start, end = self._trimmed((start, end), "")
        cells = self._cells(start, end)
        if len(cells) >= 3 or (len(cells) == 2 and self._columns):
            self._row(cells)
            return
        self._columns = []
        if _ANNEX.fullmatch(self._folded, start, end):
            # It stands under nothing that is above it.
            self._headings.clear()
            self._leads.clear()
            self._document.headings.append(Heading(self._folded[start:end], "annex", start, end))
            return
        if _BRACKETED.fullmatch(self._folded, start, end):
            self._heading("brackets", 1, start, end - 1)
            return
        marker = _marker(self._folded[start:end])
        around = _Around(start, item=bool(marker))
        if marker:
            start = self._heading(*marker, start, end)
        elif self._leads and self._leads[-1][1] < len(self._headings):
            # The list that the lead opened is over.
            del self._headings[self._leads.pop()[1] :]
        if start < end:
            self._sentences(start, end, around)

    def _heading(self, level: str, length: int, start: int, end: int) -> int:
        """Take what a marker opens for a heading, its title or none; return where the rest begins."""
        if level in ("chapter", "article", "han", "brackets"):
            self._leads.clear()
        self._leave(level)
        begin = start + length
        self._document.markers.append((start, begin))
        led = bool(self._leads) and self._leads[-1][1] == len(self._headings)
        title_end = self._title(begin, end)
        if led and title_end >= end and _LISTS.search(self._leads[-1][0]):
            title_end = begin
        title = self._folded[begin:title_end].strip()
        heading = Heading(title, level, start, title_end)
        self._headings.append(heading)
        if title:
            self._document.headings.append(heading)
        while title_end < end and self._folded[title_end] in " .。:":
            title_end += 1
        return title_end

    def _leave(self, level: str) -> None:
        """Leave the headings at or below a level."""
        levels = [heading.level for heading in self._headings]
        if level in levels:
            del self._headings[levels.index(level) :]
            self._leads = [lead for lead in self._leads if lead[1] <= len(self._headings)]

    def _title(self, start: int, end: int) -> int:
        """Return where the title that a marker opens ends; ``start`` if what follows is no title."""
        rest = self._folded[start:end]
        if re.match(r"(?:专项|专题|项目|类别|方向|榜单)?名称:", rest) and not re.search(
            r"[。;,]", rest
        ):
            return end
        bracketed = re.match(r"[(【\[][^()【】\[\]]{2,16}[)】\]](?=\s*\S)", rest)
        if bracketed:
            return start + bracketed.end()
        if not re.search(r"[。;,]", rest) and len(rest) <= 46 and not rest.endswith(":"):
            if ":" in rest:
                return start
            return end if not re.search(r"[0-9]+(?:万元|%)|[应须]当?(?:具|为|在)", rest) else start
        first = re.match(r"[^。,;:]{2,24}(?=。|:(?!\d)|\s{1,2}(?=\S))", rest)
        whole = first and not rest[first.end() :].strip("。 ")
        if first and not whole and not _SAYS.search(first[0]):
            return start + first.end()
        return start

    def _cells(self, start: int, end: int) -> list[tuple[int, int]]:
        cells, begin = [], start
        for gap in _GAP.finditer(self._folded, start, end):
            cells.append((begin, gap.start()))
            begin = gap.end()
        return [cell for cell in (*cells, (begin, end)) if cell[0] < cell[1]]

    def _row(self, cells: list[tuple[int, int]]) -> None:
        """Add the cells of a row: the first row of a table has the headings of the others."""
        words = [self._folded[start:end].strip() for start, end in cells]
        if not self._columns:
            self._columns = words
            self._document.headings.append(
                Heading(" ".join(words), "table", cells[0][0], cells[-1][1])
            )
            return
        # A number in front of the row is not what the row is about.
        first = next((word for word in words if not word.isdecimal()), "")
        if words[0].isdecimal():
            self._document.markers.append(cells[0])
        caption = " ".join((*self._columns, *(lead for lead, _ in self._leads)))
        money = "万元" if re.search("单位:?万元", caption) else ""
        shift = max(0, len(self._columns) - len(words))
        for number, (start, end) in enumerate(cells):
            label = self._columns[min(number + shift, len(self._columns) - 1)]
            unit = money if re.search("额|经费|资金|强度|标准", label) else ""
            self._sentences(
                start, end, _Around(start, item=True, row=first, label=label, unit=unit)
            )

    def _sentences(self, start: int, end: int, around: _Around) -> None:
        """Add the clauses of sentences; a label holds for the rest of its paragraph."""
        at = start
        while at < end:
            stop = self._sentence_end(at, end)
            self._sentence += 1
            if at > start:
                marker = _marker(self._folded[at:stop])
                around = replace(around, item=bool(marker), opening=at)
                if marker:
                    self._document.markers.append((at, at + marker[1]))
                    at += marker[1]
            found = None if around.row else _LABEL.match(self._folded, at, stop)
            if at == start and not (around.row or around.item):
                found = self._titled(at, end) or found
            if found and not self._clock(found.end()):
                label = re.sub(r"^(?:\(\S{1,3}\)|\d+[.、]|[①-⑳])", "", found[0].strip("【】:。 "))
                around = replace(around, label=label)
                at = found.end()
                if found[0].startswith("【"):  # set off from what it heads
                    around = replace(around, opening=at)
                if not self._folded[at:end].strip():
                    self._lead(label)
                    self._document.headings.append(Heading(label, "lead", around.opening, at))
                    return
            body = self._folded[at:stop].rstrip()
            if body.endswith(":") and stop >= end:
                self._lead(body[:-1])
            self._clauses(at, stop, around)
            at = stop
            while at < end and self._folded[at].isspace():
                at += 1

    def _titled(self, start: int, end: int) -> re.Match[str] | None:
        """Return the title that a paragraph begins with, if it is followed by more and says nothing."""
        found = _TITLED.match(self._folded, start, end)
        says = found and (_SAYS.search(found[0]) or _STATES.search(found[0]))
        return None if says else found

    def _lead(self, words: str) -> None:
        """Remember what leads to a list; the addressees of a notice lead to none."""
        self._leads = [lead for lead in self._leads if lead[1] < len(self._headings)]
        if not (self._line <= 5 and re.match("各|有关|省直", words)):
            self._leads.append((words, len(self._headings)))

    def _clock(self, at: int) -> bool:
        """Whether the colon before is one of a time or a ratio."""
        return self._folded[at - 2].isdecimal() and self._folded[at : at + 1].isdecimal()

    def _sentence_end(self, start: int, end: int) -> int:
        for at, depth in self._depths(start, end):
            if self._folded[at] in "。;!?" and (not depth or at + 1 == end):
                return at + 1
            if not depth and at > start and _INLINE.match(self._folded, at, end):
                return at
        return end

    def _depths(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the places of characters that are no brackets, each with how many brackets are open there."""
        depth = 0
        for at in range(start, end):
            char = self._folded[at]
            if char in _OPEN:
                depth += 1
            elif char in _CLOSE:
                depth = max(0, depth - 1)
            else:
                yield at, depth

    def _clauses(self, start: int, end: int, around: _Around) -> None:
        """Add the clauses of a sentence."""
        cuts = [start - 1, *self._cuts(start, end), end]
        spans = [self._trimmed((left + 1, right)) for left, right in pairwise(cuts)]
        spans = [span for span in spans if span[0] < span[1]]
        colon = next((cut for cut in cuts[1:-1] if self._folded[cut] == ":"), end)
        above = self._leads[-1][0] if self._leads else ""
        pieces = [piece for span in self._merged(spans) for piece in self._apart(*span)]
        for number, (first, last) in enumerate(pieces):
            words, offsets = self._words(first, last, around.unit)
            self._document.clauses.append(
                Clause(
                    *(first, last, words, offsets, around.label),
                    self._folded[start:colon].strip() if first > colon else above,
                    *(tuple(self._headings), self._sentence, self._line),
                    item=around.item and number == 0,
                    row=around.row,
                    opening=around.opening if number == 0 else first,
                    after_semicolon=self._folded[:start].rstrip()[-1:] == ";",
                    leads=self._folded[last : last + 1] == ":" and self._lists(last + 1),
                    nested=around.nested,
                )
            )
            for inner in () if around.nested else _INNER.finditer(self._folded, first, last):
                self._clauses(*inner.span(1), _Around(inner.start(1), row=around.row, nested=True))

    def _cuts(self, start: int, end: int) -> Iterator[int]:
        """Yield where the commas and colons stand that part clauses: not in brackets, not in numbers."""
        for at, depth in self._depths(start, end):
            if self._folded[at] in ",:" and not depth and not self._number(at):
                yield at

    def _words(self, start: int, end: int, unit: str) -> tuple[str, list[int]]:
        """Return the words of a clause and the offsets of their characters, and of its end."""
        kept = [
            at
            for at in range(start, end)
            if self._folded[at] not in "\r\n\f" and not self._spaced(at)
        ]
        words = "".join(self._folded[at] for at in kept)
        if not words[-1:].isdecimal():
            unit = ""
        return words + unit, [*kept, *[end] * (len(unit) + 1)]

    def _lists(self, at: int) -> bool:
        """Whether a list begins here, or on the next line."""
        rest = self._folded[at : at + 12].lstrip()
        return not rest or _marker(rest) is not None

    def _spaced(self, at: int) -> bool:
        """Whether a space stands between two Chinese characters, where it says nothing."""
        if self._folded[at] != " ":
            return False
        before, after = self._folded[at - 1 : at], self._folded[at + 1 : at + 2]
        return before > "\u2e80" or after > "\u2e80"

    def _number(self, at: int) -> bool:
        """Whether a comma or colon stands within a number, a ratio, a time or an address."""
        before, after = self._folded[at - 1], self._folded[at + 1 : at + 2]
        if self._folded[at] == ",":
            return before.isdecimal() and bool(
                re.match(r"\d{3}(?!\d)", self._folded[at + 1 : at + 5])
            )
        return (before.isdecimal() and after.isdecimal()) or after == "/"

    def _trimmed(self, span: tuple[int, int], marks: str = ",;。:") -> tuple[int, int]:
        """Return a span without spaces, and without such marks, at its ends."""
        start, end = span
        while start < end and (self._folded[start].isspace() or self._folded[start] in marks):
            start += 1
        while end > start and (self._folded[end - 1].isspace() or self._folded[end - 1] in marks):
            end -= 1
        return start, end

    def _merged(self, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Yield the spans, those that lean on the next one with it."""
        begun: int | None = None
        for number, (start, end) in enumerate(spans):
            words = self._folded[start:end]
            following = number + 1 < len(spans)
            after = self._folded[slice(*spans[number + 1])] if following else ""
            if following and self._leans(words, after):
                begun = start if begun is None else begun
                continue
            yield (start if begun is None else begun), end
            begun = None

    def _apart(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the parts of a clause that each state a number: 甲类10万元、乙类5万元."""
        joint = _JOINT.search(self._folded, start, end)
        if joint:
            yield start, joint.start()
            yield from self._apart(joint.end(), end)
            return
        cuts = [m.start() for m in re.finditer("、|和(?=[^、和]*\\d)", self._folded[start:end])]
        bounds = [start, *(start + cut for cut in cuts), end]
        parts = [
            (left + (self._folded[left] in "、和" and left > start), right)
            for left, right in pairwise(bounds)
        ]
        if len(parts) > 1 and all(_COUNTED.search(self._folded, *part) for part in parts):
            yield from parts
        else:
            yield start, end

    @staticmethod
    def _leans(words: str, after: str) -> bool:
        if re.match(r"重点(?:包括|支持|围绕)|包括|主要(?:包括|面向)", after) and len(words) < 20:
            return True
        if _IF.match(words) and len(words) < 30:
            return True
        if words.endswith("的"):
            return not re.match(r"[^,]{0,10}的$", after) or len(after) < 30
        return bool(_LEANS.search(words)) and len(words) < 34
