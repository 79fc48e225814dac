"""Departments and small places a question names."""

import pytest

from bot.answering.bodies import names_bodies
from bot.answering.understand import Question, read_question

NOTICE = "UBND phường Hồng Bàng và Sở Thông tin và Truyền thông đã ban hành 1.803 văn bản."


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Sở Thông tin và Truyền thông ban hành bao nhiêu văn bản?", True),
        ("Sở TT&TT ban hành bao nhiêu văn bản?", True),
        ("so tttt ban hanh bao nhieu van ban", True),
        ("Sở Y tế ban hành bao nhiêu văn bản?", False),
        ("so y te ban hanh bao nhieu van ban", False),
        ("Bộ Tài chính ban hành gì?", False),
        ("Hồ sơ xây dựng ban hành chưa?", True),  # no department
        ("Sở đã ban hành bao nhiêu văn bản?", True),
        ("Phường Hồng Bàng ban hành gì?", True),
        ("phuong hong bang ban hanh gi", True),
        ("Phường Lê Chân ban hành gì?", False),
        ("Xã Việt Khê ban hành gì?", False),
        ("quan le chan ban hanh gi", False),  # one of those that were
        ("xa hoi ban hanh gi", True),  # no commune
        ("Phường nào ban hành?", True),
        ("phường mình ban hành gì?", True),
    ],
)
def test_what_another_body_did_is_no_answer(question, named):
    read = read_question(question)
    assert isinstance(read, Question)
    assert names_bodies(read, NOTICE) is named
