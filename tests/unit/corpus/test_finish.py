import pytest

from config.errors import InputError
from corpus.models import Article
from corpus.parse.finish import finished

BODY = "Căn cứ Luật Đất đai, Sở Tư pháp đã quyết định việc quản lý nước ở các phường."
# The same words as pages set in .VnTime and VNI-Times give them, "ư" of TCVN3 being a soft hyphen.
TCVN3 = "C¨n cø LuËt §Êt ®ai, Së T\xad ph¸p ®· quyÕt ®Þnh viÖc qu¶n lý n\xadíc ë c¸c ph\xadêng."
VNI = "Caên cöù Luaät Ñaát ñai, Sôû Tö phaùp ñaõ quyeát ñònh vieäc quaûn lyù nöôùc ôû caùc phöôøng."


def article(body: str = BODY, title: str = "Họp về đất đai") -> Article:
    return finished(title=title, published=None, source="bai.txt", body=body)


@pytest.mark.parametrize("body", [BODY, TCVN3, VNI, BODY.encode().decode("latin-1")])
def test_what_is_stored_is_unicode(body):
    assert article(body).text == BODY


def test_the_body_tells_the_font_of_a_title_too_short_to_tell():
    assert article(TCVN3, title="Bé Y tÕ").title == "Bộ Y tế"


def test_an_article_in_an_old_font_is_the_same_article_as_in_unicode():
    assert article(TCVN3).id == article(VNI).id == article(BODY).id


def test_garbage_is_not_stored():
    with pytest.raises(InputError, match="letters are lost"):
        article("Quy\ufffdt \ufffdnh c\ufffda th\ufffdnh ph\ufffd")


def test_a_page_that_is_only_a_title_is_refused():
    with pytest.raises(InputError, match="only a line of title, no body") as refused:
        article("Họp về đất đai ", title="Họp về  đất đai")
    assert "chỉ có một dòng tiêu đề" in refused.value.vi


def test_a_note_of_one_sentence_is_an_article():
    assert article(BODY, title=BODY).text == BODY


def test_a_page_without_a_body_is_refused():
    with pytest.raises(InputError, match="only page furniture"):
        article("\u200b")


def test_without_a_title_the_first_line_is_the_title():
    assert article(f"{BODY}\nGiao Sở Tư pháp báo cáo.", title=" ").title == BODY
