"""The words of the description of the API."""

from guidekg.guides.model import Label

WORDS: dict[str, Label] = {
    "title": Label("申报指南知识图谱的接口", "The API of the funding guide graph"),
    "summary": Label(
        "向资助指南提问，核对申报项目，每条结论都附所依据的原文。",
        "Ask a funding guide and validate proposals, with the sentence behind every answer.",
    ),
    "description": Label(
        "语言由参数 lang 指定，否则按 Accept-Language；格式由参数 format 指定，否则按 Accept。"
        "GET 的结果带 ETag，可用 If-None-Match 省去重复传输；HEAD 同 GET。"
        "请求有误时，答复按 RFC 9457 说明（也可以要网页或纯文本）。"
        "没有名为 name 的问题时，/api/questions/{name} 答复 404（unknown-question）。"
        "可能出现的问题种类：",
        "The parameter lang says the language, else Accept-Language; the parameter format says the"
        " form, else Accept. The answers to GET have an ETag for If-None-Match; HEAD is as GET."
        " What is wrong with a request is told as RFC 9457 says (or as a page, or as text)."
        " Where there is no question of that name, /api/questions/{name} answers 404"
        " (unknown-question). The kinds of problem that there are:",
    ),
    "api": Label("接口里有什么", "What there is"),
    "openapi": Label("本说明", "This description"),
    "questions": Label("可以提的问题", "The questions that can be asked"),
    "asked": Label(
        "用途：{decision}。没有行时：{empty}",
        "It serves to decide {decision}. Without rows: {empty}",
    ),
    "found": Label("结果。", "The answer."),
    "unchanged": Label("与 If-None-Match 所持的相同。", "The same as what If-None-Match holds."),
    "lang": Label(
        "语言；默认按 Accept-Language。", "The language; that of Accept-Language by default."
    ),
    "format": Label("格式；默认按 Accept。", "The form; that of Accept by default."),
    "validate": Label("核对申报项目", "Validate proposals"),
    "validating": Label(
        "提交一份或多份 RDF 文件，得到报告：每项要求的状态、所依据的原文，和文件中要改的那一行。"
        "内容直接作为请求体发送（Content-Type 说明格式），或用 multipart/form-data 提交一个或多个文件，"
        "或用表单的 text 字段。可用 Content-Encoding: gzip。只读取发来的内容，不读取任何路径或网址，"
        "文件名只作标注。表单字段与地址参数作用相同；两处都给出时以表单为准。\n\n"
        "只要每份内容都读得出来，状态就是 200，不论结论如何：结论在报告里，也见 Guidekg-Exit-Code。"
        "有一份读不出来（或其中没有申报项目）就是 422，报告照样给出，其中 problems 说明原因："
        "没有读到的就没有核对，不能当作通过。",
        "Hand in RDF documents; the report has every requirement's state, the sentence of the guide"
        " and the line to mend. A document is sent as the body, with its form as Content-Type; one"
        " or more files as multipart/form-data; a text in the field text of a form. Content-Encoding"
        " may be gzip. Only what is sent is read, never a path or an address; names of files are"
        " labels. The fields of a form are as the parameters of the address, and go before them.\n\n"
        "The status is 200 where everything could be read, whatever the verdicts: these are in the"
        " report and in Guidekg-Exit-Code. It is 422 where something could not be read, or holds no"
        " proposal; the report is there all the same and says in its problems why: what was not"
        " read was not checked, and is no pass.",
    ),
    "report": Label(
        "报告：内容全部读到，结论见报告。", "The report: all was read; the verdicts are in it."
    ),
    "unread": Label(
        "报告：有内容没有读到，因而没有核对。",
        "The report: something was not read, and so was not checked.",
    ),
    "exit-code": Label(
        "与 guidekg validate 的退出码相同：0 全部符合，1 有不符合或未定，2 有内容没有读到。",
        "As the command guidekg validate ends: 0 all are eligible, 1 some are not or are undecided,"
        " 2 something was not read.",
    ),
    "as-of": Label(
        "核对日；这一天之后的截止时间算未过。默认今天。",
        "The day of the check; a deadline after it has not passed. Today by default.",
    ),
    "fact": Label(
        "补充指南没有写明的事实：名称=值；可以重复。",
        "A fact that the guide leaves open, NAME=VALUE; may be repeated.",
    ),
    "engine": Label("SHACL 引擎。", "The SHACL engine."),
    "text": Label("一份文件的内容；格式按开头判断。", "A document; its beginning tells its form."),
    "file": Label(
        "一个或多个文件；格式按其 Content-Type，否则按扩展名。",
        "One or more files; their Content-Type, or else their extension, tells their form.",
    ),
}
