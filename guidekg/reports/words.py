"""The words of reports: one table, so that every format calls a thing by the same name."""

from guidekg.i18n import Label
from guidekg.reports.model import Modality, Reason, Severity, State, Verdict

STATE: dict[State, Label] = {
    "met": Label("符合", "met"),
    "unmet": Label("不符合", "unmet"),
    "undecided": Label("无法判定", "undecided"),
    "not-reached": Label("未核到", "not reached"),
    "not-applicable": Label("不适用", "not applicable"),
}
PREFERENCES = Label("优先条件", "preferences")
STATE_MARK: dict[State, str] = {
    "met": "✓",
    "unmet": "✗",
    "undecided": "?",
    "not-reached": "–",
    "not-applicable": "·",
}

VERDICT: dict[Verdict, Label] = {
    "eligible": Label("通过", "eligible"),
    "undecided": Label("待核实", "undecided"),
    "ineligible": Label("不通过", "ineligible"),
}
VERDICT_MARK: dict[Verdict, str] = {"eligible": "✓", "undecided": "?", "ineligible": "✗"}

SEVERITY: dict[Severity, Label] = {
    "violation": Label("须改正", "error"),
    "warning": Label("须核实", "warning"),
    "info": Label("提示", "note"),
}
SEVERITY_MARK: dict[Severity, str] = {"violation": "✗", "warning": "?", "info": "i"}

REASON: dict[Reason, Label] = {
    "missing": Label("缺少", "missing"),
    "contradicted": Label("不相符", "contradicted"),
    "undecidable": Label("无法判定", "cannot be decided"),
    "manual": Label("须由人判定", "left to a person"),
}

MODALITY: dict[Modality, Label] = {
    "must": Label("必须", "must"),
    "should": Label("优先", "preferred"),
}

REPORT = Label("形式审查报告", "Formal review report")
GUIDE = Label("指南", "Guide")
VERSION = Label("guidekg 版本", "guidekg version")
SHAPES = Label("形状摘要", "Shapes")
ENGINE = Label("引擎", "Engine")
AS_OF = Label("核对日期", "As of")
FACTS = Label("补充事实", "Facts of the run")
WAITING = Label("没有核对，因为没有补充", "Not checked, for want of")
OVERRIDES = Label("人工认定", "Overrides")
OVERRIDE = Label("人工认定", "Override")
PROPOSALS = Label("项目", "Proposals")
PROBLEMS = Label("无法读取", "Cannot be read")
FINDINGS = Label("问题", "Findings")
NO_SCHEME = Label("申报类别不明", "it is unclear what it applies to")
CONCLUSION = Label("结论", "Verdict")
CODE = Label("编号", "Code")
CHECKLIST = Label("核对清单", "Checklist")
VALUE = Label("值", "Value")
HINT = Label("建议", "Hint")
PLACE = Label("位置", "Place")
NO_LINE = Label("（这种格式还没有行号）", "(this form has no line numbers yet)")
SOURCE = Label("原文", "The guide")
READING = Label("所据解读", "Rests on a reading")
MACHINE = Label("机器判定", "the machine says")
DECIDED = Label("认定后", "with overrides")
MALFORMED = Label("填报形式", "Form of the proposal")
UNUSED = Label("未用到的人工认定", "Overrides that met nothing")
LEFT_OUT = Label("未列出", "not shown")
SUMMARY = Label("汇总", "Summary")
NOTHING = Label("没有可以审查的项目。", "There was no proposal to judge.")
PARTIAL = Label(
    "审查中途停止，这只是部分结果。", "The run was interrupted: this report is only partial."
)
