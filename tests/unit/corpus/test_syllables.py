import pytest

from corpus.syllables import is_syllable


@pytest.mark.parametrize(
    "word",
    "nghiêng hoà hòa thuỷ thủy kỹ kĩ gì giết giếng quốc quýt quỳnh khuya yêu ý ở Đắk Lắk Kon ĐƯỜNG xoong oanh".split(),
)
def test_a_word_that_the_spelling_allows_is_a_syllable(word):
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word",
    [
        "haønh", "ph¸p", "®Þnh",  # old fonts
        "quyáº¿t", "viá»‡t",  # UTF-8 read wrongly
        "nghành", "cế", "gế", "ngê",  # initials before the wrong vowel
        "hoàc", "cảc", "bỗp",  # tones that a stop does not take
        "á́n", "hòá",  # two tones
        "école", "über", "with", "café",  # other languages
        "", "1", "thôngtin",
    ],
)  # fmt: skip
def test_a_word_that_the_spelling_does_not_allow_is_none(word):
    assert not is_syllable(word)
