"""The programmes, tracks, calls and classes that a text names, and which of them a clause is about."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from guidekg.drafting.structure import Clause, Document, Heading, folded

# What the name of a scheme ends in.
_NAMED = re.compile(
    r"(?:项目|计划|专项|专题|课题|工程|基金|类|券|榜单?|赛道|行动|组|奖励|补助|奖补|补贴|津贴|贴息|扶持|金融|资助|平台|基地|合作|特派员|引智)(?:\([^()]{1,20}\))?$"
)
_NOT = re.compile(
    r"申报|要求|条件|程序|流程|方式|材料|时间|通知|管理|联系|推荐|评审|说明|注意|期限|强度|标准|重点任务|支持(?:方向|类别|内容)|研究内容|经费|原则|目标|事项|范围|对象|附件|限项|优先|监督|组织|咨询|其他|总则|附则|责任|兑付|技术方向|领域方向"
)
_PART = re.compile(r"[^,;、。:\d]{2,16}")
_CLASSES = re.compile(
    r"(?:分为|分|设置?|设立|下设|包括|启动|划分为|含|支持|按|以)(?:以下)?(?P<names>[^,;。:]{2,70}?)"
    r"(?:等)?[二两三四五六七八\d]+(?:个)?(?:类|种|专题|层次|档|赛道|榜|组|板块)"
)
_PARTS = re.compile(r"分为(?P<names>[^,;。:]{4,90})$")
_OF_MONEY = re.compile(
    r"(?:关于|对)?([^,、。:(补奖资助]{2,12}(?:补助|奖励|奖补|补贴|津贴|贴息))"
    r"(?:的)?(?:条件|标准|对象|申请|申报|办理|额度|程序|和|与|及|政策|方式|范围|认定|兑付|资金)+"
)
_TAIL = 5  # characters
_CODE = re.compile(r"\((?:代码|代号|以下简称|简称)?“?([A-Z]{1,3})(?:类)?”?\)$")
# Headings whose parts are schemes, whatever they are called.
_KINDS = re.compile(
    r"(?:项目|支持|资助|补助|奖励|专题|申报|计划)(?:类别|类型|专题|种类|设置|板块)$|组别|赛道"
)
_ONE = r"[\u4e00-\u9fffA-Z]{1,8}?(?:类(?:项目|课题)?|项目|课题|组|榜)"
_PAIR = re.compile(rf"(?:设|分为?|含|括|按|以|有)(?P<names>{_ONE}(?:[、和及与]{_ONE})+)")
_RESET = re.compile(
    r"其余|其他(?:各?类|项目|类型)|各类|所有|全部|上述|以上(?:各|项目)|本(?:指南|通知|办法|细则|专项|计划|年度)|申报单位|项目负责人应|同一"
)
# What is numbered below a scheme and is no part of it, but a matter of it.
_MATTER = re.compile(
    r"领域|机构|额度|内容|主体|资格|成果|指标|人员|背景|概况|数量|地点|电话|承诺|单位|截止|系统|填报|审核|上传|签订|拨付"
    r"|验收|公示|办法|依据|考核|纪律|保障|费用|伦理|合作方|外方|门槛|标准|对象|方式|规则|金额|时限|周期|产出"
)
_SHORT = re.compile(r"(?:补助|奖励|奖补|津贴|项目|计划|专题|专项|类项目|类)$")


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme: its name as printed, the heading or words that declare it, what it is part of, its code (A类)."""

    name: str
    start: int
    end: int
    parent: str = ""
    heading: Heading | None = None
    code: str = ""

    @property
    def short(self) -> str:
        """The name without the word for a project at its end."""
        short = _SHORT.sub("", self.name)
        return short if len(short) >= 2 else self.name


def schemes(document: Document) -> list[Scheme]:
    """Return the schemes that a text declares: by headings, lists of classes, and rows of tables."""
    found: dict[str, Scheme] = {}
    text = folded(document.text)
    for heading, parents in _with_parents(document):
        above = [_name(title) or title for title in parents]
        name = _name(heading.title)
        # What is numbered right below a scheme, and names no matter of it, is a part of it.
        below = above and (above[-1] in found or _KINDS.search(above[-1]))
        if not name and below and _PART.fullmatch(heading.title):
            matter = _NOT.search(heading.title)
            if not _KINDS.search(above[-1]):
                matter = matter or _MATTER.search(heading.title)
            name = "" if matter else heading.title
        if name and name not in found:
            parent = next((title for title in reversed(above) if title in found), "")
            coded = _CODE.search(heading.title)
            code = f"{coded[1]}类" if coded else ""
            found[name] = Scheme(name, heading.start, heading.end, parent, heading, code)
    for clause in document.clauses:
        for one in (*_of_lists(clause, text), *_of_rows(clause)):
            if not any(one.name in other or other in one.name for other in found):
                found[one.name] = one
    return [
        replace(
            one,
            name=_printed(document.text, text, one.name),
            parent=_printed(document.text, text, one.parent),
        )
        for one in found.values()
    ]


