"""Real sentence-transformers: any folder of that kind serves; our int8 graph, what it is of and what it has learned."""

import json
import pickle
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from config.errors import ModelError
from retrieval.encoder import BATCH, DEFAULT_MODEL, GPU_BATCH, SentenceEncoder, make_encoder
from retrieval.hits import Encoder, Vectors
from retrieval.reranker import CrossEncoderReranker
from retrieval.training.typed import without_marks
from retrieval.vectors import VectorDraft, VectorIndex, write_vectors
from retrieval.workers import Crew, encode_blocks

START_MODEL = Path(__file__).parents[3] / "shared" / "models" / "vi-e5-small-start"
TEXTS = ["thủ tục cấp phép", "lễ hội hoa phượng đỏ", "thuế"]
PROMPTS = {"query": "hỏi ", "document": "bài "}


# ------------------------------------------------------------------------------- a folder made here, random weights
@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A sentence-transformers folder: BERT of two layers, a word tokenizer, mean pooling, prompts of its own."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  seconds; only these tests need it
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer  # noqa: PLC0415
    from transformers import BertConfig, BertModel, set_seed  # noqa: PLC0415

    set_seed(0)
    bert = tmp_path_factory.mktemp("bert")
    words = sorted({word for text in [*TEXTS, *PROMPTS.values()] for word in text.split()})
    size = _save_tokenizer(bert, words)
    BertModel(
        BertConfig(
            vocab_size=size, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
            max_position_embeddings=64,
        )
    ).save_pretrained(bert)  # fmt: skip
    made = tmp_path_factory.mktemp("made") / "tiny"
    body = Transformer(str(bert))
    SentenceTransformer(modules=[body, Pooling(32)], prompts=PROMPTS).save(str(made), create_model_card=False)
    return str(made)


