import numpy as np
from safetensors.numpy import load_file, save_file

from retrieval.training.mix import WEIGHTS, mix


def test_weights_are_averaged_and_the_rest_is_the_others(tmp_path):
    for name, value in (("one", 1.0), ("other", 3.0)):
        (tmp_path / name).mkdir()
        save_file({"a": np.full((2, 2), value, np.float16)}, tmp_path / name / WEIGHTS)
        (tmp_path / name / "config.json").write_text(name)
    out = mix(tmp_path / "one", tmp_path / "other", 0.25, tmp_path / "out")
    assert load_file(out / WEIGHTS)["a"].tolist() == [[1.5, 1.5], [1.5, 1.5]]
    assert load_file(out / WEIGHTS)["a"].dtype == np.float32
    assert (out / "config.json").read_text() == "other"


def test_what_was_mixed_before_is_replaced(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        save_file({"a": np.ones(2, np.float32)}, tmp_path / name / WEIGHTS)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old.bin").write_text("old")
    mix(tmp_path / "one", tmp_path / "other", 0.5, tmp_path / "out")
    assert not (tmp_path / "out" / "old.bin").exists()
