"""The training of lead_swap_network.py: which arrangement of a recording's leads is the one that it came in?

Every record is altered as hearts, electrodes and noise alter recordings, then left alone or swapped; one network rates the nine arrangements
of what results, and is to rate that highest which undoes the swap.
"""

import os

import torch
import torch.nn.functional as functional
from torch import nn

from lead_swap_network import BEFORE, PLACES, POINTS, SIGNS, STEP

PLACE, SIGN = torch.tensor(PLACES), torch.tensor(SIGNS, dtype=torch.float32)
# Eight leads from X, Y and Z (Dower, Machado and Osborne 1980), and the usual relative sizes of V1 to V6, which the recordings do not keep.
DOWER = torch.tensor(
    [
        [0.632, -0.235, 0.059], [0.235, 1.066, -0.132], [-0.515, 0.157, -0.917], [0.044, 0.164, -1.387],
        [0.882, 0.098, -1.277], [1.213, 0.127, -0.601], [1.125, 0.127, -0.086], [0.831, 0.076, 0.230],
    ]
)  # fmt: skip
INVERSE = torch.linalg.pinv(DOWER)
CHEST_SIZES = torch.tensor([1.0, 1.7, 1.7, 1.7, 1.4, 1.1])[None, :, None]


class Plausibility(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv1d(12, 16, 7, stride=2, padding=3)
        self.c2 = nn.Conv1d(16, 16, 5, stride=2, padding=2)
        self.c3 = nn.Conv1d(16, 32, 5, stride=2, padding=2)
        self.f1, self.f2, self.drop = nn.Linear(320, 16), nn.Linear(16, 1), nn.Dropout(0.1)

    def forward(self, x):
        x = torch.relu(self.c3(torch.relu(self.c2(torch.relu(self.c1(x))))))
        return self.f2(self.drop(torch.relu(self.f1(self.drop(x.flatten(1)))))).squeeze(1)

    def scores(self, x):
        """Of a batch (n, 12, points): n x 9."""
        arranged = x[:, PLACE] * SIGN[None, :, :, None]
        return self(arranged.flatten(0, 1)).view(len(x), len(PLACE))


def limb_leads(one, two):
    return torch.stack([one, two, two - one, -(one + two) / 2, one - two / 2, two - one / 2], 1)


def moved(x, position):
    """Each record's leads read at positions (n, points) between their points."""
    position = position.clamp(0, POINTS - 1)
    left = position.floor().long().clamp(max=POINTS - 2)
    share, index = (position - left)[:, None], left[:, None].expand(-1, 12, -1)
    return x.gather(2, index) * (1 - share) + x.gather(2, index + 1) * share


def size(x):
    return x.pow(2).mean((1, 2), keepdim=True).sqrt() + 1e-6


def altered(x, generator):
    """The batch as other hearts, electrodes and days would have it; and which records tell nothing any more."""

    def uniform(*shape):
        return torch.rand(*shape, generator=generator)

    def normal(*shape):
        return torch.randn(*shape, generator=generator)

    count = len(x)
    time = (torch.arange(POINTS) - BEFORE).float() * STEP
    # Another record's P wave, or none: P and QRS are to be evidence of their own.
    other = torch.randperm(count, generator=generator)
    onset = -0.085 + (uniform(count, 1) - 0.5) * 0.02
    after = torch.sigmoid((time[None] - onset) / 0.006)[:, None]
    flat = ((time[None] > onset) & (time[None] < onset + 0.017))[:, None]
    level = (x * flat).sum(2, keepdim=True) / flat.sum(2, keepdim=True)
    choice = uniform(count, 1, 1)
    before = torch.where(choice < 0.25, x[other] - level[other] + level, torch.where(choice < 0.37, level.expand_as(x), x))
    x = before * (1 - after) + x * after
    # Shifted and stretched; some so much, turned any way, that nothing can be told, as in ventricular rhythms.
    strange = uniform(count) < 0.12
    shift, stretch = (uniform(count, 1) - 0.5) * 3.0, 1 + (uniform(count, 1) - 0.5) * 0.2
    stretch = torch.where(strange[:, None], 1 / (1.1 + uniform(count, 1) * 0.9), stretch)
    points = torch.arange(POINTS)[None]
    x = moved(x, (points - BEFORE) * stretch + BEFORE + shift)
    # The next beat, or the last, where the heart is fast.
    fast = (uniform(count) < 0.06) | (strange & (uniform(count) < 0.6))
    distance = (0.22 + uniform(count, 1) * 0.2) / STEP * torch.where(uniform(count, 1) < 0.35, -1.0, 1.0)
    inside = ((points - distance >= 0) & (points - distance <= POINTS - 1)).float()[:, None]
    x = torch.where(fast[:, None, None], x + inside * moved(x, points - distance), x)
    # The heart turned in the chest.
    eight = torch.cat([x[:, :2], x[:, 6:] * CHEST_SIZES], 1)
    vector = INVERSE @ eight
    rest = eight - DOWER @ vector
    angle = torch.where(strange, uniform(count) * torch.pi, normal(count) * 0.17 * (1 + 1.0 * (uniform(count) < 0.15)))
    eight = DOWER @ (rotation(angle, normal(count, 3)) @ vector) + rest * torch.where(strange, 0.4, 1.0)[:, None, None]

    def noise(leads):
        white = normal(count, leads, POINTS) * 0.03 * uniform(count, 1, 1)
        smooth = functional.interpolate(normal(count, leads, 8), size=POINTS, mode="linear", align_corners=True) * 0.06 * uniform(count, 1, 1)
        drift = normal(count, leads, 1) * 0.06 + normal(count, leads, 1) * torch.linspace(-1, 1, POINTS) * 0.06
        return white + smooth + drift * uniform(count, 1, 1) * 1.5

    limb = eight[:, :2]
    limb = limb + noise(2) * size(limb_leads(limb[:, 0], limb[:, 1]))
    limb = limb_leads(limb[:, 0], limb[:, 1])
    # Chest electrodes some way towards their neighbours.
    chest = eight[:, 2:]
    way = (uniform(count, 6, 1) - 0.5) * 0.4
    right, left = torch.cat([chest[:, 1:], chest[:, 4:5]], 1), torch.cat([chest[:, 1:2], chest[:, :-1]], 1)
    chest = chest + torch.where(way > 0, way * right, -way * left)
    chest = chest / (chest.pow(2).mean(2, keepdim=True).sqrt() + 1e-6) + noise(6)
    limb, chest = limb - limb.median(2, keepdim=True)[0], chest - chest.median(2, keepdim=True)[0]
    return torch.cat([limb / size(limb), chest / (chest.pow(2).mean(2, keepdim=True).sqrt() + 1e-6)], 1), strange


def rotation(angle, direction):
    """Matrices that turn by angles about directions (Rodrigues)."""
    x, y, z = (direction / direction.norm(dim=1, keepdim=True)).T
    zero = torch.zeros_like(x)
    cross = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], 1).view(-1, 3, 3)
    angle = angle[:, None, None]
    return torch.eye(3)[None] + angle.sin() * cross + (1 - angle.cos()) * cross @ cross


def train_one(data, seed, epochs, batch=64, rate=2e-3):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    network = Plausibility()
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=1e-2)
    steps = epochs * ((len(data) + batch - 1) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    averaged = {name: value.clone() for name, value in network.state_dict().items()}
    for _ in range(epochs):
        for index in torch.randperm(len(data), generator=generator).split(batch):
            x, strange = altered(data[index], generator)
            done = torch.randint(0, len(PLACE), (len(x),), generator=generator)
            left = torch.where(strange, 0.6, 0.3)
            done = torch.where(torch.rand(len(x), generator=generator) < left, torch.zeros_like(done), done)
            x = x[torch.arange(len(x))[:, None], PLACE[done]] * SIGN[done][:, :, None]
            loss = functional.cross_entropy(network.scores(torch.asinh(3 * x) / 1.5), done, label_smoothing=0.01)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            with torch.no_grad():
                for name, value in network.state_dict().items():
                    averaged[name].lerp_(value, 0.005)
    return averaged


def train(data, path, seeds, epochs):
    torch.set_num_threads(1)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    states = []
    for seed in range(seeds):
        states.append(train_one(torch.tensor(data, dtype=torch.float32), seed, epochs))
        torch.save(states, path)