def _save_tokenizer(folder: Path, words: list[str]) -> int:
    """Saves a tokenizer that knows these words; returns the number of its tokens."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors  # noqa: PLC0415
    from transformers import PreTrainedTokenizerFast  # noqa: PLC0415

    vocabulary = {token: i for i, token in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)
    return len(vocabulary)


def test_a_folder_of_that_kind_gives_unit_vectors(folder):
    encoder = make_encoder(folder, {})
    assert isinstance(encoder, SentenceEncoder)
    vectors = encoder.encode(TEXTS, "document")
    assert vectors.shape == (len(TEXTS), 32)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.allclose(encoder.encode(TEXTS[::-1], "document")[::-1], vectors, atol=1e-5)


@pytest.mark.parametrize("role", ["query", "document"])
def test_its_own_prompts_stand_before_each_text(folder, role):
    bare = make_encoder(folder, {"query": "", "document": ""})
    expected = bare.encode([PROMPTS[role] + text for text in TEXTS], role)
    assert np.allclose(make_encoder(folder, {}).encode(TEXTS, role), expected, atol=1e-5)
    assert not np.allclose(bare.encode(TEXTS, role), expected, atol=1e-3)


def test_given_prompts_override_its_own_role_by_role(folder):
    encoder, own = make_encoder(folder, {"query": "thuế "}), make_encoder(folder, {})
    expected = make_encoder(folder, {"query": ""}).encode([f"thuế {text}" for text in TEXTS], "query")
    assert np.allclose(encoder.encode(TEXTS, "query"), expected, atol=1e-5)
    assert np.allclose(encoder.encode(TEXTS, "document"), own.encode(TEXTS, "document"), atol=1e-5)


def renamed(folder: str, place: Path, name: str, prompts: dict[str, str]) -> str:
    """The same model under another name, with other prompts of its own."""
    copy = shutil.copytree(folder, place / name)
    settings = copy / "config_sentence_transformers.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "prompts": prompts}))
    return str(copy)


SAVED = [
    ({}, "query: thuế", "passage: thuế"),
    ({"query": "", "document": ""}, "query: thuế", "passage: thuế"),  # as sentence-transformers saves a model without
    ({"query": "hỏi ", "passage": "bài "}, "hỏi thuế", "bài thuế"),  # of itself it would drop the second
    ({"query": "hỏi "}, "hỏi thuế", "thuế"),
]


@pytest.mark.parametrize(("saved", "question", "passage"), SAVED)
def test_a_model_known_by_name_gets_its_family_s_prompts_where_it_brings_none(
    folder, tmp_path, saved, question, passage
):
    encoder = make_encoder(renamed(folder, tmp_path, "multilingual-e5-tiny", saved), {})
    bare = make_encoder(folder, {"query": "", "document": ""})
    assert np.allclose(encoder.encode(["thuế"], "query"), bare.encode([question], "query"), atol=1e-5)
    assert np.allclose(encoder.encode(["thuế"], "document"), bare.encode([passage], "document"), atol=1e-5)


def test_a_model_of_segmented_words_gets_them(folder, tmp_path, monkeypatch):
    words = SimpleNamespace(tokenize=lambda text: text.replace("hoa phượng", "thuế"))
    monkeypatch.setitem(sys.modules, "pyvi", SimpleNamespace(ViTokenizer=words))
    encoder = make_encoder(renamed(folder, tmp_path, "vietnamese-bi-encoder", {}), {})
    bare = make_encoder(folder, {"query": "", "document": ""})
    expected = bare.encode(["lễ hội thuế đỏ"], "query")
    assert np.allclose(encoder.encode(["lễ hội hoa phượng đỏ"], "query"), expected, atol=1e-5)


def test_a_model_of_segmented_words_is_refused_where_nothing_joins_them(folder, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyvi", None)
    encoder = make_encoder(renamed(folder, tmp_path, "vietnamese-bi-encoder", {}), {})
    with pytest.raises(ModelError, match=r"wants words segmented.*pip install 'chidao\[segmentation\]'"):
        encoder.encode(["thuế"], "query")


@pytest.mark.parametrize("flat_up_to", [0, 10_000])
def test_torch_and_faiss_in_sixteen_threads_find_what_one_thread_finds(folder, tmp_path, flat_up_to):
    """Both bring OpenMP along, in one process."""
    encoder = make_encoder(folder, {})
    stored = encoder.encode([f"{text} {number % 7}" for number in range(100) for text in TEXTS], "document")
    draft = VectorDraft(*stored.shape)
    draft.rows[:] = stored
    write_vectors(tmp_path, draft, flat_up_to=flat_up_to)
    index = VectorIndex(tmp_path)

    def search(text: str) -> list[float]:
        return [float(score) for score in index.search(encoder.encode([text], "query")[0], 20)[1]]

    questions = [" ".join(TEXTS[at % 3].split()[: 1 + at % 4]) for at in range(160)]
    alone = list(map(search, questions))
    with ThreadPoolExecutor(16) as pool:
        assert np.allclose(list(pool.map(search, questions)), alone, atol=1e-5)


@pytest.mark.parametrize(("gpu", "device", "batch"), [(True, "cuda", GPU_BATCH), (False, "cpu", BATCH)])
def test_a_gpu_that_torch_sees_is_used_with_more_texts_at_once(folder, monkeypatch, gpu, device, batch):
    import sentence_transformers  # noqa: PLC0415
    import torch  # noqa: PLC0415

    asked: dict[str, Any] = {}
    real = sentence_transformers.SentenceTransformer

    class OnGpu(real):  # type: ignore[misc, valid-type]
        """Where there is a GPU it would be there."""

        def __init__(self, *args: Any, device: str | None, **options: Any) -> None:
            asked["device"] = device
            super().__init__(*args, device="cpu", **options)

        @property
        def device(self) -> torch.device:
            return torch.device(asked["device"] or "cpu")

        def encode_query(self, texts: Any, **options: Any) -> Any:
            asked["batch"] = options["batch_size"]
            return np.ones((len(texts), 3))

    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    monkeypatch.setattr(sentence_transformers, "SentenceTransformer", OnGpu)
    encoder = SentenceEncoder(folder, {})
    assert encoder.device == ""  # not known before it is loaded
    encoder.encode(TEXTS, "query")
    assert asked == {"device": "cuda" if gpu else None, "batch": batch}
    assert encoder.device == device


def test_a_worker_gives_what_this_process_gives(folder):
    encoder = make_encoder(folder, {})
    [(_, found)] = encode_blocks(encoder, Crew(2, partial(make_encoder, folder, {})), iter([("all", TEXTS)]))
    assert np.allclose(found, encoder.encode(TEXTS, "document"), atol=1e-6)


NO_MODELS = [
    [],  # an empty folder
    ["config.json"],  # said what it is, without the weights
    ["modules.json", "config_sentence_transformers.json"],  # its parts are missing
]


@pytest.mark.parametrize("files", NO_MODELS)
def test_a_folder_that_is_no_model_is_named_with_what_to_do(folder, tmp_path, files):
    for file in files:
        shutil.copy(Path(folder, file), tmp_path)
    with pytest.raises(ModelError, match="set CHIDAO_ENCODER__MODEL to a sentence-transformers folder") as caught:
        make_encoder(str(tmp_path), {}).encode(["câu hỏi"], "query")
    assert f"cannot load the model «{tmp_path}»: " in str(caught.value)


def test_weights_of_a_broken_off_copy_are_told(folder, tmp_path):
    """Safetensors raises an error of its own there, a bare Exception."""
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "model.safetensors").write_bytes(b"\x10")
    with pytest.raises(ModelError, match=r"cannot load the model «.*copy»: .*header.*; set CHIDAO_ENCODER__MODEL to a"):
        make_encoder(str(copy), {}).encode(["câu hỏi"], "query")


class Opens:
    """What opens a file for writing when its pickle is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.path), "w")


