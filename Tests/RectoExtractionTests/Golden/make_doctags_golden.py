"""Writes doctags.json: DocTags pages with what docling-core makes of them.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python make_doctags_golden.py
"""

import json
import pathlib

from docling_core.types.doc.document import DocTagsDocument, DoclingDocument
from PIL import Image

PAGES = {
    "headings": "<doctag><title><loc_40><loc_20><loc_460><loc_45>Annual report</title>\n"
    "<section_header_level_1><loc_40><loc_60><loc_300><loc_75>1 Results</section_header_level_1>\n"
    "<text><loc_40><loc_80><loc_460><loc_120>Revenue grew by 12 %, P < 0.05 and a > b.</text>\n"
    "<section_header_level_3><loc_40><loc_130><loc_300><loc_140>1.1.1 Detail</section_header_level_3>\n"
    "<page_footer><loc_240><loc_480><loc_260><loc_490>7</page_footer></doctag>",
    "lists": "<doctag><unordered_list><list_item><loc_50><loc_50><loc_200><loc_60>First</list_item>\n"
    "<list_item><loc_50><loc_62><loc_200><loc_72>Second & third</list_item></unordered_list>\n"
    "<ordered_list><list_item><loc_50><loc_80><loc_200><loc_90>One</list_item>"
    "<list_item><loc_50><loc_92><loc_200><loc_99>Two</list_item></ordered_list></doctag>",
    "code": "<doctag><code><loc_40><loc_40><loc_300><loc_90><_Python_>def f(x):\n    return x < 2</code>"
    "<formula><loc_40><loc_100><loc_300><loc_110>E = mc ^ { 2 }</formula>"
    "<footnote><loc_40><loc_450><loc_300><loc_460>1 See above</footnote></doctag>",
    "plain table": "<doctag><otsl><loc_10><loc_20><loc_490><loc_200><ched>Item<ched>Price<nl>"
    "<fcel>Pen<fcel>1.20<nl><fcel>Ink<ecel><nl></otsl></doctag>",
    "spans": "<doctag><otsl><loc_0><loc_0><loc_500><loc_499><ched>A<lcel><ched>B<nl><ucel><xcel><ched>C<nl>"
    "<rhed>r<fcel>1<fcel>2<nl><ucel><fcel>3<lcel><nl><srow>whole<lcel><lcel><nl></otsl></doctag>",
    "tall": "<otsl><fcel>a<fcel>b<nl><ucel><fcel>c<nl><ucel><ecel><nl></otsl>",
    "caption": "<doctag><otsl><loc_1><loc_2><loc_3><loc_4><caption><loc_5><loc_6><loc_7><loc_8>Table 1: Sums</caption>"
    "<fcel>x<nl></otsl><picture><loc_10><loc_20><loc_30><loc_40><logo>"
    "<caption><loc_10><loc_41><loc_30><loc_45>Our logo</caption></picture></doctag>",
    "chart": "<doctag><chart><loc_10><loc_20><loc_300><loc_400><bar_chart><ched>Year<ched>Sum<nl><fcel>2024<fcel>7<nl>"
    "</chart></doctag>",
    "checkboxes": "<doctag><checkbox_selected><loc_1><loc_2><loc_3><loc_4>Yes</checkbox_selected>"
    "<checkbox_unselected><loc_1><loc_5><loc_3><loc_8>No</checkbox_unselected></doctag>",
}
WIDTH, HEIGHT = 1000, 500


def read(tags: str) -> dict:
    page = Image.new("RGB", (WIDTH, HEIGHT))
    source = DocTagsDocument.from_doctags_and_image_pairs([tags], [page])
    document = DoclingDocument.load_from_doctags(source)
    texts = []
    for text in document.texts:
        entry = {"label": text.label.value, "text": text.text}
        if getattr(text, "level", None) is not None and text.label.value == "section_header":
            entry["level"] = text.level
        if text.label.value == "code":
            entry["language"] = text.code_language.value
        if text.prov:
            box = text.prov[0].bbox
            entry["box"] = [box.l, box.t, box.r, box.b]
        texts.append(entry)
    tables = [table.data for table in document.tables]
    tables += [picture.meta.tabular_chart.chart_data for picture in document.pictures
               if picture.meta and picture.meta.tabular_chart]
    grids = [
        {
            "rows": data.num_rows,
            "columns": data.num_cols,
            "cells": [[c.start_row_offset_idx, c.start_col_offset_idx, c.row_span, c.col_span, c.text]
                      for c in data.table_cells],
        }
        for data in tables
    ]
    return {"tags": tags, "texts": texts, "tables": grids}


if __name__ == "__main__":
    pages = [{"name": name, **read(tags)} for name, tags in PAGES.items()]
    golden = {"width": WIDTH, "height": HEIGHT, "pages": pages}
    pathlib.Path(__file__).with_name("doctags.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")
