"""Chinese terms: one word for a concept, and no word for two."""

import json
import re
from pathlib import Path

from tests.support.each import each

LOCALES = Path(__file__).parents[2] / "assets" / "locales"
# The Chinese term, and the English words that it stands for, and they for it.
TERMS = {
    "单元格": r"\b[cC]ells?\b",  # of a map
    "神经元": r"\bunits?\b",  # of the dense layer
    "抽头": r"\btaps?\b",  # of a kernel; "Tap" is what a finger does
    "样本": r"\b[iI]tems?\b(?!\.\w)|\b[bB]atch(es)? of one\b",  # of a batch; item.dimension is code
    "卷积核": r"\b[kK]ernels?\b",
    "偏置": r"\bbias(es)?\b",
    "检查点": r"\bcheckpoints?\b",
    "热力图": r"\b[hH]eatmaps?\b",
    "滑动均值": r"\bmoving mean\b",
}
# Words that would be second names of a concept, or names of two.
NEVER = {
    r"单元(?!格)": "cell 单元格 or unit 神经元",
    "(?<!相关)系数": "tap 抽头",
    "您": "你",
    "热图": "热力图",
    "移动平均|移动均值|移动值": "滑动…",
    "特征映射": "特征图",
    "第 \\{items?\\} 项|每一?项|一项": "样本",
}
PLACEHOLDER = re.compile(r"\{\w+\}")


def flat(node: dict | str, prefix: str = "") -> dict[str, str]:
    if isinstance(node, str):
        return {prefix: node}
    children = [flat(child, f"{prefix}.{name}") for name, child in node.items()]
    return {key: text for child in children for key, text in child.items()}


def words(language: str) -> dict[str, str]:
    return flat(json.loads((LOCALES / f"{language}.json").read_text(encoding="utf-8")))


ENGLISH, CHINESE = words("en"), words("zh-CN")


def mismatched(english: dict, chinese: dict, term: str) -> list[str]:
    """Keys of which one language speaks of the concept and the other does not."""
    said = {key: PLACEHOLDER.sub("", text) for key, text in english.items()}
    return [
        key
        for key, text in chinese.items()
        if (term in text) != bool(re.search(TERMS[term], said[key]))
    ]


@each("term", [*TERMS])
def test_a_term_stands_for_its_concept_in_every_sentence_and_for_no_other(term):
    assert mismatched(ENGLISH, CHINESE, term) == []


@each(("word", "instead"), NEVER.items())
def test_no_concept_has_a_second_name(word, instead):
    found = {key: text for key, text in CHINESE.items() if re.search(word, text)}
    assert found == {}, f"use {instead}"


def test_a_mistaken_term_is_found():
    english = {"a": "the unit {cell}", "b": "kernel taps", "c": "a cell"}
    chinese = {"a": "单元格 {cell}", "b": "卷积核系数", "c": "单元格"}
    assert mismatched(english, chinese, "单元格") == ["a"]
    assert mismatched(english, chinese, "神经元") == ["a"]
    assert mismatched(english, chinese, "抽头") == ["b"]
