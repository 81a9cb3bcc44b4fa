"""What terms of standard vocabularies are called: the graph has no names for them."""

from guidekg.i18n import Label
from guidekg.rdf.namespaces import PREFIXES, compact

_VANN = "http://purl.org/vocab/vann/"

_NAMES = {
    "rdf:type": Label("类型", "type"),
    "rdfs:label": Label("名称", "label"),
    "rdfs:subClassOf": Label("上位类", "subclass of"),
    "rdfs:subPropertyOf": Label("上位属性", "subproperty of"),
    "rdfs:domain": Label("定义域", "domain"),
    "rdfs:range": Label("值域", "range"),
    "rdfs:isDefinedBy": Label("定义于", "defined by"),
    "owl:inverseOf": Label("逆属性", "inverse of"),
    "owl:propertyChainAxiom": Label("属性链", "property chain"),
    "owl:members": Label("成员", "members"),
    "owl:versionIRI": Label("版本 IRI", "version IRI"),
    "owl:versionInfo": Label("版本", "version"),
    "owl:Class": Label("类", "class"),
    "owl:ObjectProperty": Label("对象属性", "object property"),
    "owl:DatatypeProperty": Label("数据属性", "datatype property"),
    "owl:TransitiveProperty": Label("传递属性", "transitive property"),
    "owl:Ontology": Label("本体", "ontology"),
    "skos:Concept": Label("概念", "concept"),
    "skos:ConceptScheme": Label("概念体系", "concept scheme"),
    "skos:prefLabel": Label("首选名称", "preferred label"),
    "skos:altLabel": Label("别名", "alternative label"),
    "skos:definition": Label("定义", "definition"),
    "skos:example": Label("例子", "example"),
    "skos:scopeNote": Label("说明", "scope note"),
    "skos:notation": Label("代码", "notation"),
    "skos:broader": Label("上位概念", "broader"),
    "skos:narrower": Label("下位概念", "narrower"),
    "skos:broaderTransitive": Label("各级上位概念", "broader, at any distance"),
    "skos:narrowerTransitive": Label("各级下位概念", "narrower, at any distance"),
    "skos:related": Label("相关概念", "related"),
    "skos:relatedMatch": Label("相关对应", "related match"),
    "skos:closeMatch": Label("近义对应", "close match"),
    "skos:exactMatch": Label("同义对应", "exact match"),
    "skos:inScheme": Label("所属概念体系", "in concept scheme"),
    "skos:topConceptOf": Label("顶层概念，属于", "top concept of"),
    "dcterms:title": Label("题名", "title"),
    "dcterms:description": Label("描述", "description"),
    "dcterms:license": Label("许可", "licence"),
    "dcterms:created": Label("创建日期", "created"),
    "dcterms:language": Label("语种", "language"),
    "dcterms:identifier": Label("标识符", "identifier"),
    "dcterms:source": Label("来源", "source"),
    "dcterms:isPartOf": Label("属于", "is part of"),
    "schema:url": Label("网址", "web address"),
    "prov:wasDerivedFrom": Label("依据", "derived from"),
    "prov:Entity": Label("PROV 实体", "PROV entity"),
    "oa:start": Label("起点", "start"),
    "oa:end": Label("终点", "end"),
    "oa:exact": Label("原文", "exact text"),
    "oa:TextPositionSelector": Label("位置选择器", "text position selector"),
    "oa:TextQuoteSelector": Label("引文选择器", "text quote selector"),
    "geo:hasGeometry": Label("几何图形", "has geometry"),
    "geo:asWKT": Label("WKT", "as WKT"),
    "sh:Violation": Label("违反", "violation"),
    "sh:Warning": Label("警告", "warning"),
    "sh:Info": Label("提示", "info"),
    "xsd:string": Label("文本", "text"),
    "xsd:integer": Label("整数", "integer"),
    "xsd:decimal": Label("小数", "decimal"),
    "xsd:boolean": Label("是或否", "true or false"),
    "xsd:date": Label("日期", "date"),
    "xsd:gYear": Label("年份", "year"),
    "xsd:gMonthDay": Label("月日", "month and day"),
    "xsd:anyURI": Label("网址", "web address"),
}
NAMES: dict[str, Label] = {
    **{
        PREFIXES[name.partition(":")[0]] + name.partition(":")[2]: it for name, it in _NAMES.items()
    },
    _VANN + "preferredNamespacePrefix": Label("首选前缀", "preferred prefix"),
    _VANN + "preferredNamespaceUri": Label("首选命名空间", "preferred namespace"),
}


def name_of(iri: str) -> Label:
    """Return what a standard term is called; its short form, if that is not known."""
    short = compact(iri)
    return NAMES.get(iri) or Label(short, short)
