"""What is asked of the student: to be where the teacher is, nearer to it than to anything else, near to the answers."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor
from torch.nn import functional

from retrieval.training.teacher import SAME, Table

TEMPERATURE = 0.02
CLOSENESS = 20.0  # weight of 1 - cosine, which is small: E5's cosines lie between 0.8 and 1
ANSWERS = 0.5  # weight of finding the answer; only headlines, headings and names of procedures have one


class TeacherLoss(torch.nn.Module):
    """The loss of a batch. Labels are rows of the teacher's table, so only the student's side is computed."""

    def __init__(self, model: SentenceTransformer, table: Table) -> None:
        super().__init__()
        self.model = model
        self._targets, self._answers = torch.from_numpy(table.targets), torch.from_numpy(table.answers)
        self._near, self._wrong = torch.from_numpy(table.near), torch.from_numpy(table.wrong)
        self._answer = torch.from_numpy(table.answer)

    def forward(self, sentence_features: Iterable[dict[str, Tensor]], labels: Tensor) -> dict[str, Tensor]:
        """Its parts, which the trainer adds up and logs one by one."""
        (features,) = sentence_features
        vectors = self.model(features)["sentence_embedding"]
        own = self._targets[labels]
        parts = {
            "closeness": CLOSENESS * (1 - (vectors * own).sum(1)).mean(),
            "meaning": _choice(vectors, own, self._targets[self._near[labels].flatten()]),
        }
        asks = self._answer[labels] >= 0
        if asks.any():
            rows = labels[asks]
            wrong = self._answers[self._wrong[rows].flatten()]
            parts["answers"] = ANSWERS * _choice(vectors[asks], self._answers[self._answer[rows]], wrong)
        return parts


def _choice(vectors: Tensor, right: Tensor, wrong: Tensor) -> Tensor:
    """Cross-entropy of choosing one's own row of `right` among all of them and `wrong`, less what says the same."""
    offered = torch.cat([right, wrong])
    logits = vectors @ offered.T / TEMPERATURE
    same = right @ offered.T >= SAME
    same.fill_diagonal_(fill_value=False)
    return functional.cross_entropy(logits.masked_fill(same, -torch.inf), torch.arange(len(right)))
