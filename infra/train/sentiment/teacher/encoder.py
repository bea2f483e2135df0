"""An encoder that teaches, bge-small-en-v1.5 or e5-small-v2: read from its ONNX file into torch without a network.

Normal use: Encoder.read(path) for the published weights, then state_dict and load_state_dict for fitted ones.
"""

import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional as F

WIDTH, HEADS, LAYERS, INNER, CLASSES = 384, 12, 12, 1536, 3


class Layer(nn.Module):
    def __init__(self, drop):
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, 1e-12), nn.LayerNorm(WIDTH, 1e-12)
        self.drop = nn.Dropout(drop)

    def forward(self, x, mask):
        batch, length, _ = x.shape
        q, k, v = (f(x).view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2) for f in (self.query, self.key, self.value))
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(batch, length, WIDTH)
        x = self.norm1(x + self.drop(self.out(a)))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


class Encoder(nn.Module):
    def __init__(self, drop=0.1):
        super().__init__()
        self.words, self.places, self.kinds = nn.Embedding(30522, WIDTH), nn.Embedding(512, WIDTH), nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, 1e-12)
        self.drop = nn.Dropout(drop)
        self.layers = nn.ModuleList(Layer(drop) for _ in range(LAYERS))
        self.head = nn.Linear(2 * WIDTH, CLASSES)

    def vectors(self, ids, mask):
        x = self.words(ids) + self.places(torch.arange(ids.shape[1]))[None] + self.kinds(torch.zeros_like(ids))
        x = self.drop(self.norm(x))
        allowed = mask[:, None, None, :].bool()
        for layer in self.layers:
            x = layer(x, allowed)
        return x

    def forward(self, ids, mask):
        """The logits: from the first token and from the mean of all."""
        x = self.vectors(ids, mask)
        weight = mask[:, :, None].float()
        mean = (x * weight).sum(1) / weight.sum(1)
        return self.head(self.drop(torch.cat([x[:, 0], mean], 1)))

    @classmethod
    def read(cls, path, drop=0.1):
        graph = onnx.load(path).graph
        held = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
        # The products with weights stand six to a layer, in the order of the computation; ONNX keeps them transposed and nameless.
        products = [held[n.input[1]].T.contiguous() for n in graph.node if n.op_type == "MatMul" and n.input[1] in held]
        net, state = cls(drop), {}
        for ours, theirs in [("words", "word"), ("places", "position"), ("kinds", "token_type")]:
            state[f"{ours}.weight"] = held[f"embeddings.{theirs}_embeddings.weight"]
        for part in ("weight", "bias"):
            state[f"norm.{part}"] = held[f"embeddings.LayerNorm.{part}"]
            for i in range(LAYERS):
                state[f"layers.{i}.norm1.{part}"] = held[f"encoder.layer.{i}.attention.output.LayerNorm.{part}"]
                state[f"layers.{i}.norm2.{part}"] = held[f"encoder.layer.{i}.output.LayerNorm.{part}"]
        names = [("query", "attention.self.query"), ("key", "attention.self.key"), ("value", "attention.self.value"),
                 ("out", "attention.output.dense"), ("up", "intermediate.dense"), ("down", "output.dense")]
        for i in range(LAYERS):
            for n, (ours, theirs) in enumerate(names):
                state[f"layers.{i}.{ours}.weight"] = products[6 * i + n]
                state[f"layers.{i}.{ours}.bias"] = held[f"encoder.layer.{i}.{theirs}.bias"]
        torch.manual_seed(0)
        nn.init.normal_(net.head.weight, std=0.02)
        nn.init.zeros_(net.head.bias)
        missing, surplus = net.load_state_dict(state, strict=False)
        assert set(missing) == {"head.weight", "head.bias"} and not surplus, (missing, surplus)
        return net