@pytest.mark.parametrize("make", [make_encoder, lambda name, prompts: _Scoring(name)])
def test_weights_in_a_pickle_are_refused_and_not_read(folder, tmp_path, make):
    copy, opened = shutil.copytree(folder, tmp_path / "copy"), tmp_path / "opened"
    (copy / "model.safetensors").unlink()
    (copy / "pytorch_model.bin").write_bytes(pickle.dumps(Opens(opened)))
    with pytest.raises(ModelError, match=r"pytorch_model\.bin is a pickle"):
        make(str(copy), {}).encode(["câu hỏi"], "query")
    assert not opened.exists()


@pytest.mark.parametrize("named", ["modules.json", "config.json"])
def test_code_in_a_model_folder_is_not_run(folder, tmp_path, named):
    copy, ran = shutil.copytree(folder, tmp_path / "copy"), tmp_path / "ran"
    (copy / "modeling_evil.py").write_text(f"open({str(ran)!r}, 'w')\nclass Evil: pass\n")
    told = json.loads((copy / named).read_text())
    if named == "modules.json":
        told[0]["type"] = "modeling_evil.Evil"
    else:
        told["auto_map"] = dict.fromkeys(["AutoConfig", "AutoModel"], "modeling_evil.Evil")
        told["model_type"] = "evil"
    (copy / named).write_text(json.dumps(told))
    with pytest.raises(ModelError, match="cannot load the model"):
        make_encoder(str(copy), {}).encode(["câu hỏi"], "query")
    assert not ran.exists()


class _Scoring:
    """The reranker in the place of an encoder."""

    def __init__(self, name: str) -> None:
        self._reranker = CrossEncoderReranker(name, 2)

    def encode(self, texts: list[str], role: str) -> list[float]:
        return self._reranker.scores(role, texts)


# ------------------------------------------------ the graph that comes along, what made it and what it was taught from
SAME = 0.99999  # mean cosine of the exported graph with sentence-transformers, before quantising
FAITHFUL = 0.99  # of int8 with fp32: 0.997
REMEMBERED = 0.87  # of what comes along with its teacher on marked text: 0.90
UNMARKED = 0.77  # of a question without marks with the same question as written: 0.81, of unlike ones 0.48
QUESTIONS = """\
Muốn xin giấy phép xây dựng nhà ở riêng lẻ thì nộp hồ sơ ở đâu?
Thời hạn giải quyết thủ tục đăng ký kết hôn là mấy ngày?
Lệ phí cấp lại căn cước công dân là bao nhiêu?
Quyết định 3482/QĐ-UBND ban hành ngày nào?
Ai là chủ tịch ủy ban nhân dân thành phố?
Nghị quyết 45-NQ/TW nói về việc gì?
Khi nào thành phố sáp nhập với tỉnh Hải Dương?
Học phí lớp một năm học này thu thế nào?
Trẻ em dưới sáu tuổi có phải trả tiền khám bệnh không?
Đường Lạch Tray bị cấm xe tải vào giờ nào?
Làm sao để khiếu nại quyết định thu hồi đất?
Hộ nghèo được hỗ trợ những khoản gì?
Đăng ký khai sinh cho con cần giấy tờ gì?
Công an phường làm việc sáng thứ bảy không?
Tiền điện tháng này tính theo mức nào?
Lễ hội Hoa Phượng Đỏ tổ chức ở đâu?
Người cao tuổi được trợ cấp từ bao nhiêu tuổi?
Xe máy cũ sang tên cần những gì?
Bao giờ tiêm vắc xin sởi đợt hai?
thu tuc dang ky tam tru o dau
""".splitlines()
PASSAGES = """\
Người dân nộp hồ sơ cấp giấy phép xây dựng tại bộ phận một cửa của ủy ban nhân dân cấp xã nơi có đất.
Việc đăng ký kết hôn được giải quyết ngay trong ngày; trường hợp cần xác minh thì không quá năm ngày làm việc.
Mức thu lệ phí cấp đổi, cấp lại thẻ căn cước thực hiện theo thông tư của Bộ Tài chính.
Quyết định số 3482/QĐ-UBND ngày 27/12/2018 phân công nhiệm vụ của các thành viên ủy ban.
Sáng nay, chủ tịch ủy ban nhân dân thành phố chủ trì cuộc họp thường kỳ tháng bảy.
Nghị quyết nêu mục tiêu đưa Hải Phòng trở thành thành phố công nghiệp phát triển hiện đại, văn minh.
Từ ngày 01/7/2025, thành phố mới được hình thành trên cơ sở hợp nhất hai đơn vị hành chính cấp tỉnh.
Hội đồng nhân dân quyết định miễn toàn bộ học phí cho trẻ mầm non và học sinh phổ thông công lập.
Quỹ bảo hiểm y tế chi trả toàn bộ chi phí khám, chữa bệnh cho trẻ em dưới sáu tuổi.
Cấm xe tải trên 1,5 tấn lưu thông từ 6 giờ đến 8 giờ và từ 16 giờ đến 19 giờ hằng ngày.
Người khiếu nại có quyền gửi đơn đến người đã ra quyết định trong thời hạn chín mươi ngày.
Hộ nghèo được hỗ trợ tiền điện, thẻ bảo hiểm y tế và vay vốn ưu đãi.
Cha, mẹ có trách nhiệm đăng ký khai sinh cho con trong thời hạn sáu mươi ngày kể từ ngày sinh.
Công an phường tiếp nhận hồ sơ cư trú từ thứ hai đến sáng thứ bảy hằng tuần.
Giá bán lẻ điện sinh hoạt chia thành năm bậc theo mức tiêu thụ.
Chương trình nghệ thuật khai mạc lễ hội diễn ra tại quảng trường trung tâm, có bắn pháo hoa.
Người từ đủ 75 tuổi trở lên không có lương hưu được hưởng trợ cấp hằng tháng.
Bên mua nộp lệ phí trước bạ rồi làm thủ tục đăng ký sang tên tại cơ quan đăng ký xe.
Sở Y tế phối hợp với các trường học tổ chức tiêm bổ sung vắc xin sởi cho học sinh.
1. Tên thủ tục: đăng ký tạm trú; 2. Cơ quan thực hiện: công an cấp xã; 3. Phí: 15.000 đồng/lần.
""".splitlines()


