"""Losses of stacked networks on their batches, and what counts as a right answer."""

from collections.abc import Callable

from exactnet.bridges.torch.library import torch

Loss = Callable[["torch.Tensor", "torch.Tensor"], "torch.Tensor"]


def hinge(outputs: "torch.Tensor", labels: "torch.Tensor") -> "torch.Tensor":
    """The mean of max(0, 1 - y f) over each network's batch, y = +-1."""
    return torch.relu(1 - labels * outputs[..., 0]).mean(1)


def logistic(outputs: "torch.Tensor", labels: "torch.Tensor") -> "torch.Tensor":
    """The mean of log(1 + exp(-y f)) over each network's batch, y = +-1."""
    return torch.nn.functional.softplus(-labels * outputs[..., 0]).mean(1)


def cross_entropy(outputs: "torch.Tensor", labels: "torch.Tensor") -> "torch.Tensor":
    """The mean of -log softmax(f)_y over each network's batch, y = 0, 1, ..."""
    logs = torch.log_softmax(outputs, dim=2)
    return -logs.gather(2, labels.long().unsqueeze(2)).squeeze(2).mean(1)


LOSS: dict[str, Loss] = {"hinge": hinge, "logistic": logistic, "cross-entropy": cross_entropy}


def right(outputs: "torch.Tensor", labels: "torch.Tensor") -> "torch.Tensor":
    """Which answers are right: the sign of one output (f >= 0 says +1), or the largest of several.

    A NaN is never right.
    """
    if outputs.shape[2] > 1:
        return (outputs.argmax(2) == labels) & ~outputs.isnan().any(2)
    value = outputs[..., 0]
    return torch.where(labels > 0, value >= 0, value < 0)