def _of_lists(clause: Clause, text: str) -> Iterator[Scheme]:
    """Yield the schemes that a clause lists: 分为A、B、C三类."""
    for found in (one for kind in (_CLASSES, _PARTS, _PAIR) for one in kind.finditer(clause.words)):
        # What is counted is meant to be a list; what is not may be one by chance.
        least = 1 if found.re is _CLASSES else 2
        for name in _listed(found["names"]):
            if not _NOT.search(name) and text.count(re.sub("类$", "", name)) >= least:
                at = max(clause.words.find(name, found.start("names")), 0)
                yield Scheme(name, clause.offsets[at], clause.end)


def _of_rows(clause: Clause) -> Iterator[Scheme]:
    """Yield the scheme that the first cell of a row names."""
    heads = re.search("类|项目|名称|专题|方向|计划", clause.label)
    if clause.row and clause.row == clause.words and (heads or _NAMED.search(clause.row)):
        yield Scheme(clause.row, clause.start, clause.end)


def _printed(text: str, plain: str, name: str) -> str:
    """Return a name as the text prints it, whose folded form is plain."""
    at = plain.find(name) if name else -1
    return text[at : at + len(name)] if at >= 0 else name


def _with_parents(document: Document) -> list[tuple[Heading, tuple[str, ...]]]:
    above: dict[int, tuple[str, ...]] = {}
    for clause in document.clauses:
        titles = tuple(heading.title for heading in clause.headings)
        for number, heading in enumerate(clause.headings):
            above.setdefault(heading.start, titles[:number])
    stack: list[Heading] = []
    result = []
    for heading in document.headings:
        if heading.level in ("table", "lead"):
            continue
        levels = [one.level for one in stack]
        if heading.level in levels:
            del stack[levels.index(heading.level) :]
        result.append((heading, tuple(one.title for one in stack)))
        stack.append(heading)
    return result


def _name(title: str) -> str:
    """Return the name of the scheme that a heading names; nothing if it names none."""
    title = re.sub(
        r"^(?:专项|专题|项目|方向|类别|榜单|计划)?(?:名称|[一二三四五六七八九\d]+)?\s*:\s*",
        "",
        title.strip(),
    )
    title = re.sub(r"^[(【\[](.*)[)】\]]$", r"\1", title.rstrip(":。 "))
    # The name may be the beginning of what its heading says of it.
    matter = _OF_MONEY.fullmatch(title)
    if matter:
        return matter[1]
    if not 2 <= len(title) <= 40 or "," in title:
        return ""
    bare = re.sub(r"\([^()]*\)$", "", title)
    return bare if _NAMED.search(bare) and not _NOT.search(bare) else ""


def _listed(words: str) -> list[str]:
    # What is called by a shorter name has that.
    words = re.sub(r"[^、(]+\((?:以下)?简称“?([^()”]+)”?\)", r"\1", words)
    parts = [part.strip('“”" ') for part in re.split(r"[、和及与/]|以及", words)]
    parts = [part for part in parts if 1 <= len(part) <= 16]
    if len(parts) < 2:
        return []
    return [f"{part}类" if re.fullmatch(r"[A-Z一二三四甲乙丙]", part) else part for part in parts]


class Attribution:
    """Says, clause by clause in their order, which scheme each is about."""

    def __init__(self, found: list[Scheme]) -> None:
        self._schemes = found
        self._names = sorted(
            {
                (folded(name), scheme.name)
                for scheme in found
                for name in (scheme.name, scheme.short, scheme.code)
                if name
            },
            key=lambda pair: -len(pair[0]),
        )
        # The end of a long name, where only one scheme ends so, is a name of it too.
        ends = Counter(one.name[-_TAIL:] for one in found)
        self._names += [
            (folded(one.name[-_TAIL:]), one.name)
            for one in found
            if len(one.name) >= 2 * _TAIL - 2 and ends[one.name[-_TAIL:]] == 1
        ]
        self._by_heading = {scheme.heading.start: scheme.name for scheme in found if scheme.heading}
        self._sentence = self._line = -1
        self._spoken = self._topic = ""

    def scheme(self, clause: Clause) -> str:
        """Return the name of the scheme that a clause is about, or ``guide``."""
        if clause.line != self._line:
            self._spoken = self._topic = ""
        elif clause.sentence != self._sentence and not clause.after_semicolon:
            self._spoken = self._topic
        opens = clause.line != self._line
        self._line, self._sentence = clause.line, clause.sentence
        under = next(
            (
                self._by_heading[h.start]
                for h in reversed(clause.headings)
                if h.start in self._by_heading
            ),
            "",
        )
        for words in (
            clause.row,
            clause.words[:40],
            clause.label,
            clause.lead if clause.item else "",
        ):
            named = self._named(words)
            if named:
                if words is not clause.row:
                    self._spoken = named
                    if opens and words.find(named[:2]) < 2 and not clause.headings:
                        self._topic = named
                return named
        if self._spoken and _RESET.search(clause.words[:16]):
            self._spoken = ""
        return self._spoken or under or "guide"

    def _named(self, words: str) -> str:
        hits = [(words.find(name), name, full) for name, full in self._names if name in words]
        if not hits:
            return ""
        at, name, full = min(hits, key=lambda hit: (hit[0], -len(hit[1])))
        others = {
            other
            for place, short, other in hits
            if not (at <= place < at + len(name)) and other != full
        }
        return "" if others and "、" in words else full
