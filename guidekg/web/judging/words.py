"""The words of the page where proposals are judged."""

from guidekg.i18n import Label

WORDS: dict[str, Label] = {
    "validate": Label("形式审查", "Validate a proposal"),
    "validate-lead": Label(
        "粘贴申报数据，或选择文件。每条要求都会得到一个结论，并附指南原句和您文件中的行号。",
        "Paste a proposal, or choose files. Each requirement gets its state, with the guide's"
        " sentence and the line of your own file.",
    ),
    "input": Label("申报数据", "The proposal"),
    "your-text": Label("粘贴的文本", "pasted text"),
    "text-help": Label(
        "Turtle、TriG、N-Triples、N-Quads、JSON-LD 或 RDF/XML。",
        "Turtle, TriG, N-Triples, N-Quads, JSON-LD or RDF/XML.",
    ),
    "file": Label("文件", "Files"),
    "file-help": Label(
        "UTF-8 文本，每个不超过 {limit} MB，可以是 .gz；也可以拖到框里。",
        "UTF-8 text of at most {limit} MB each, .gz too; they can be dropped on the box.",
    ),
    "file-again": Label(
        "浏览器不会保留所选文件；要再审，请重新选择，或直接改框里的文本。",
        "A browser does not keep the choice of files: choose again, or change the text in the box.",
    ),
    "form": Label("格式", "Form"),
    "form-auto": Label("自动识别", "as the name or the text tells"),
    "facts": Label("这次审查的事实", "Facts of this run"),
    "as-of": Label("核对日期", "As of"),
    "as-of-help": Label(
        "这一天之后的截止时间算作尚未到期。", "A deadline after this day has not passed."
    ),
    "fact-help": Label("指南未写明；不知道就留空。", "The guide leaves it open; empty if unknown."),
    "fact-read": Label(
        "解读为 {value}；留空则照此。", "Read as {value}, which holds if this is empty."
    ),
    "fact-call-year": Label("申报年度", "Year of the call"),
    "fact-provincial-deadline": Label("我省申报截止时间", "The province's own deadline"),
    "appendix": Label("全部要求与指南原句", "All requirements, with the guide's words"),
    "judge": Label("审查", "Validate"),
    "clear": Label("清空", "Clear"),
    "start": Label("没有现成的数据？", "Nothing at hand?"),
    "example": Label("示例", "An example"),
    "new": Label("空白申报书", "A proposal to fill in"),
    "fill": Label("填入", "Fill in"),
    "result": Label("审查结果", "The result"),
    "source-text": Label("您的文本", "Your text"),
    "found": Label("结论与依据", "Findings"),
    "lines-left-out": Label("…… {count} 行未列出", "… {count} lines left out"),
    "no-lines": Label(
        "这种格式没有行号；问题按主语列出。",
        "This form has no lines; findings name their subjects.",
    ),
    "download": Label("下载报告", "Download the report"),
    "download-help": Label(
        "按框里的文本和上面的事实重新审查后下载。",
        "Made afresh from the text in the box and the facts above.",
    ),
    "report-text": Label("文本", "Text"),
    "report-json": Label("JSON", "JSON"),
    "report-html": Label("网页", "Web page"),
    "report-sarif": Label("SARIF", "SARIF"),
    "report-turtle": Label("Turtle", "Turtle"),
    "report-csv": Label("CSV 表格", "CSV"),
    "report-github": Label("GitHub 注释", "GitHub annotations"),
    "wrong-input": Label("还没有审查：", "Nothing was judged yet: "),
    "nothing-given": Label(
        "没有收到内容；请粘贴文本或选择文件。",
        "nothing was sent: paste a text or choose a file",
    ),
    "dropped": Label("已放入：{name}", "Put in: {name}"),
    "drop-here": Label("松开即可放入", "Let go to put it in"),
    "file-too-large": Label(
        "{name} 超过 {limit} MB，没有放入；框里的文本未变。",
        "{name} is larger than {limit} MB and was not put in; the text in the box is as it was.",
    ),
    "kept": Label("已恢复您上次未提交的文本。", "The text that you had not sent is back."),
    "verdict-eligible": Label(
        "每一条必须满足的要求都符合。", "Every requirement that must be met is met."
    ),
    "verdict-undecided": Label(
        "没有不符合的必要要求，但有的还无法判定。",
        "No requirement that must be met is unmet, but some cannot be decided yet.",
    ),
    "verdict-ineligible": Label(
        "有必须满足的要求不符合。", "A requirement that must be met is not."
    ),
}
