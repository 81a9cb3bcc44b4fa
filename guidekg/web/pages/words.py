"""The words of the pages: one table, so that every page calls a thing by the same name.

A value in braces is put in by the page.
"""

from guidekg.i18n import Label

# Where the pages stand, and what leads to them.
NAVIGATION: tuple[tuple[str, Label], ...] = (
    ("/guide", Label("指南", "Guide")),
    ("/calls", Label("征集", "Calls")),
    ("/questions", Label("问题", "Questions")),
    ("/validate", Label("形式审查", "Validate")),
    ("/map", Label("地图", "Map")),
    ("/timeline", Label("时间线", "Timeline")),
    ("/sparql-editor", Label("SPARQL", "SPARQL")),
)

WORDS: dict[str, Label] = {
    # The frame
    "site": Label("申报指南知识图谱", "Funding guide graph"),
    "skip": Label("跳到正文", "Skip to the content"),
    "pages": Label("页面", "Pages"),
    "language": Label("语言", "Language"),
    "other-language": Label("English", "中文"),
    "vocabulary": Label("词汇", "Vocabulary"),
    "everything": Label("全部事物", "Everything named"),
    "endpoint": Label("SPARQL 端点", "SPARQL endpoint"),
    "dataset": Label("数据集说明", "About the data set"),
    "licence": Label("数据采用 CC BY 4.0 许可。", "The data are under CC BY 4.0."),
    "colon": Label("：", ": "),
    "comma": Label("、", ", "),
    "more": Label("详情", "more"),
    "reading": Label("所据解读", "Rests on a reading"),
    "read": Label("解读", "read"),
    "characters": Label("第 {start}–{end} 字", "characters {start}–{end}"),
    # What is wrong
    "not-found": Label("没有找到", "Not found"),
    "wrong": Label("请求有误", "Something is wrong with the request"),
    "nearest": Label("相近的名称", "The nearest names"),
    "home": Label("返回首页", "Back to the start"),
    # The first page
    "home-lead": Label(
        "一份申报指南，变成一张可以查询、可以核对的图。每个答案都指回指南的原句。",
        "A funding guide turned into a graph that answers and checks. Every answer leads back to"
        " the guide's own sentence.",
    ),
    "home-coverage": Label("原文覆盖 {share}%", "{share}% of the text is covered"),
    "figure-tracks": Label("专题", "tracks"),
    "figure-calls": Label("合作方征集", "partner calls"),
    "figure-provisions": Label("条文", "provisions"),
    "figure-requirements": Label("可核对的要求", "requirements"),
    "figure-questions": Label("可以问的问题", "questions"),
    "door/guide": Label(
        "逐句对照原文与条文，用眼睛核对图谱。",
        "The text beside what the graph reads in it, sentence by sentence.",
    ),
    "door/calls": Label(
        "按领域、地点、金额和牵头单位找征集。",
        "Find a call by field, place, amount and kind of lead.",
    ),
    "door/questions": Label(
        "现成的问题，带出处的答案。", "Questions ready to ask, answered with their sources."
    ),
    "door/validate": Label(
        "交来项目数据，逐项核对指南的要求。",
        "Hand in a proposal; every requirement of the guide is checked.",
    ),
    "door/map": Label(
        "合作地区、所列郡县和帮扶地在哪里。",
        "Where the partner regions, listed counties and aid regions lie.",
    ),
    "door/timeline": Label(
        "各方截止时间，写明的和没有写明的。", "The deadlines, those stated and those not."
    ),
    "door/sparql-editor": Label("自己写查询。", "Write a query of your own."),
    "dataset-lead": Label(
        "指南的结构、条文、原句和解读，以及地点、领域和部门，全部是 RDF。",
        "The guide's structure, provisions, clauses and readings, with places, fields and agencies,"
        " all as RDF.",
    ),
    "triples": Label("三元组（含推断）", "Triples, with those inferred"),
    "subjects": Label("事物", "Things"),
    "classes-counted": Label("各类事物的数量", "How many of each class"),
    # The guide
    "guide": Label("指南原文", "The guide"),
    "guides": Label("指南", "Guides"),
    "guide-lead": Label(
        "原文一字不改，旁边是图谱从每一句读出的条文。点一句看它的条文，点一条看它的出处。",
        "The text as printed, with what the graph reads in each sentence. Choose a sentence to see"
        " its provisions, or a provision to see its sentences.",
    ),
    "coverage": Label("原文覆盖", "Coverage of the text"),
    "coverage-is": Label(
        "原文 {counted} 个字符，{clauses} 个属于条文，{structural} 个只表示结构，{gaps} 处遗漏。",
        "Of {counted} characters, {clauses} lie in provisions, {structural} only give structure;"
        " gaps: {gaps}.",
    ),
    "legend": Label("约束力", "Modality"),
    "legend-hint": Label("点一种约束力，只看这一种。", "Choose one to see it alone."),
    "show-all": Label("显示全部", "Show all"),
    "contents": Label("目录", "Contents"),
    "printed": Label("原文", "As printed"),
    "what-it-says": Label("条文", "Provisions"),
    "show-notes": Label("逐段显示条文", "Show provisions under each paragraph"),
    "hide-notes": Label("只显示原文", "Show the text alone"),
    "stated-for": Label("写于", "stated for"),
    "all-statements": Label("这一条文的全部陈述", "All statements about this provision"),
    "unprinted": Label("没有原句、只据解读的条文", "Provisions that rest on a reading alone"),
    # The calls
    "calls": Label("征集与专题", "Calls and tracks"),
    "calls-lead": Label(
        "可以直接申报的征集和专题；指南没有写明的，照实写“未写明”。",
        "What one can apply to directly. Where the guide does not say, neither do we.",
    ),
    "call": Label("征集或专题", "Call or track"),
    "filter": Label("筛选", "Filter"),
    "filter-field": Label("技术领域", "Field of technology"),
    "filter-place": Label("合作方所在地", "Place of the partner"),
    "filter-amount": Label("申请金额", "Amount asked for"),
    "filter-lead": Label("牵头单位类型", "Kind of lead"),
    "filter-wrong": Label("有一项填写有误，见上。", "One of the filters is wrong; see above."),
    "any": Label("不限", "Any"),
    "apply-filter": Label("筛选", "Filter"),
    "clear-filter": Label("清除", "Clear"),
    "calls-count": Label("共 {count} 项", "{count} in all"),
    "calls-found": Label("符合条件的有 {count} 项", "Matching: {count}"),
    "calls-none": Label(
        "没有同时符合这些条件的征集或专题。", "No call or track meets all of these at once."
    ),
    "cards": Label("卡片", "Cards"),
    "comparison": Label("对照表", "Comparison"),
    "foreign-deadline": Label("外方截止时间", "Foreign deadline"),
    "province-unknown": Label("（我省截止时间未写明）", " (which the guide does not state)"),
    "fields": Label("优先领域", "Preferred fields"),
    "only-fields": Label("限定领域", "These fields only"),
    "not-listed": Label("指南没有列出领域", "The guide lists no fields"),
    "money": Label("补助经费", "Grant"),
    "duration": Label("攻关时限", "Duration"),
    "agency": Label("外方主管部门", "Foreign agency"),
    "who-leads": Label("牵头单位", "Lead"),
    "may-lead": Label("可以牵头", "may lead"),
    "in-place": Label("（在{place}）", " (in {place})"),
    "at-most": Label("不超过 {what}", "at most {what}"),
    "from-to": Label("{low}至 {high}", "{low} to {high}"),
    "not-stated": Label("未写明", "not stated"),
    "none-stated": Label("未写明", "none stated"),
    "web-site": Label("网站", "web site"),
    "source": Label("出处", "source"),
    "semicolon": Label("；", "; "),
    # The questions
    "questions": Label("可以问的问题", "Questions"),
    "questions-lead": Label(
        "图谱能回答的每一个问题；每个答案都带着指南的原句。",
        "Every question that the graph answers, each with the guide's sentences behind it.",
    ),
    "ask": Label("提问", "Ask"),
    "decision": Label("用于", "For deciding"),
    "user-applicant": Label("申报人", "applicant"),
    "user-officer": Label("项目主管", "programme officer"),
    "user-steward": Label("审查员", "data steward"),
    "user-analyst": Label("分析员", "analyst"),
    "asked-by": Label("谁会问", "Asked by"),
    "answer": Label("答案", "Answer"),
    "rows": Label("{count} 行", "rows: {count}"),
    "row-modality": Label("约束力", "modality"),
    "row-basis": Label("依据", "basis"),
    "row-source": Label("出处", "source"),
    "sources": Label("原句", "The guide's words"),
    "unknown-answer": Label("不知道", "Unknown"),
    "none-answer": Label("没有", "None"),
    "sparql": Label("背后的 SPARQL", "The SPARQL behind it"),
    "sparql-bound": Label("参数的值已写入查询。", "The values of the parameters are in it."),
    "sparql-free": Label("参数尚未填写，是自由变量。", "Its parameters are not filled in yet."),
    "open-editor": Label("在编辑器中打开", "Open in the editor"),
    "permanent": Label("这个地址可以保存：", "This address can be kept: "),
    "for-programs": Label("供程序使用：", "for programs: "),
    # Forms
    "choose": Label("请选择", "Choose"),
    "example": Label("例如 {example}", "for example {example}"),
    # Linked data
    "everything-lead": Label(
        "图谱中的每样事物都有自己的 IRI，每个 IRI 都有一页。",
        "Everything in the graph has an IRI of its own, and every IRI has a page.",
    ),
    "statements": Label("陈述", "What is said of it"),
    "incoming": Label("提到它的事物", "What points at it"),
    "inferred": Label("推断", "inferred"),
    "classes": Label("类", "Classes"),
    "properties": Label("属性", "Properties"),
    "individuals": Label("个体", "Individuals"),
    "namespace": Label("命名空间", "Namespace"),
    "version": Label("版本", "Version"),
    "licence-of": Label("许可", "Licence"),
    "on-this-page": Label("本页", "On this page"),
    "is-a": Label("类型", "is a"),
    "alignment": Label("与其他词汇的对应", "alignment"),
    "chain": Label("由属性链推断", "inferred from the chain"),
    "back-subClassOf": Label("下位类", "superclass of"),
    "back-domain": Label("以它为定义域的属性", "domain of"),
    "back-range": Label("以它为值域的属性", "range of"),
    "deprecated-none": Label("没有弃用的词。", "No term is deprecated."),
    "characters-more": Label("（还有 {count} 字）", "({count} characters more)"),
    "more-values": Label("还有 {count} 个，见 RDF 数据。", "{count} more: see the RDF data."),
    "as-data": Label("RDF 数据", "As data"),
}

# What no concept scheme of the graph names: kinds of things by the first part of their paths.
KIND_WORDS: dict[str, Label] = {
    "agency": Label("主管部门", "Agencies"),
    "alignment": Label("与其他词汇的对应", "Alignments with other vocabularies"),
    "clause": Label("原句片段", "Clauses"),
    "geometry": Label("几何图形", "Geometries"),
    "guide": Label("指南", "Guides"),
    "kind": Label("单位与平台类型", "Kinds of organisation and platform"),
    "list": Label("榜单", "Ranked lists"),
    "place": Label("地点", "Places"),
    "provision": Label("条文", "Provisions"),
    "reading": Label("解读", "Readings"),
    "requirement": Label("要求", "Requirements"),
    "scheme": Label("资助安排", "Schemes"),
    "shape": Label("形状", "Shapes"),
    "source": Label("原文", "Sources"),
    "word": Label("答案用词", "Words of answers"),
}