needs_start_model = pytest.mark.skipif(not START_MODEL.is_dir(), reason=f"the start model is not at {START_MODEL}")


@pytest.fixture(scope="module")
def start_vectors() -> Vectors:
    """Those of sentence-transformers, questions first."""
    return _vectors(make_encoder(str(START_MODEL), {"query": "query: ", "document": "passage: "}))


def _vectors(encoder: Encoder) -> Vectors:
    return np.concatenate([encoder.encode(QUESTIONS, "query"), encoder.encode(PASSAGES, "document")])


def _mean_cosine(ones: Vectors, others: Vectors) -> float:
    assert len(ones) == len(others)
    return float(np.mean(np.sum(ones * others, axis=1)))


@needs_start_model
@pytest.mark.filterwarnings("ignore")  # those of the exporting packages are not ours to mend
def test_the_exporter_is_faithful_to_what_it_exports(start_vectors, tmp_path):
    pytest.importorskip("onnx", reason="a package of the extra 'training'")
    from retrieval.training.export import export, write_graph  # noqa: PLC0415  its packages may be absent

    export(START_MODEL, tmp_path)
    assert _mean_cosine(start_vectors, _vectors(make_encoder(str(tmp_path), {}))) >= FAITHFUL
    write_graph(START_MODEL, tmp_path / "model.onnx")
    assert _mean_cosine(start_vectors, _vectors(make_encoder(str(tmp_path), {}))) >= SAME


@needs_start_model
def test_what_comes_along_still_reads_marked_text_as_its_teacher_does(start_vectors):
    """Its passages above all: a question is taught where the teacher's passages are."""
    marked = [row for row, text in enumerate([*QUESTIONS, *PASSAGES]) if not text.isascii()]
    ours = _vectors(make_encoder(str(DEFAULT_MODEL), {}))
    assert len(marked) == 39
    assert _mean_cosine(start_vectors[marked], ours[marked]) >= REMEMBERED


def test_a_question_without_marks_lands_where_the_marked_one_does():
    ours = make_encoder(str(DEFAULT_MODEL), {})
    marked = [question for question in QUESTIONS if not question.isascii()]
    assert len(marked) == 19
    written, typed = (
        ours.encode(marked, "query"),
        ours.encode([without_marks(question) for question in marked], "query"),
    )
    assert _mean_cosine(written, typed) >= UNMARKED
    assert np.argmax(typed @ written.T, axis=1).tolist() == [*range(19)]
