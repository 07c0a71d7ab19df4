#include "CWaveNetwork.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char weights[] = {
#embed "waves.weights"
};

const unsigned char *einthoven_wave_network(void) { return weights; }
const size_t einthoven_wave_network_size = sizeof weights;
