"""Golden values for Tests/SEResNetTests/LeadGateTests.swift: networks with a lead gate, weights by formula, in float64.

    python seresnet_gate.py ../Golden/SEResNet

Writes gate.json: for each form probabilities, lead weights and occlusion of one window.
"""

import json
import os
import sys

import numpy as np

import seresnet_formula as formula

# Base width, filters of the leads, and how many.
FORMS = [(8, "own", 4), (16, "shared", 4), (64, "own", 8), (12, "shared", 5)]


def main():
    golden = []
    person = [0.63, 1, 1, 0, 1]
    for base, filters, count in FORMS:
        net = formula.network(base, filters, count)
        window = formula.window()[None]
        full, _ = formula.run(net, window, person)
        weights = net.lead_gate.weights.numpy()[0].copy()
        occlusion = np.array([full - formula.run(net, formula.without(window, [lead]), person)[0] for lead in range(12)]).T
        values = formula.rounded(dict(probabilities=full, leadWeights=weights, occlusion=occlusion))
        golden.append(dict(baseWidth=base, filters=filters, count=count, **values))
        print(base, filters, weights.round(3))
    with open(os.path.join(sys.argv[1], "gate.json"), "w") as file:
        json.dump(golden, file, separators=(",", ":"))


if __name__ == "__main__":
    main()
