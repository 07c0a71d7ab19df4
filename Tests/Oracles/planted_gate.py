"""Whether the lead weight s of a network with a lead gate tells the planted lead: the table of docs/lead-weights.md.

    python planted_gate.py [--filters own|shared] [--sparsity 0.1] [--entropy 0.1] [--form sigmoid|bias|normalised] [LEAD...]

Trains the twelve networks of planted_networks.py by the same recipe and seeds, with a lead gate and on the first 1024 samples of each recording (a quarter of
the time), and counts on how many of the 16 recordings the planted lead
has the largest s, the largest s times use, and the largest change of s times use. Change: |s with all leads - s with that lead at zero|. Use: the sum over the
lead's channels of their mean after the pool times the size (L1) of the weights with which the mixture, normalisation included, takes them up. Also the mean s of
the planted lead and of the other eleven, and how far s follows occlusion (Spearman's rho over the twelve leads, mean of the recordings).

Forms of s: `sigmoid` is the program's; `bias` has biases in both layers; `normalised` divides s by its sum and multiplies it by twelve, so that a lead can only gain
what others lose. `--sparsity` adds the mean of s, `--entropy` the entropy of s divided by its sum, both times their factor, to the loss.
"""

import argparse

import numpy as np
import torch

import planted_networks
from planted_networks import CLASS, TESTED
from seresnet_input import LEADS
from seresnet_network import LeadGate, Network


LENGTH = 1024


def recording(number):
    signal, signs = planted_networks.recording(number)
    return signal[:, :LENGTH].copy(), signs


class OtherGate(LeadGate):
    def __init__(self, form):
        super().__init__()
        self.form = form
        if form == "bias":
            self.fc[0].bias = torch.nn.Parameter(torch.zeros(6))
            self.fc[2].bias = torch.nn.Parameter(torch.zeros(12))

    def forward(self, y):
        z = y.view(len(y), -1, 12, y.shape[2]).mean((1, 3))
        self.weights = self.fc(z)
        if self.form == "normalised":
            self.weights = 12 * self.weights / self.weights.sum(1, keepdim=True)
        return y * self.weights.repeat(1, y.shape[1] // 12)[:, :, None]


def trained(planted, options):
    torch.manual_seed(planted)
    net = Network(planted_networks.BASE, options.filters)
    net.lead_gate = OtherGate(options.form)
    with torch.no_grad():
        net.lead_gate.fc[0].weight.abs_()

    def penalty():
        s = net.lead_gate.weights
        share = s / s.sum(1, keepdim=True)
        return options.sparsity * s.mean() - options.entropy * (share * (share + 1e-12).log()).sum(1).mean()

    return planted_networks.train(net, planted, LENGTH, penalty)


def explained(net):
    """For each recording occlusion, s, change of s and use, by lead."""
    norm = net.mix[1]
    gain = (norm.weight / (norm.running_var + norm.eps).sqrt()).abs()
    size = (net.mix[0].weight[:, :, 0].abs() * gain[:, None]).sum(0).detach().numpy().reshape(-1, 12)
    result = []
    with torch.no_grad():
        for number in range(TESTED):
            signals = np.repeat(recording(number)[0][None], 13, 0)
            for lead in range(12):
                signals[1 + lead, lead] = 0
            inputs = torch.tensor(signals, dtype=torch.float32)
            outputs = torch.sigmoid(net(inputs, torch.zeros(13, 5)))[:, CLASS].numpy()
            s = net.lead_gate.weights.numpy()
            pooled = net.pool(torch.relu(net.bn1(net.conv1(inputs[:1]))))[0].mean(1).numpy().reshape(-1, 12)
            result.append((outputs[0] - outputs[1:], s[0], np.abs(s[0] - s[1:].diagonal()), (pooled * size).sum(0)))
    return [np.array(part) for part in zip(*result)]


def ranks(values):
    return values.argsort(1).argsort(1).astype(float)


def main():
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    parser = argparse.ArgumentParser()
    parser.add_argument("--filters", default="own", choices=["own", "shared"])
    parser.add_argument("--sparsity", default=0.0, type=float)
    parser.add_argument("--entropy", default=0.0, type=float)
    parser.add_argument("--form", default="sigmoid", choices=["sigmoid", "bias", "normalised"])
    parser.add_argument("leads", nargs="*")
    options = parser.parse_args()
    print(f"{options.filters} {options.form} sparsity {options.sparsity} entropy {options.entropy}")
    print("| planted lead | AUROC | first in occlusion | largest s | largest s × use | largest change × use | s planted | s others | rho |\n|---|---|---|---|---|---|---|---|---|")
    totals = []
    for planted, name in enumerate(LEADS):
        if options.leads and name not in options.leads:
            continue
        net = trained(planted, options)
        occlusion, s, change, use = explained(net)
        firsts = [int((values.argmax(1) == planted).sum()) for values in (np.abs(occlusion), s, s * use, change * use)]
        rho = np.mean([np.corrcoef(a, b)[0, 1] for a, b in zip(ranks(np.abs(occlusion)), ranks(s))])
        totals.append(firsts)
        others = np.delete(s, planted, 1).mean()
        print(
            f"| {name} | {planted_networks.auroc(net, planted, recording):.3f} | " + " | ".join(f"{first} of {TESTED}" for first in firsts)
            + f" | {s[:, planted].mean():.2f} | {others:.2f} | {rho:.2f} |", flush=True)
    print("| all | | " + " | ".join(f"{sum(column)} of {TESTED * len(totals)}" for column in zip(*totals)) + " | | | |", flush=True)


if __name__ == "__main__":
    main()
